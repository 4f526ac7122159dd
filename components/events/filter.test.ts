import { describe, expect, it } from 'vitest'
import { levelsOf, toFilter, toggleLevel } from './filter.ts'

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
