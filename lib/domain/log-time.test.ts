import { describe, expect, test } from 'vitest'
import { logEntry } from './log-entry.ts'
import { byNewest, toLogTime } from './log-time.ts'

const nowMs = Date.UTC(2026, 10, 23, 12)

describe('toLogTime', () => {
  test.each([
    ['2017-10-25T23:23:24-05:00', '2017-10-26T04:23:24.000Z'],
    ['2021-01-28T22:53:08Z', '2021-01-28T22:53:08.000Z'],
    ['2023-08-16T19:42:58.033389+00:00', '2023-08-16T19:42:58.033Z'],
    ['2022-08-31 23:00:44', '2022-08-31T23:00:44.000Z'],
    ['2022-08-31T23:00:44+0800', '2022-08-31T15:00:44.000Z'],
    [Date.UTC(2026, 10, 23), '2026-11-23T00:00:00.000Z'],
  ])('%s', (given, at) => {
    expect(toLogTime(given, nowMs)).toBe(at)
  })

  // Clocks that were never set, have lost their battery or overflowed; and what would have to be guessed.
  test.each(['1970-01-01T17:22:03+00:00', '1999-12-31T12:00:39+00:00', '2038-01-19T03:14:07Z', '2026-11-26T12:00:00Z', '05/24/17 16:15', '', undefined, NaN])(
    '%s is no time',
    (given) => {
      expect(toLogTime(given, nowMs)).toBeNull()
    },
  )

  test('a clock that is a day ahead is believed', () => {
    expect(toLogTime('2026-11-24T12:00:00Z', nowMs)).toBe('2026-11-24T12:00:00.000Z')
  })
})

test('newest first, and those without a time last in their order', () => {
  const entries = [{ at: null, n: 1 }, { at: '2026-01-01T00:00:00.000Z', n: 2 }, { at: null, n: 3 }, { at: '2026-01-02T00:00:00.000Z', n: 4 }]
  expect(entries.toSorted(byNewest).map(({ n }) => n)).toEqual([4, 2, 1, 3])
})

test('the schema takes an entry with and without a time', () => {
  const entry = { key: 'k', source: 'SEL', sourceId: '1', at: null, level: 'ok', text: 'Fully Redundant' } as const
  expect(logEntry.parse(entry)).toEqual(entry)
  expect(logEntry.safeParse({ ...entry, at: '1 January' }).success).toBe(false)
})
