import { describe, expect, it } from 'vitest'
import {
  afterFailure,
  closedBreaker,
  dueFacets,
  hasten,
  isHalfOpen,
  mayTry,
  nextDueMs,
  nudge,
  reschedule,
  startSchedule,
  usualCadence,
  type Breaker,
  type Nudges,
} from './schedule.ts'

const middle = () => 0.5

function failTimes(times: number, kind: Parameters<typeof afterFailure>[1], nowMs = 0): Breaker {
  let breaker = closedBreaker
  for (let i = 0; i < times; i++) breaker = afterFailure(breaker, kind, nowMs, middle)
  return breaker
}

describe('when a facet is due', () => {
  it('starts within seconds and asks for power first', () => {
    const schedule = startSchedule(1_000, () => 0.999)
    expect(schedule.power).toBeLessThanOrEqual(3_000)
    expect(dueFacets(schedule, 601_000)).toEqual(['power', 'sensors', 'log', 'identity', 'inventory'])
    expect(dueFacets(startSchedule(1_000, () => 0.5), 2_000)).toEqual(['power'])
  })

  it.each([
    ['power', 0, 9_500],
    ['power', 1, 10_500],
    ['sensors', 0.5, 60_000],
    ['log', 0.5, 60_000],
    ['inventory', 0.5, 21_600_000],
    ['identity', 0.5, 21_600_000],
  ] as const)('%s comes again one interval after it was asked, jitter %d', (facet, random, expected) => {
    const schedule = reschedule(startSchedule(0, () => 0), facet, 0, () => random)
    expect(schedule[facet]).toBe(expected)
  })

  it('spreads a thousand nodes that started together over a tenth of the interval', () => {
    const next = Array.from({ length: 1_000 }, (_, i) => reschedule(startSchedule(0, middle), 'power', 0, () => i / 1_000).power)
    expect(Math.max(...next) - Math.min(...next)).toBeGreaterThan(usualCadence.intervalMs.power * 0.09)
  })

  it('hastens and never delays', () => {
    const schedule = { power: 100, sensors: 200, log: 250, identity: 300, inventory: 400 }
    expect(hasten(schedule, 'identity', 150).identity).toBe(150)
    expect(hasten(schedule, 'power', 150).power).toBe(100)
    expect(nextDueMs(schedule)).toBe(100)
  })
})

describe('a nudge', () => {
  /** The moments at which a facet is read, when events come at these. */
  function readings(facet: 'power' | 'log' | 'sensors', eventsMs: readonly number[]): number[] {
    let nudges: Nudges = {}
    return eventsMs.flatMap((atMs) => {
      const next = nudge(nudges, atMs)
      nudges = next.nudges
      return next.due[facet] ?? []
    })
  }
  const every = (ms: number, untilMs: number) => Array.from({ length: untilMs / ms }, (_, i) => i * ms)

  it('reads power, log and sensors at once, long before their turn', () => {
    expect(nudge({}, 50_000).due).toEqual({ power: 50_100, log: 51_000, sensors: 51_500 })
  })

  it('one reading serves for a burst, and the next comes 5 s later at the soonest', () => {
    expect(readings('power', [0, 10, 20, 90])).toEqual([100])
    expect(readings('power', [0, 200, 300])).toEqual([100, 5_100])
    expect(readings('power', [0, 60_000])).toEqual([100, 60_100])
  })

  it.each(['power', 'log', 'sensors'] as const)('a BMC that chatters costs at most one more reading of %s per interval', (facet) => {
    const interval = usualCadence.intervalMs[facet]
    const atMs = readings(facet, every(50, 3_600_000))
    expect(Math.min(...atMs.slice(1).map((one, i) => one - atMs[i]!))).toBeGreaterThanOrEqual(5_000)
    expect(atMs.length).toBeLessThanOrEqual(3_600_000 / interval + 5)
  })
})

describe('the breaker', () => {
  it('forgives two failures and opens at the third', () => {
    expect(mayTry(failTimes(2, 'unreachable'), 0)).toBe(true)
    const open = failTimes(3, 'unreachable')
    expect(mayTry(open, 29_999)).toBe(false)
    expect(mayTry(open, 30_000)).toBe(true)
    expect(isHalfOpen(open)).toBe(true)
    expect(isHalfOpen(failTimes(2, 'unreachable'))).toBe(false)
  })

  it.each([
    [3, 30_000],
    [4, 60_000],
    [5, 120_000],
    [6, 240_000],
    [7, 300_000],
    [500, 300_000],
  ])('after %d failures it waits %d ms', (failures, pauseMs) => {
    expect(failTimes(failures, 'unreachable').until).toBe(pauseMs)
  })

  it('asks a dead BMC eight times in the first ten minutes, not sixty', () => {
    let breaker = closedBreaker
    let asked = 0
    for (let nowMs = 0; nowMs < 600_000; nowMs += usualCadence.intervalMs.power) {
      if (!mayTry(breaker, nowMs)) continue
      asked++
      breaker = afterFailure(breaker, 'unreachable', nowMs, middle)
    }
    expect(asked).toBeLessThanOrEqual(8)
  })

  it('asks a BMC that refuses the password once in five minutes, from the first refusal on', () => {
    expect(failTimes(1, 'credentials').until).toBe(300_000)
    expect(failTimes(1, 'session-limit').until).toBe(300_000)
  })

  it.each(['certificate', 'outside-networks', 'no-credential'] as const)('waits for a person after %s', (kind) => {
    expect(mayTry(failTimes(1, kind), 1e12)).toBe(false)
  })
})
