import { describe, expect, it } from 'vitest'
import { toLocalPath } from './local-path.ts'

describe('where the sign-in leads', () => {
  it('is a path of this site, with its query', () => {
    expect(toLocalPath('/nodes/n1?tab=sensors')).toBe('/nodes/n1?tab=sensors')
  })

  it.each([
    ['another site', 'https://evil.example/'],
    ['another site without a scheme', '//evil.example'],
    ['a backslash that browsers turn round', '/\\evil.example'],
    ['a backslash later', '/a\\..\\evil'],
    ['a tab that browsers drop', '/\t/evil.example'],
    ['a script', 'javascript:alert(1)'],
    ['nothing', undefined],
    ['two values', ['/a', '/b']],
    ['the sign-in itself', '/sign-in?next=/'],
    ['the API', '/api/audit?format=csv'],
  ])('is the fleet for %s', (_what, value) => {
    expect(toLocalPath(value)).toBe('/')
  })
})
