'use client'

import { X } from 'lucide-react'
import { useSyncExternalStore, type ReactNode } from 'react'
import { cx } from './class-names.ts'
import { HealthMark, type HealthMarkLevel } from './marks.tsx'
import { useWords } from './words.tsx'

export type ToastMessage = {
  title: string
  text?: string
  level?: HealthMarkLevel
  /** A link or a button. */
  action?: ReactNode
  /** How long it stays; what is wrong stays until it is dismissed. */
  staysMs?: number
}

type Shown = ToastMessage & { id: number }

const nothing: readonly Shown[] = []
const listeners = new Set<() => void>()
let shown: readonly Shown[] = nothing
let lastId = 0

function change(next: readonly Shown[]): void {
  shown = next
  for (const listener of listeners) listener()
}

export const dismissToast = (id: number) => change(shown.filter((one) => one.id !== id))

/** Says something at the edge of the page; gives the id to dismiss it by. */
export function toast(message: ToastMessage): number {
  lastId += 1
  const id = lastId
  change([...shown, { ...message, id }].slice(-4))
  const lasting = message.level === 'critical' || message.level === 'warning'
  const staysMs = message.staysMs ?? (lasting ? 0 : 5_000)
  if (staysMs > 0) setTimeout(() => dismissToast(id), staysMs)
  return id
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Where toasts appear; once per page. */
export function Toasts({ label }: { label: string }) {
  const words = useWords()
  const list = useSyncExternalStore(
    subscribe,
    () => shown,
    () => nothing,
  )
  return (
    <section
      aria-label={label}
      aria-live="polite"
      className="pointer-events-none fixed right-4 bottom-4 z-60 flex w-80 max-w-[calc(100%-2rem)] flex-col gap-2 max-sm:bottom-18"
    >
      {list.map((one) => (
        <div key={one.id} className="pointer-events-auto flex items-start gap-3 rounded-lg border border-line-strong bg-surface px-3.5 py-3 shadow-xl">
          {one.level !== undefined && <HealthMark level={one.level} className="mt-1" />}
          <div className="min-w-0 flex-1">
            <p className="font-medium">{one.title}</p>
            {one.text !== undefined && <p className="mt-0.5 break-words text-muted">{one.text}</p>}
            {one.action !== undefined && <div className="mt-2">{one.action}</div>}
          </div>
          <button
            type="button"
            aria-label={words.dismiss}
            title={words.dismiss}
            onClick={() => dismissToast(one.id)}
            className={cx('-my-1 -mr-1.5 flex size-7 shrink-0 items-center justify-center rounded-sm text-faint hover:text-text max-sm:size-11')}
          >
            <X size={14} aria-hidden />
          </button>
        </div>
      ))}
    </section>
  )
}
