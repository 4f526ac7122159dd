import type { BootProgress, BootSource } from './boot-progress.ts'

/** The nearest to the host's own word first. */
const sources: readonly BootSource[] = ['redfish', 'maker', 'post-code', 'log', 'console']

/** What BMCs tell of themselves is how it is now; of the others a start that is long over tells nothing of this one. */
const toldForMs = 3_600_000

/** What of it is worth a line at a moment. */
export function toTelling(progress: readonly BootProgress[], nowMs: number): BootProgress[] {
  const isState = ({ source }: BootProgress) => source === 'redfish' || source === 'maker'
  return sources.flatMap((source) => progress.filter((one) => one.source === source && (isState(one) || nowMs - Date.parse(one.at) < toldForMs)))
}
