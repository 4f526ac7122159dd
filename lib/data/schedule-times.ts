import { Cron } from 'croner'
import type { ScheduleWhen } from '#lib/domain/schedule.ts'
import { invalid } from './address.ts'

/** The next times after `after`, at most `count`; none when it is over. Throws `invalid` (400) for an expression or a zone that is none. */
export function nextTimes(when: ScheduleWhen, after: Date, count: number): Date[] {
  if ('once' in when) {
    const at = new Date(when.once)
    return at > after ? [at] : []
  }
  return readCron(when.cron, when.timeZone).nextRuns(count, after)
}

export const nextTime = (when: ScheduleWhen, after: Date): Date | null => nextTimes(when, after, 1)[0] ?? null

function readCron(expression: string, timeZone: string): Cron {
  if (!isTimeZone(timeZone)) throw invalid('when.timeZone', `there is no time zone ${timeZone}`)
  try {
    return new Cron(expression, { timezone: timeZone, mode: '5-part', paused: true })
  } catch (error) {
    throw invalid('when.cron', `minute hour day month weekday are wanted: ${error instanceof Error ? error.message.replace(/^CronPattern: /, '') : String(error)}`)
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
