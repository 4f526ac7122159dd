import { describe, expect, it } from 'vitest'
import { beginOf, toBoxTime } from './time-span.ts'

describe('a span of time', () => {
  it('begins on the minute', () => {
    expect(beginOf('day', Date.parse('2026-11-23T10:20:30.400Z'))).toBe('2026-11-22T10:20:00.000Z')
  })

  it('is shown in the reader’s own time', () => {
    expect(toBoxTime('2026-11-23T18:30:00.000Z', -480)).toBe('2026-11-24T02:30')
  })
})
