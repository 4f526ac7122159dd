import * as z from 'zod/mini'

/** The source of what Baseboard found out by itself, beside the logs of the BMC. */
export const ourSource = 'Baseboard'

/**
 * One log of a BMC as its last reading found it. While it is not complete the next readings go on with it. `failure` says why it could
 * not be read. `clearedAt` is when we last found that it had been cleared.
 */
export const logSource = z.object({
  name: z.string(),
  canClear: z.boolean(),
  isComplete: z.boolean(),
  failure: z.nullable(z.string()),
  clearedAt: z.nullable(z.iso.datetime()),
})
export type LogSource = z.infer<typeof logSource>

/**
 * The logs in which the recorded makes tell of the hardware, the surest first: the SEL by itself; HPE's Integrated Management Log (beside
 * that of the iLO); Lenovo's platform log; Supermicro's only one, which has no name; what OpenBMC and others call their event log.
 */
const hardwareLogs = [/^sel$/i, /^iml$/i, /^platformlog$/i, /^log1$/i, /^eventlog$/i]

/** Of a BMC's logs the one that tells of its hardware, where that is certain: the only one, or one of these names; else undefined. */
export function toHardwareLog<T extends Pick<LogSource, 'name'>>(logs: readonly T[]): T | undefined {
  if (logs.length === 1) return logs[0]
  // Where two logs have one name, the owner of each stands before it.
  const named = hardwareLogs.map((name) => logs.filter((log) => name.test(log.name.split(' ').at(-1)!))).find(({ length }) => length > 0)
  return named?.length === 1 ? named[0] : undefined
}
