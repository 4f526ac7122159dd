import { describe, expect, it } from 'vitest'
import { startWhen, toWhen, toWhenForm } from './when-form.ts'

const now = new Date(2026, 10, 29, 22, 15)
const form = { ...startWhen(now), timeZone: 'Europe/Berlin' }

describe('the time of a schedule', () => {
  it('is tomorrow at three when nothing else is said', () => {
    expect(toWhen(form)).toEqual({ once: new Date(2026, 10, 30, 3, 0).toISOString() })
  })

  it.each([
    ['daily', {}, '5 4 * * *'],
    ['weekdays', {}, '5 4 * * 1-5'],
    ['weekly', { weekday: '0' }, '5 4 * * 0'],
    ['cron', { cron: ' */15  * * * 6,0 ' }, '*/15 * * * 6,0'],
  ] as const)('%s is an expression, and comes back as it was chosen', (rhythm, more, cron) => {
    const when = toWhen({ ...form, time: '04:05', rhythm, ...more })
    expect(when).toEqual({ cron, timeZone: 'Europe/Berlin' })
    const again = toWhenForm(when!, now)
    expect([again.rhythm, toWhen(again)]).toEqual([rhythm, when])
  })

  it('of once comes back by the clock of this browser', () => {
    const when = { once: new Date(2027, 0, 2, 13, 30).toISOString() }
    expect(toWhenForm(when, now)).toMatchObject({ rhythm: 'once', date: '2027-01-02', time: '13:30' })
    expect(toWhen(toWhenForm(when, now))).toEqual(when)
  })

  it('is none while the boxes are not filled', () => {
    expect([toWhen({ ...form, date: '' }), toWhen({ ...form, rhythm: 'daily', time: '' }), toWhen({ ...form, rhythm: 'cron', cron: ' ' })]).toEqual([null, null, null])
  })
})
