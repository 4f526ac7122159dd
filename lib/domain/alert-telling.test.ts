import { describe, expect, it } from 'vitest'
import { alertTiming, type Alert } from './alert.ts'
import { toTellings } from './alert-telling.ts'

const t0 = 1_800_000_000_000
const second = 1_000
const rule = { receivers: ['r'], repeatSeconds: 3600, tellsOver: true }

const alert = (subject: string, changes: Partial<Alert> = {}): Alert => ({
  subject,
  node: subject,
  state: 'firing',
  sinceMs: t0 - 30 * second,
  beginsMs: [t0 - 30 * second],
  told: 'nothing',
  toldMs: null,
  quiet: null,
  evidence: { kind: 'audit', waitingSince: null },
  ...changes,
})

const tell = (alerts: Alert[], changes: Partial<typeof rule> = {}, nowMs = t0) => {
  const { tellings, alerts: after } = toTellings({ ...rule, ...changes }, alerts, nowMs, alertTiming)
  return { said: tellings.map(({ kind, alerts: of }) => `${kind} ${of.map(({ subject }) => subject).join()}`), after }
}

describe('what is told now', () => {
  const told = { told: 'firing', toldMs: t0 - 600 * second } as const
  const over = { ...told, state: 'over' } as const

  it.each<[string, Alert[], Partial<typeof rule>, string[]]>([
    ['one that fires', [alert('a')], {}, ['firing a']],
    ['one that only waits', [alert('a', { state: 'pending', beginsMs: [] })], {}, []],
    ['one that just began: more may come', [alert('a', { sinceMs: t0 - 19 * second })], {}, []],
    ['those that come while the first waits go with it', [alert('a'), alert('b', { sinceMs: t0 - second })], {}, ['firing a,b']],
    ['one that was told', [alert('a', told)], {}, []],
    ['another one soon after: not sooner than a minute', [alert('a', { told: 'firing', toldMs: t0 - 59 * second }), alert('b')], {}, []],
    ['another one a minute after', [alert('a', { told: 'firing', toldMs: t0 - 60 * second }), alert('b')], {}, ['firing b']],
    ['one that is over', [alert('a', over)], {}, ['over a']],
    ['one that is over and waits again', [alert('a', { ...over, state: 'pending' })], {}, ['over a']],
    ['one that is over and nobody knew of', [alert('a', { state: 'over' })], {}, []],
    ['one that is over, where nobody wants to know', [alert('a', over)], { tellsOver: false }, []],
    ['both, each in its message', [alert('a', over), alert('b')], {}, ['firing b', 'over a']],
    ['one under a silence', [alert('a', { quiet: 'silence' })], {}, []],
    ['one under maintenance that is over: later', [alert('a', { ...over, quiet: 'maintenance' })], {}, []],
    ['again after the repeat time, with all that still fire', [alert('a', { told: 'firing', toldMs: t0 - 3600 * second }), alert('b', told), alert('c', { ...told, quiet: 'silence' })], {}, ['repeat a,b']],
    ['never again where the rule says so', [alert('a', { told: 'firing', toldMs: 0 })], { repeatSeconds: null as never }, []],
    ['nothing where nobody listens', [alert('a')], { receivers: [] }, []],
  ])('%s', (_, alerts, changes, said) => {
    expect(tell(alerts, changes).said).toEqual(said)
  })

  it('what is told is marked, so that the next look tells nothing', () => {
    const { after } = tell([alert('a'), alert('b', over)])
    expect(after.map(({ told: now, toldMs }) => [now, toldMs])).toEqual([['firing', t0], ['over', t0]])
    expect(tell(after, {}, t0 + 3599 * second).said).toEqual([])
  })

  it('what came while nobody listened is told to the first who does', () => {
    expect(tell(tell([alert('a')], { receivers: [] }).after).said).toEqual(['firing a'])
  })

  it('what nobody is told to be over any more is let go', () => {
    expect(tell([alert('a', over)], { receivers: [] }).after[0]!.told).toBe('over')
    expect(tell([alert('a', over)], { tellsOver: false }).after[0]!.told).toBe('over')
  })
})

describe('one that comes and goes', () => {
  it('is told once, and again when it has been steady', () => {
    const minutes = (count: number) => t0 + count * 60 * second
    let last: Alert = alert('a', { state: 'over', sinceMs: 0, beginsMs: [] })
    const said: string[] = []
    // It begins at 0, 4, 8, 12 and 16, and is over two minutes after each.
    for (let minute = 0; minute <= 60; minute += 1) {
      const [isOn, began] = [minute < 18 && minute % 4 < 2, minute <= 16 && minute % 4 === 0]
      const sinceMs = isOn !== (last.state === 'firing') ? minutes(minute) : last.sinceMs
      const beginsMs = began ? [...last.beginsMs, minutes(minute)].slice(-3) : last.beginsMs
      const now: Alert = Object.assign(alert('a'), last, { state: isOn ? 'firing' : 'over', sinceMs, beginsMs })
      const { tellings, alerts } = toTellings(rule, [now], minutes(minute) + 30 * second, alertTiming)
      said.push(...tellings.map(({ kind }) => `${minute} ${kind}`))
      last = alerts[0]!
    }
    expect(said).toEqual(['0 firing', '2 over', '4 firing', '6 over', '8 firing', '33 over'])
  })
})
