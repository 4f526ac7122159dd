import type { StepCounts, StepState } from '#lib/domain/operation.ts'
import { toProgress } from '#lib/domain/progress.ts'
import { cx } from '../ui/class-names.ts'

/** States that are one colour to the eye, in the order of the bar. */
const parts: readonly { states: readonly StepState[]; colour: string }[] = [
  { states: ['verified'], colour: 'bg-ok' },
  { states: ['not-applied', 'unknown'], colour: 'bg-warning' },
  { states: ['failed'], colour: 'bg-critical' },
  { states: ['aborted'], colour: 'bg-faint' },
  { states: ['sending', 'sent'], colour: 'bg-info' },
  { states: ['queued'], colour: 'bg-track' },
]

/** The steps of an operation by their states, as shares of a line; the words stand beside it. */
export function StateBar({ counts, className }: { counts: StepCounts; className?: string }) {
  const { total } = toProgress(counts)
  if (total === 0) return null
  return (
    <div aria-hidden className={cx('flex gap-px overflow-hidden rounded-sm', className ?? 'h-1.5')}>
      {parts.map(({ states, colour }) => {
        const count = states.reduce((sum, state) => sum + counts[state], 0)
        return count === 0 ? null : <span key={colour} className={cx('min-w-1 transition-[flex-grow]', colour)} style={{ flexGrow: count, flexBasis: 0 }} />
      })}
    </div>
  )
}
