import type { ScheduleWhen } from '#lib/domain/schedule.ts'

/** How often, as a person says it; `cron` is for everything else. */
export const rhythms = ['once', 'daily', 'weekdays', 'weekly', 'cron'] as const
export type Rhythm = (typeof rhythms)[number]

/** A time as the boxes hold it. `date` is yyyy-mm-dd and `time` hh:mm, both in `timeZone`; `weekday` is 0 for Sunday, as cron counts. */
export type WhenForm = { rhythm: Rhythm; date: string; time: string; weekday: string; cron: string; timeZone: string }

/** The name of a day, 0 for Sunday: 2023-01-01 was one. */
export const weekdayName = (locale: string, day: number) => new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' }).format(new Date(Date.UTC(2023, 0, 1 + day)))

const pad = (value: number) => String(value).padStart(2, '0')

/** Tomorrow at three in the morning, in the zone of this browser: when nobody is at it. */
export function startWhen(now: Date): WhenForm {
  const tomorrow = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1)
  const date = `${tomorrow.getFullYear()}-${pad(tomorrow.getMonth() + 1)}-${pad(tomorrow.getDate())}`
  return { rhythm: 'once', date, time: '03:00', weekday: '6', cron: '0 3 * * *', timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone }
}

const simple = /^(\d{1,2}) (\d{1,2}) \* \* (\*|1-5|[0-6])$/

/** The boxes for a time that was saved. A moment is shown by the clock of this browser. */
export function toWhenForm(when: ScheduleWhen, now: Date): WhenForm {
  const form = startWhen(now)
  if ('once' in when) {
    const at = new Date(when.once)
    return { ...form, date: `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`, time: `${pad(at.getHours())}:${pad(at.getMinutes())}` }
  }
  const known = { ...form, cron: when.cron, timeZone: when.timeZone }
  const [, minute, hour, days] = simple.exec(when.cron) ?? []
  if (days === undefined) return { ...known, rhythm: 'cron' }
  const time = `${pad(Number(hour))}:${pad(Number(minute))}`
  if (days === '*') return { ...known, time, rhythm: 'daily' }
  return days === '1-5' ? { ...known, time, rhythm: 'weekdays' } : { ...known, time, rhythm: 'weekly', weekday: days }
}

const days: Record<'daily' | 'weekdays', string> = { daily: '*', weekdays: '1-5' }

/** The time that the boxes mean; null while they mean none. */
export function toWhen({ rhythm, date, time, weekday, cron, timeZone }: WhenForm): ScheduleWhen | null {
  if (rhythm === 'cron') return cron.trim() === '' ? null : { cron: cron.trim().replace(/\s+/g, ' '), timeZone }
  const [hour, minute] = time.split(':').map(Number)
  if (hour === undefined || minute === undefined || Number.isNaN(hour + minute)) return null
  if (rhythm === 'once') {
    const at = new Date(`${date}T${time}`)
    return Number.isNaN(at.getTime()) ? null : { once: at.toISOString() }
  }
  return { cron: `${minute} ${hour} * * ${rhythm === 'weekly' ? weekday : days[rhythm]}`, timeZone }
}
