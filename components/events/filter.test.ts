import { describe, expect, it } from 'vitest'
import { beginOf, levelsOf, toBoxTime, toFilter, toggleLevel } from './filter.ts'

describe('the filter in the address', () => {
  it('takes what it knows, trimmed, times as instants, levels worst first', () => {
    const search = new URLSearchParams('node= n3 &level=warning,loud,critical&from=2026-11-23T10:00%2B08:00&cleared=false&q=psu 2&page=7')
    expect(toFilter(search)).toEqual({ node: 'n3', level: 'critical,warning', from: '2026-11-23T02:00:00.000Z', cleared: 'false', q: 'psu 2' })
  })

  it('leaves out what is empty, no time or no level', () => {
    expect(toFilter(new URLSearchParams('source=&to=yesterday&level=loud&cleared=true'))).toEqual({})
  })
})

describe('the levels', () => {
  it('are added and taken away one by one', () => {
    expect(toggleLevel({}, 'warning')).toBe('warning')
    expect(toggleLevel({ level: 'warning' }, 'critical')).toBe('critical,warning')
    expect(toggleLevel({ level: 'critical,warning' }, 'critical')).toBe('warning')
  })

  it('are no filter when none or all are chosen', () => {
    expect(toggleLevel({ level: 'warning' }, 'warning')).toBeUndefined()
    expect(toggleLevel({ level: 'critical,warning' }, 'ok')).toBeUndefined()
    expect(levelsOf({})).toEqual([])
  })
})

describe('a span', () => {
  it('begins on the minute', () => {
    expect(beginOf('day', Date.parse('2026-11-23T10:20:30.400Z'))).toBe('2026-11-22T10:20:00.000Z')
  })

  it('is shown in the reader’s own time', () => {
    expect(toBoxTime('2026-11-23T18:30:00.000Z', -480)).toBe('2026-11-24T02:30')
  })
})
