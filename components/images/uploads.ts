import { useSyncExternalStore } from 'react'
import { ApiError } from '#lib/api/fetcher.ts'
import { announceImage, removeImage } from '#lib/api/image-commands.ts'
import { toImageName } from '#lib/domain/image.ts'
import { markOf } from './file-mark.ts'
import { withSample, type Sample } from './rate.ts'
import { sendFile } from './send-file.ts'

/**
 * What this browser uploads. Kept beside React, because an upload goes on while other pages are looked at; it ends with the tab, and after that
 * the same file goes on where it was.
 */
export type Upload = {
  key: number
  name: string
  file: File
  /** Its image's, once it is announced. */
  id: string | null
  /** `waiting`: behind another one. `broken`: the line is tried again by itself. `stopped`: by a person, or by `problem`. */
  state: 'waiting' | 'sending' | 'broken' | 'stopped'
  sent: number
  samples: readonly Sample[]
  problem: { code: string; message: string } | null
}

const nothing: readonly Upload[] = []
let uploads: readonly Upload[] = nothing
let lastKey = 0
let running: { key: number; abort: AbortController } | null = null
const listeners = new Set<() => void>()

function set(next: readonly Upload[]): void {
  uploads = next
  window.onbeforeunload = next.some(({ state }) => state !== 'stopped') ? (event) => event.preventDefault() : null
  for (const listener of listeners) listener()
}

const change = (key: number, edit: Partial<Upload>) => set(uploads.map((one) => (one.key === key ? { ...one, ...edit } : one)))
const find = (key: number) => uploads.find((one) => one.key === key)
const forget = (key: number) => set(uploads.filter((one) => one.key !== key))

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** The uploads of this tab. */
export const useUploads = (): readonly Upload[] =>
  useSyncExternalStore(
    subscribe,
    () => uploads,
    () => nothing,
  )

/** Takes files; gives the names of those that are no ISO. One is sent at a time: two would share the same line. */
export function addFiles(files: Iterable<File>): string[] {
  const wrong: string[] = []
  for (const file of files) {
    const name = toImageName(file.name)
    if (name === null || file.size === 0) wrong.push(file.name)
    else set([...uploads.filter((one) => one.name !== name), { key: (lastKey += 1), name, file, id: null, state: 'waiting', sent: 0, samples: [], problem: null }])
  }
  void pump()
  return wrong
}

/** Stops sending; what has come stays, for a day. */
export function stopUpload(key: number): void {
  change(key, { state: 'stopped', samples: [] })
  if (running?.key === key) running.abort.abort()
}

export function continueUpload(key: number): void {
  change(key, { state: 'waiting', problem: null })
  void pump()
}

/** Stops it and takes away what has come. */
export async function dropUpload(key: number): Promise<void> {
  const id = find(key)?.id ?? null
  stopUpload(key)
  forget(key)
  if (id !== null) await removeImage(id)
}

async function pump(): Promise<void> {
  const next = uploads.find(({ state }) => state === 'waiting')
  if (running !== null || next === undefined) return
  running = { key: next.key, abort: new AbortController() }
  const { signal } = running.abort
  try {
    await send(next, signal)
    forget(next.key)
  } catch (error) {
    if (!signal.aborted) change(next.key, { state: 'stopped', samples: [], problem: error instanceof ApiError ? { code: error.code, message: error.message } : { code: 'file', message: error instanceof Error ? error.message : String(error) } })
  } finally {
    running = null
    void pump()
  }
}

async function send({ key, name, file }: Upload, signal: AbortSignal): Promise<void> {
  change(key, { state: 'sending' })
  const mark = await markOf(file)
  const { id, received } = await announceImage({ name, bytes: file.size, ...(mark === null ? {} : { mark }) })
  change(key, { id, sent: received, samples: [] })
  await sendFile({
    id,
    file,
    from: received,
    signal,
    onProgress(sent) {
      const before = find(key)
      if (before !== undefined) change(key, { sent, samples: withSample(before.samples, { atMs: performance.now(), bytes: sent }) })
    },
    onLine(isBroken) {
      if (!signal.aborted) change(key, { state: isBroken ? 'broken' : 'sending', ...(isBroken ? { samples: [] } : {}) })
    },
  })
}
