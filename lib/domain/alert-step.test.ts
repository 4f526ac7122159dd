import { describe, expect, it } from 'vitest'
import { alertTiming, type Alert, type AlertEvidence } from './alert.ts'
import { isFlapping, stepAlert } from './alert-step.ts'

const evidence: AlertEvidence = { kind: 'silent', failure: 'unreachable', address: '10.0.0.1:623', seenAt: null }
const minute = 60_000
const t0 = 1_800_000_000_000

/** A day of one alert: at each minute what is seen (y: holds, n: not, ?: cannot say, G: holds and nobody had looked for a while), and its state after. */
function follow(sights: string, forMs: number): string {
  let alert: Alert | null = null
  return [...sights]
    .map((sign, index) => {
      const holds = sign === 'n' ? false : sign === '?' ? null : true
      const look = { nowMs: t0 + index * minute, isAfterGap: sign === 'G' }
      alert = stepAlert(alert, { subject: 'a', node: 'n1', holds, evidence: holds === true ? evidence : null }, forMs, look, alertTiming)
      return alert === null ? '.' : { pending: 'p', firing: 'F', over: 'o' }[(alert as Alert).state]
    })
    .join('')
}

describe('what changes state now', () => {
  it.each([
    // [what it is, minutes that it must hold, seen, states]
    ['holds at once where it need not last', 0, 'yyn', 'FFo'],
    ['waits for as long as the rule says', 3, 'yyyyy', 'pppFF'],
    ['is nothing when it passes before that', 3, 'yyn', 'pp.'],
    ['begins its wait anew after it passed', 3, 'yynyyyy', 'pp.pppF'],
    ['ends when it is over, and is remembered', 1, 'yynnn', 'pFooo'],
    ['stays when nobody can say', 1, 'yy???n', 'pFFFFo'],
    ['does not begin when nobody can say', 1, '????', '....'],
    ['does not begin to fire on a look that cannot say', 2, 'y????y', 'pppppF'],
    ['does not count the time in which nobody looked', 3, 'yyGyyy', 'pppppF'],
    ['goes on firing after such a time', 1, 'yyGy', 'pFFF'],
    ['comes again', 1, 'yynyyn', 'pFopFo'],
    ['that passes while it waits again is over, not gone', 1, 'yynyn', 'pFopo'],
  ])('an alert %s', (_, minutes, sights, states) => {
    expect(follow(sights, minutes * minute)).toBe(states)
  })

  it('what is over is forgotten after a day, unless somebody still believes that it fires', () => {
    const over: Alert = { subject: 'a', node: 'n1', state: 'over', sinceMs: t0, beginsMs: [t0 - 1], told: 'over', toldMs: t0, quiet: null, evidence }
    const nothing = { subject: 'a', node: 'n1', holds: false, evidence: null }
    const after = (alert: Alert, ms: number) => stepAlert(alert, nothing, 0, { nowMs: t0 + ms, isAfterGap: false }, alertTiming)
    expect(after(over, alertTiming.keptMs - 1)).toEqual(over)
    expect(after(over, alertTiming.keptMs)).toBeNull()
    expect(after({ ...over, told: 'firing' }, 10 * alertTiming.keptMs)).toEqual({ ...over, told: 'firing' })
  })

  it('keeps the newest evidence and the name of a node that is gone', () => {
    const look = { nowMs: t0, isAfterGap: false }
    const first = stepAlert(null, { subject: 'a', node: 'n1', holds: true, evidence }, 0, look, alertTiming)
    const other: AlertEvidence = { ...evidence, address: '10.0.0.2:623' }
    expect(stepAlert(first, { subject: 'a', node: 'n1', holds: true, evidence: other }, 0, look, alertTiming)!.evidence).toEqual(other)
    expect(stepAlert(first, { subject: 'a', node: null, holds: false, evidence: null }, 0, look, alertTiming)).toMatchObject({ state: 'over', node: 'n1', evidence })
  })
})

describe('flapping', () => {
  const begun = (minutesAgo: readonly number[], sinceMinutes: number): Alert => ({
    subject: 'a',
    node: 'n1',
    state: 'over',
    sinceMs: t0 - sinceMinutes * minute,
    beginsMs: minutesAgo.map((ago) => t0 - ago * minute),
    told: 'firing',
    toldMs: t0,
    quiet: null,
    evidence,
  })

  it.each([
    ['twice within the hour is not', [20, 5], 1, false],
    ['three times within the hour is', [50, 20, 5], 1, true],
    ['three times in more than an hour is not', [61, 20, 5], 1, false],
    ['until it has been steady for a quarter of an hour', [50, 20, 16], 15, false],
    ['and not a moment less', [50, 20, 16], 14, true],
  ])('%s', (_, begins, since, is) => {
    expect(isFlapping(begun(begins, since), t0, alertTiming)).toBe(is)
  })
})
