import { describe, expect, it } from 'vitest'
import type { Event } from '#lib/api/contract.ts'
import { justAfter, refreshed, timeOf, toUnseen } from './rows.ts'

const event = (id: string, at: string | null, cleared = false) => ({ id, at, seenAt: '2026-11-23T12:00:00.000Z', cleared }) as Event

const shown = [event('c', '2026-11-23T10:00:00.000Z'), event('b', '2026-11-22T10:00:00.000Z')]

describe('what is new', () => {
  it('is what the list does not have', () => {
    const newest = [event('d', '2026-11-23T11:00:00.000Z'), ...shown]
    expect(toUnseen(shown, newest, true).map(({ id }) => id)).toEqual(['d'])
  })

  it('may be an entry of earlier, and one without a time of the BMC', () => {
    const late = [event('x', null), event('m', '2026-11-22T20:00:00.000Z')]
    expect(toUnseen(shown, late, false).map(({ id }) => id)).toEqual(['x', 'm'])
  })

  it('is not what comes after the end of an unfinished list', () => {
    const older = event('a', '2026-11-21T10:00:00.000Z')
    expect(toUnseen(shown, [older], false)).toEqual([])
    expect(toUnseen(shown, [older], true)).toEqual([older])
  })
})

it('shown rows take over that they were cleared, and stay where they are', () => {
  const now = refreshed(shown, [event('new', '2026-11-23T11:00:00.000Z'), event('b', '2026-11-22T10:00:00.000Z', true)])
  expect(now.map(({ id, cleared }) => [id, cleared])).toEqual([['c', false], ['b', true]])
})

it('a log is cleared as a whole: older rows of it that are not read again are cleared too, those of other logs are not', () => {
  const of = (source: string, one: Event) => ({ ...one, node: 'n1', source })
  const list = [of('SEL', shown[0]!), of('SEL', shown[1]!), of('Lifecycle', event('a', '2026-11-21T10:00:00.000Z'))]
  const now = refreshed(list, [of('SEL', event('c', '2026-11-23T10:00:00.000Z', true))])
  expect(now.map(({ id, cleared }) => [id, cleared])).toEqual([['c', true], ['b', true], ['a', false]])
})

it('an entry without a time stands where it was seen', () => {
  expect(timeOf(event('x', null))).toBe('2026-11-23T12:00:00.000Z')
  expect(justAfter(shown[0]!)).toBe('2026-11-23T10:00:00.001Z')
})
