import { describe, expect, test } from 'vitest'
import { looksLikeZone, toBmcClock, toClockState, type BmcClock } from './bmc-clock.ts'

const askedAtMs = Date.UTC(2026, 10, 23, 12)
const hour = 3_600

describe('what a BMC says of the time', () => {
  test.each([
    // Told in whole seconds: the middle of the second is what is meant, and half a second is the least doubt.
    ['to the second, at once', Date.UTC(2026, 10, 23, 12, 0, 0), 0, { aheadSeconds: 0.5, withinSeconds: 0.5 }],
    ['in a slow exchange, of which its middle counts', Date.UTC(2026, 10, 23, 12, 0, 2), 4_000, { aheadSeconds: 0.5, withinSeconds: 2.5 }],
    ['in another zone', Date.UTC(2026, 10, 23, 20, 0, 0), 200, { aheadSeconds: 8 * hour + 0.4, withinSeconds: 0.6 }],
    ['behind', Date.UTC(2026, 10, 23, 11, 58, 0), 1_000, { aheadSeconds: -120, withinSeconds: 1 }],
    ['beyond what its log may be believed', Date.UTC(2036, 1, 7), 0, { aheadSeconds: 290_520_000.5, withinSeconds: 0.5 }],
    // IPMI 2.0 §37.1: up to 20000000h seconds a clock counts from the start of the BMC; a battery that is empty begins in 1999 to 2001.
    ['as seconds since its start', 0x1fff_ffff * 1_000, 0, { aheadSeconds: null, withinSeconds: 0.5 }],
    ['with an empty battery', Date.UTC(2000, 0, 1), 0, { aheadSeconds: null, withinSeconds: 0.5 }],
  ])('%s', (_, toldMs, tookMs, clock) => {
    expect(toBmcClock(toldMs, { askedAtMs, answeredAtMs: askedAtMs + tookMs })).toEqual(clock)
  })

  test('our own clock that was set back in between makes no negative doubt', () => {
    expect(toBmcClock(askedAtMs, { askedAtMs, answeredAtMs: askedAtMs - 5_000 }).withinSeconds).toBe(0.5)
  })
})

const off = (aheadSeconds: number | null, withinSeconds = 0.5): BmcClock => ({ aheadSeconds, withinSeconds })

test.each([
  [off(null), 'unset'],
  [off(0), 'right'],
  [off(60.5), 'right'],
  [off(-61), 'off'],
  // It may be half a minute off or two minutes: nothing is said.
  [off(75, 20), 'right'],
] as const)('%j is %s', (clock, state) => expect(toClockState(clock)).toBe(state))

test.each([
  [off(8 * hour + 20), true],
  [off(-5.75 * hour), true],
  [off(-9.5 * hour - 50, 3), true],
  [off(8 * hour + 400), false],
  [off(900), false],
  [off(15 * hour), false],
  [off(null), false],
] as const)('%j looks like another time zone: %s', (clock, looks) => expect(looksLikeZone(clock)).toBe(looks))
