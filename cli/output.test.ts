import { describe, expect, it } from 'vitest'
import { fold, toBar, toSafe, toTable } from './output.ts'

describe('what is printed', () => {
  it('is one line for nodes that fare alike', () => {
    const lines = [
      { node: 'n1', text: 'off->on' },
      { node: 'n2', text: 'off->on: not applied' },
      { node: 'n3', text: 'off->on' },
      { node: 'n4', text: 'off->on' },
    ]
    expect(fold(lines)).toEqual(['n[1,3-4]: off->on', 'n2: off->on: not applied'])
    expect(fold(lines.slice(1, 3), true)).toEqual(['n2: off->on: not applied', 'n3: off->on'])
  })

  it('says nothing to the terminal that a BMC put there', () => {
    expect(toSafe('a\u001B]52;c;AAAA\u0007b\u202Ec\u009Bd\te\n')).toBe('a\uFFFD]52;c;AAAA\uFFFDb\uFFFDc\uFFFDd\te\n')
  })

  it('stands in columns, and bars are as full as the work', () => {
    expect(toTable([['a', 'bb'], ['ccc', '']])).toEqual(['a    bb', 'ccc'])
    expect([toBar(0, 4, 4), toBar(2, 4, 4), toBar(4, 4, 4), toBar(0, 0, 4)]).toEqual(['[....] 0/4', '[##..] 2/4', '[####] 4/4', '[####] 0/0'])
  })
})
