import * as z from 'zod/mini'

/** When an operation is to begin by itself: once, or by a cron expression of five fields, in a time zone of the IANA list. */
export const scheduleWhen = z.union([
  z.strictObject({ once: z.iso.datetime() }),
  z.strictObject({ cron: z.string().check(z.minLength(9), z.maxLength(100)), timeZone: z.string().check(z.minLength(1), z.maxLength(60)) }),
])
export type ScheduleWhen = z.infer<typeof scheduleWhen>

/** What became of the last time that it was due, when that was no operation. */
export const scheduleProblem = z.object({ code: z.string(), message: z.string() })
export type ScheduleProblem = z.infer<typeof scheduleProblem>

/** Later than so many ms it is not made up for: nobody expects a rack to go off at noon because the server was away at midnight. */
export const missedAfterMs = 10 * 60_000
