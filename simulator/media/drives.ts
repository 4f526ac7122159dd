import { createHash } from 'node:crypto'
import type { Machine } from '../machine.ts'
import { openHttp } from './http-source.ts'
import { openNfs } from './nfs/nfs-source.ts'
import { MediaProblem, type ImageSource, type ReadPattern } from './source.ts'

export type MediaProtocol = 'http' | 'https' | 'nfs' | 'cifs'

/** What is wrong with the remote media of a BMC. */
export type MediaFault = 'sound' | 'never-reads' | 'refuses' | 'task-fails'

/** What became of one mount, from insert to eject: tests and the control page compare `sha256` with the image's own. */
export interface MediaRecord {
  slot: string
  /** Without what stands between the host and the file's name. */
  image: string
  protocol: MediaProtocol
  bytes: number
  bytesRead: number
  /** Of the whole image, when the host has read all of it. */
  sha256: string | null
  problem: string | null
  insertedAtMs: number
  ejectedAtMs: number | null
}

/** What the host sees in its virtual drive. */
export interface Medium {
  name: string
  record: Readonly<MediaRecord>
  isWhole: () => boolean
}

interface Held {
  image: string
  record: MediaRecord
  source: ImageSource | undefined
}

export interface Drives {
  /** What a slot holds, in the BMC's own spelling. */
  holds: (slot: string) => string | undefined
  /** When a slot was emptied last. */
  emptiedMs: (slot: string) => number
  /** Connects an image and reads its beginning. Rejects with a `MediaProblem`; then the slot is empty. */
  insert: (slot: string, image: string, protocol: MediaProtocol) => Promise<void>
  eject: (slot: string) => void
  ejectAll: () => void
  medium: () => Medium | undefined
  records: () => readonly Readonly<MediaRecord>[]
  /** With whose name and password the shares were asked for, in order. */
  readonly signIns: { user: string; password: string }[]
  setFault: (fault: MediaFault) => void
  fault: () => MediaFault
  close: () => void
}

/** Where the volume descriptors of ISO 9660 begin; what a BMC looks at before it says that the image is mounted. */
const headBytes = 36 * 1024
const rebootAfterMs = 2_500

/**
 * The virtual drives of one BMC, which read for real. The beginning of an image is read when it is inserted, and all of it, once, when the host
 * starts from it: then its SHA-256 is known, and the host restarts by itself, as installers do.
 */
export function createDrives(machine: Machine, from: { localAddress: string; portmapperPort: number; pattern: ReadPattern }): Drives {
  const held = new Map<string, Held>()
  const emptied = new Map<string, number>()
  const records: MediaRecord[] = []
  let fault: MediaFault = 'sound'
  let runId = machine.run()?.id
  let timer: NodeJS.Timeout | undefined

  function eject(slot: string): void {
    const one = held.get(slot)
    if (one === undefined) return
    held.delete(slot)
    emptied.set(slot, machine.now())
    one.source?.close()
    one.record.ejectedAtMs = machine.now()
  }

  async function insert(slot: string, image: string, protocol: MediaProtocol): Promise<void> {
    eject(slot)
    const record: MediaRecord = { slot, image: toShown(image), protocol, bytes: 0, bytesRead: 0, sha256: null, problem: null, insertedAtMs: machine.now(), ejectedAtMs: null }
    records.push(record)
    const one: Held = { image, record, source: undefined }
    if (fault !== 'never-reads') {
      try {
        one.source = await open(image, protocol)
        record.bytes = one.source.bytes
        record.bytesRead = (await one.source.read(0, Math.min(headBytes, one.source.bytes))).length
      } catch (error) {
        one.source?.close()
        record.problem = toText(error)
        record.ejectedAtMs = machine.now()
        throw error
      }
    }
    held.set(slot, one)
  }

  async function open(image: string, protocol: MediaProtocol): Promise<ImageSource> {
    if (protocol === 'cifs') throw new MediaProblem('no SMB server answers there')
    return protocol === 'nfs' ? openNfs(image, from) : openHttp(image, from)
  }

  const first = () => [...held.values()][0]

  /** Reads all of it in order, as many pieces at once as there are connections. */
  async function readWhole({ record, source }: Held): Promise<void> {
    if (source === undefined) return
    const { chunkBytes, connections } = from.pattern
    const hash = createHash('sha256')
    record.bytesRead = 0
    const pending: Promise<Buffer>[] = []
    let asked = 0
    try {
      while (asked < source.bytes || pending.length > 0) {
        while (asked < source.bytes && pending.length < connections) {
          const length = Math.min(chunkBytes, source.bytes - asked)
          const piece = source.read(asked, length)
          piece.catch(() => {})
          pending.push(piece)
          asked += length
        }
        const piece = await pending.shift()!
        if (record.ejectedAtMs !== null) throw new MediaProblem('the disc was taken out')
        hash.update(piece)
        record.bytesRead += piece.length
      }
      record.sha256 = hash.digest('hex')
      const { id } = machine.run() ?? {}
      setTimeout(() => machine.run()?.id === id && machine.hostActs('reboot'), rebootAfterMs).unref()
    } catch (error) {
      record.problem ??= toText(error)
    }
  }

  /** Nothing of the machine ticks: its next change is looked at when it is due, so that a host starts though nobody asks. */
  function follow(): void {
    clearTimeout(timer)
    const dueMs = machine.dueMs()
    if (dueMs !== undefined) timer = setTimeout(() => (machine.power(), follow()), Math.min(60_000, Math.max(1, dueMs - machine.now()))).unref()
    const run = machine.run()
    if (run === undefined || run.id === runId || machine.power() !== 'on') return
    runId = run.id
    const one = first()
    if (one !== undefined && machine.bootedFrom() === 'cd') void readWhole(one)
  }
  const unwatch = machine.watch(follow)

  return {
    holds: (slot) => held.get(slot)?.image,
    emptiedMs: (slot) => emptied.get(slot) ?? -Infinity,
    insert,
    eject,
    ejectAll: () => [...held.keys()].forEach(eject),
    medium() {
      const one = first()
      return one && { name: one.record.image.split('/').at(-1) ?? '', record: one.record, isWhole: () => one.record.sha256 !== null }
    },
    signIns: [],
    records: () => records,
    setFault(next) {
      fault = next
    },
    fault: () => fault,
    close() {
      clearTimeout(timer)
      unwatch()
      for (const slot of held.keys()) eject(slot)
    },
  }
}

const toText = (error: unknown) => (error instanceof Error ? error.message : String(error))

/** Host and file alone: what lies between is the permission to read, which no page shows. */
const toShown = (image: string) => image.replace(/^((?:[a-z]+:\/\/)?(?:\/\/)?[^/]+\/).*\/([^/]+)$/i, '$1…/$2')
