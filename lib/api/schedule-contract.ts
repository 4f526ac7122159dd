import * as z from 'zod/mini'
import { scheduleProblem, scheduleWhen } from '#lib/domain/schedule.ts'
import { operationCreate } from './contract.ts'

/** What crosses HTTP about operations that begin by themselves. */

const scheduleName = z.string().check(z.trim(), z.minLength(1), z.maxLength(100))
const request = operationCreate.check(
  z.refine(({ expect }) => expect === undefined, { path: ['expect'], message: 'nobody is there to see what the range meant' }),
  z.refine(({ sharePassword }) => sharePassword === undefined, { path: ['sharePassword'], message: 'a schedule keeps no password: mount from a share that needs none' }),
)

export const scheduleCreate = z.strictObject({ name: scheduleName, when: scheduleWhen, request, enabled: z._default(z.boolean(), true) })
export type ScheduleCreate = z.output<typeof scheduleCreate>

/** What is not named stays. Whoever changes more than `enabled` to false is from then on who it acts for. */
export const schedulePatch = z
  .strictObject({ name: z.optional(scheduleName), when: z.optional(scheduleWhen), request: z.optional(request), enabled: z.optional(z.boolean()) })
  .check(z.refine((given) => Object.keys(given).length > 0, 'names nothing to change: name, when, request or enabled'))
export type SchedulePatch = z.output<typeof schedulePatch>

export const schedule = z.object({
  id: z.string(),
  name: z.string(),
  enabled: z.boolean(),
  when: scheduleWhen,
  request: operationCreate,
  /** In whose name it acts, with the rights that they have then. */
  by: z.string(),
  createdAt: z.iso.datetime(),
  nextAt: z.nullable(z.iso.datetime()),
  lastAt: z.nullable(z.iso.datetime()),
  /** The operation of the last time; null when it came to none, and `lastProblem` says why. */
  lastOperation: z.nullable(z.string()),
  lastProblem: z.nullable(scheduleProblem),
})
export type Schedule = z.infer<typeof schedule>
export const scheduleList = z.object({ schedules: z.array(schedule) })

/** Asks when an expression would be due, before it is saved. */
export const scheduleTimesQuery = z.strictObject({ cron: z.string().check(z.minLength(1), z.maxLength(100)), timeZone: z.string().check(z.minLength(1), z.maxLength(60)) })
export const scheduleTimes = z.object({ times: z.array(z.iso.datetime()) })
