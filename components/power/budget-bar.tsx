import type { CSSProperties } from 'react'
import type { Budget } from '#lib/api/budgets-contract.ts'

const fills = { ok: 'var(--ok)', unknown: 'var(--faint)', warning: 'var(--warning)', over: 'var(--critical)' } as const

/** How much of the cap is drawn, with a mark where the warning begins. What it shows stands beside it in words. */
export function BudgetBar({ budget: { capWatts, warnShare, now } }: { budget: Budget }) {
  const share = now === null ? 0 : Math.min(1, now.total.watts / capWatts)
  return (
    <span aria-hidden className="relative block">
      <span className="bar" style={{ '--fill': share, '--bar': fills[now?.level ?? 'unknown'] } as CSSProperties} />
      <span className="absolute inset-y-0 w-px bg-text" style={{ insetInlineStart: `${warnShare * 100}%` }} />
    </span>
  )
}
