import type { ReactNode } from 'react'
import { cx } from './class-names.ts'

export type Tone = 'plain' | 'ok' | 'warning' | 'critical' | 'info'

const tones: Record<Tone, string> = {
  plain: 'text-muted',
  ok: 'text-ok',
  warning: 'text-warning',
  critical: 'text-critical',
  info: 'text-info',
}

/** A word about a thing: its role, its state. */
export function Badge({ tone = 'plain', children, className }: { tone?: Tone; children: ReactNode; className?: string }) {
  return (
    <span
      className={cx('inline-flex h-5 items-center gap-1.5 rounded-full border border-line-strong px-2 text-label whitespace-nowrap', tones[tone], className)}
    >
      {children}
    </span>
  )
}

/** The look of a chip: a filter that shows its value and opens on a press. */
export const chipStyle = (active = false) =>
  cx(
    'inline-flex h-7 shrink-0 items-center gap-1.5 rounded-full border px-3 whitespace-nowrap transition-colors max-sm:min-h-11',
    active ? 'border-info bg-selected text-text' : 'border-line-strong text-muted hover:bg-hover',
  )
