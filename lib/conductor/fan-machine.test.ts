import { describe, expect, it } from 'vitest'
import type { FanControl } from '#lib/domain/fan.ts'
import { type FanBecause, toSends, type FanPolicy } from '#lib/domain/fan-policy.ts'
import { sampleControl } from '#lib/domain/testing/fan-control.ts'
import type { Sensor } from '#lib/domain/sensor.ts'
import { hasLeft, seeFans, seeSensors, startHand, toFanMove, type FanHand, type FanTask } from './fan-machine.ts'

const control = sampleControl
const handle = { sensors: ['cpu'], limitC: 90, letGo: 'automatic' as const }
const curvePoints = [
  { celsius: 40, percent: 30 },
  { celsius: 80, percent: 70 },
]
const curve: FanPolicy = { kind: 'curve', zones: { 0: curvePoints, 1: curvePoints }, hysteresisC: 3, ...handle }
const fixed: FanPolicy = { kind: 'fixed', zones: { 0: 35, 1: 40 }, ...handle }
const startMs = 1_000_000

const toTask = (policy: FanPolicy, changes: Partial<FanTask> = {}): FanTask => ({ policy, version: 2, doneVersion: 1, consent: null, state: 'waiting', reason: null, holding: false, ...changes })
const held = (policy: FanPolicy, changes: Partial<FanTask> = {}) => toTask(policy, { doneVersion: 2, state: 'held', holding: true, ...changes })
const toSensor = (key: string, reading: number | null, thresholds: Sensor['thresholds'] = {}): Sensor => ({ key, name: key, kind: 'temperature', reading, unit: '°C', health: 'ok', thresholds, source: '' })
const toReading = (celsius: number | null) => ({ takenAt: '', mode: null, fans: [], duties: {}, switches: {}, unread: [], temperatures: [{ key: 'cpu', name: 'cpu', celsius }] })
const at = (celsius: number | null, atMs = startMs, hand: FanHand = startHand(startMs)) => seeFans(hand, toReading(celsius), atMs)
const duty = (cpu: number, other: number) => ({ kind: 'duty' as const, duties: { 0: cpu, 1: other } })
const told = (cpu: number, other: number, atMs: number, hand: FanHand) => ({ ...hand, last: { order: duty(cpu, other), atMs } })
const move = (task: FanTask, hand: FanHand, nowMs: number, of: FanControl | null = control) => toFanMove(task, hand, of, { code: 'impossible', text: 'no way to its fans' }, nowMs)
const bare = ({ code, text }: FanBecause) => ({ code, text })
/** The same without what the pages say it by in other languages. */
function look(...args: Parameters<typeof move>) {
  const found = move(...args)
  if ('reason' in found) return { ...found, reason: bare(found.reason) }
  return 'wait' in found && found.wait !== undefined ? { ...found, wait: bare(found.wait) } : found
}

describe('a duty that is asked for', () => {
  it('begins with a look, and waits for a temperature', () => {
    const hand = startHand(startMs)
    expect(look(toTask(fixed), hand, startMs)).toEqual({ do: 'look' })
    expect(look(toTask(fixed), { ...hand, looked: { atMs: startMs, isRead: false } }, startMs)).toMatchObject({ do: 'nothing', untilMs: startMs + 5_000, wait: { code: 'lost-temperature' } })
    expect(look(toTask(fixed), { ...hand, looked: { atMs: startMs, isRead: true } }, startMs)).toMatchObject({ do: 'nothing', untilMs: startMs + 15_000 })
  })

  it.each([
    [fixed, 20, duty(35, 40)],
    [curve, 20, duty(30, 30)],
    [curve, 60, duty(50, 50)],
    [curve, 89, duty(70, 70)],
  ])('is taken up with the first: %#', (policy, celsius, order) => {
    expect(look(toTask(policy), at(celsius), startMs)).toMatchObject({ do: 'send', takesUp: true, why: 'asked', order })
  })

  it('is never below the floor, whatever the policy says', () => {
    const low: FanPolicy = { kind: 'fixed', zones: { 0: 20, 1: 19 }, ...handle }
    expect(look(toTask(low), at(30), startMs)).toEqual({ do: 'give-up', reason: { code: 'impossible', text: '20 % is the least that these fans may be set to, not 19 %' } })
  })

  it('needs every zone, for one that is left out would stay as it is', () => {
    expect(look(toTask({ kind: 'fixed', zones: { 0: 40 }, ...handle }), at(30), startMs)).toMatchObject({ do: 'give-up', reason: { text: 'zone Peripheral needs a duty too' } })
  })

  it('is not begun when it is too hot already', () => {
    expect(look(toTask(fixed), at(95), startMs)).toEqual({ do: 'give-up', reason: { code: 'too-hot', text: 'cpu reads 95 °C, and the limit is 90 °C' } })
  })

  it('is not begun where a BMC takes nothing', () => {
    expect(look(toTask(fixed), at(30), startMs, null)).toEqual({ do: 'give-up', reason: { code: 'impossible', text: 'no way to its fans' } })
  })

  it('is not begun while the node is off', () => {
    expect(look(toTask(fixed), { ...at(30), isOff: true }, startMs)).toMatchObject({ do: 'nothing', wait: { code: 'off' } })
  })
})

describe('a duty that is ours', () => {
  it('is let be until it must be sent again or looked at', () => {
    expect(look(held(fixed), told(35, 40, startMs, at(50)), startMs + 1_000)).toEqual({ do: 'nothing', untilMs: startMs + 15_000 })
    expect(look(held(fixed), told(35, 40, startMs, at(50)), startMs + 15_000)).toEqual({ do: 'look' })
  })

  it('is looked at sooner when a look has failed', () => {
    const blind = { ...told(35, 40, startMs, at(50)), looked: { atMs: startMs + 15_000, isRead: false } }
    expect(look(held(fixed), blind, startMs + 16_000)).toEqual({ do: 'nothing', untilMs: startMs + 20_000 })
  })

  it('is sent again as often as the profile says', () => {
    const hand = told(35, 40, startMs, at(50, startMs + 50_000))
    expect(look(held(fixed), hand, startMs + 60_000)).toMatchObject({ do: 'send', takesUp: false, why: 'again', order: duty(35, 40) })
  })

  it('is sent again when the BMC has left the mode', () => {
    expect(look(held(fixed), { ...told(35, 40, startMs, at(50)), isLeft: true }, startMs + 3_000)).toMatchObject({ do: 'send', why: 'left', takesUp: false })
  })

  it('follows its curve, no sooner than the fans have settled', () => {
    const hand = { ...told(50, 50, startMs, at(70, startMs + 500)), levelC: 60 }
    expect(look(held(curve), hand, startMs + 1_000)).toEqual({ do: 'nothing', untilMs: startMs + 2_000 })
    expect(look(held(curve), hand, startMs + 2_000)).toMatchObject({ do: 'send', why: 'duty', order: duty(60, 60), levelC: 70 })
  })

  it('does not follow a fall within the hysteresis', () => {
    const hand = { ...told(50, 50, startMs, at(57, startMs + 5_000)), levelC: 60 }
    expect(look(held(curve), hand, startMs + 6_000)).toEqual({ do: 'nothing', untilMs: startMs + 20_000 })
  })
})

describe("the dead man's handle", () => {
  const hand = told(35, 40, startMs, at(50))

  it.each([
    ['automatic', { kind: 'automatic' }],
    ['full', duty(100, 100)],
  ] as const)('lets go of a duty whose temperature is lost: %s', (letGo, order) => {
    const task = held({ ...fixed, letGo })
    const blind = { ...hand, looked: { atMs: startMs + 59_000, isRead: false }, last: { order: duty(35, 40), atMs: startMs + 59_000 } }
    expect(look(task, blind, startMs + 59_999)).toEqual({ do: 'nothing', untilMs: startMs + 60_000 })
    expect(look(task, blind, startMs + 60_000)).toEqual({ do: 'let-go', order, reason: { code: 'lost-temperature', text: 'cpu has had no reading for 60 s' } })
  })

  it('counts a sensor without a value as one that is not read', () => {
    const silent = at(null, startMs + 60_000, hand)
    expect(look(held(fixed), silent, startMs + 60_000)).toMatchObject({ do: 'let-go' })
  })

  it.each([
    ['the limit of the policy', at(90, startMs + 5_000, hand), 'cpu reads 90 °C, and the limit is 90 °C'],
    ['the critical threshold of any sensor', seeSensors(hand, [toSensor('cpu', 50), toSensor('VRM', 101, { upperCritical: 100 })]), 'VRM reads 101 °C, and 100 °C is critical for it'],
  ])('lets go beyond %s', (_, hot, text) => {
    expect(look(held(curve), hot, startMs + 5_000)).toEqual({ do: 'let-go', order: { kind: 'automatic' }, reason: { code: 'too-hot', text } })
  })

  it('stays let go after it was too hot, until a person asks anew', () => {
    const cool = at(40, startMs + 5_000)
    const released = held(fixed, { state: 'released', holding: false, reason: { code: 'too-hot', text: '' } })
    expect(look(released, cool, startMs + 5_000)).toEqual({ do: 'nothing', untilMs: Infinity })
    expect(look({ ...released, version: 3 }, cool, startMs + 5_000)).toMatchObject({ do: 'send', takesUp: true })
  })

  it('takes up again when the temperature is back, or the node is on', () => {
    for (const code of ['lost-temperature', 'off', 'stopped', 'unreachable'] as const) {
      expect(look(held(fixed, { state: 'released', holding: false, reason: { code, text: '' } }), at(50), startMs)).toMatchObject({ do: 'send', takesUp: true })
    }
  })

  it('lets go of what a killed conductor left, unless a temperature comes in time', () => {
    const found = startHand(startMs)
    expect(look(held(fixed), found, startMs)).toEqual({ do: 'look' })
    const blind = { ...found, looked: { atMs: startMs, isRead: false } }
    expect(look(held(fixed), blind, startMs + 1)).toEqual({ do: 'nothing', untilMs: startMs + 3_500 })
    expect(look(held(fixed), at(50, startMs + 800), startMs + 800)).toMatchObject({ do: 'send', takesUp: true, order: duty(35, 40) })
    expect(look(held(fixed), blind, startMs + 3_500)).toMatchObject({ do: 'let-go', order: { kind: 'automatic' } })
  })

  it('lets the fans run full where nothing gives them back to the BMC', () => {
    expect(look(held(fixed), at(95, startMs, hand), startMs, { ...control, automatic: null })).toMatchObject({ do: 'let-go', order: duty(100, 100) })
  })

  it('lets go of a duty that the BMC refused', () => {
    expect(look(held(fixed, { state: 'failed', reason: { code: 'refused', text: '0xd5' } }), hand, startMs)).toMatchObject({ do: 'let-go', reason: { code: 'refused' } })
  })

  it('lets go of what a new profile cannot hold', () => {
    expect(look(held(fixed), hand, startMs + 1, { ...control, zones: [] })).toMatchObject({ do: 'let-go', reason: { code: 'impossible' } })
  })

  it.each([
    [1, 2_000],
    [2, 4_000],
    [4, 16_000],
    [9, 30_000],
  ])('tries again after %d failures in a row', (count, gapMs) => {
    const failed = { ...hand, isLeft: true, failures: { count, atMs: startMs } }
    expect(look(held(fixed), failed, startMs + gapMs - 1)).toEqual({ do: 'nothing', untilMs: startMs + gapMs })
    expect(look(held(fixed), at(50, startMs + gapMs, failed), startMs + gapMs)).toMatchObject({ do: 'send' })
  })
})

describe('what the BMC does by itself', () => {
  it('automatic is sent once, and not again', () => {
    expect(look(toTask({ kind: 'automatic' }), startHand(startMs), startMs)).toMatchObject({ do: 'send', order: { kind: 'automatic' }, takesUp: true })
    expect(look(toTask({ kind: 'automatic' }, { doneVersion: 2, state: 'set' }), startHand(startMs), startMs)).toEqual({ do: 'nothing', untilMs: Infinity })
  })

  it('automatic is not sent where nothing is known for it', () => {
    expect(look(toTask({ kind: 'automatic' }), startHand(startMs), startMs, { ...control, automatic: null })).toMatchObject({ do: 'give-up', reason: { code: 'impossible' } })
  })

  it('automatic is sent again where what was held may still stand', () => {
    expect(look(toTask({ kind: 'automatic' }, { doneVersion: 2, holding: true }), startHand(startMs), startMs)).toMatchObject({ do: 'send' })
  })

  it('a mode needs no temperature, and no mode takes a duty without one', () => {
    expect(look(toTask({ kind: 'mode', mode: 'standard' }), startHand(startMs), startMs)).toMatchObject({ do: 'send', order: { kind: 'mode', mode: 'standard' } })
    expect(look(toTask({ kind: 'mode', mode: 'full' }), startHand(startMs), startMs)).toMatchObject({ do: 'give-up', reason: { text: 'Full needs a duty: set one, or a curve' } })
    expect(look(toTask({ kind: 'mode', mode: 'quiet' }), startHand(startMs), startMs)).toMatchObject({ do: 'give-up' })
  })
})

describe('an unverified profile', () => {
  const unverified: FanControl = { ...control, grade: 'C' }
  const consent = { profile: control.profile, sends: toSends(control), by: 'ada', at: '2026-11-30T00:00:00.000Z' }

  it('sends nothing that no administrator has read, not even to let go', () => {
    for (const given of [null, { ...consent, profile: 'other' }, { ...consent, sends: ['automatic: 30 45 01 02'] }]) {
      expect(look(held(fixed, { consent: given }), at(95), startMs, unverified)).toMatchObject({ do: 'give-up', reason: { code: 'unverified' } })
    }
  })

  it('carries its name in every order once it is turned on', () => {
    expect(look(toTask(fixed, { consent }), at(50), startMs, unverified)).toMatchObject({ do: 'send', order: { unverified: control.profile } })
    expect(look(held(fixed, { consent }), at(95), startMs, unverified)).toMatchObject({ do: 'let-go', order: { kind: 'automatic', unverified: control.profile } })
  })
})

describe('a mode that stands', () => {
  const mode: FanPolicy = { kind: 'mode', mode: 'standard' }
  const task = held(mode, { state: 'set', holding: false })
  const hand = { ...at(50), looked: { atMs: startMs + 59_000, isRead: true }, last: { order: { kind: 'mode' as const, mode: 'standard' }, atMs: startMs } }

  it.each<[string, Partial<FanControl>, boolean]>([
    ['by a profile that says so', {}, true],
    ['by one whose duties expire', { guarantee: { kind: 'expires', seconds: 60, rescues: null } }, false],
    ['in a resource of Redfish', { via: 'redfish' }, false],
  ])('is sent again %s: %#', (_, changes, isSent) => {
    expect(look(task, hand, startMs + 60_000, { ...control, ...changes })).toMatchObject(isSent ? { do: 'send', why: 'again' } : { do: 'nothing' })
    expect(look(task, { ...hand, isLeft: true }, startMs + 60_000, { ...control, ...changes })).toMatchObject({ do: 'send', why: 'left' })
  })
})

describe('a mode that was left', () => {
  const automatic = { id: 'a', name: 'A', kind: 'automatic' as const, canSet: true }
  const manual = { id: 'm', name: 'M', kind: 'manual' as const, canSet: false }
  const other = { ...automatic, id: 'b' }
  const steered = { ...control, modes: [automatic, other, manual] }
  const least = { ...control, modes: [automatic, other] }
  const mode: FanPolicy = { kind: 'mode', mode: 'a' }

  it.each([
    ['a duty in the manual mode', manual, held(fixed), steered, false],
    ['a duty that the BMC steers over', automatic, held(fixed), steered, true],
    ['a least duty, above which the BMC always steers', automatic, held(fixed), least, false],
    ['a duty that is not held yet', automatic, toTask(fixed), steered, false],
    ['the mode that was asked for', automatic, held(mode, { state: 'set', holding: false }), least, false],
    ['another mode', other, held(mode, { state: 'set', holding: false }), least, true],
    ['whatever the BMC likes', other, held({ kind: 'automatic' }, { state: 'set' }), least, false],
  ])('%s', (_, read, task, of, left) => {
    expect(hasLeft(read, task, of)).toBe(left)
  })
})
