import { describe, expect, it } from 'vitest'
import { fromListCell, fromSafeCell, parseCsv, toListCell, toSafeCell } from './csv.ts'

describe('parseCsv', () => {
  it.each<[string, string[][]]>([
    ['a,b\n1,2\n', [['a', 'b'], ['1', '2']]],
    ['\ufeffa,b\r\n1,2', [['a', 'b'], ['1', '2']]],
    ['a;b\n1,5;2', [['a', 'b'], ['1,5', '2']]],
    ['a\tb\n1\t2', [['a', 'b'], ['1', '2']]],
    ['"a, b","say ""hi"""\n', [['a, b', 'say "hi"']]],
    ['a,\n,\n\n ,\nb,c', [['a', ''], ['b', 'c']]],
    ['a,5" disk', [['a', '5" disk']]], // a quotation mark inside is text
    ['"two\nlines",x', [['two\nlines', 'x']]],
    ['', []],
  ])('%j', (text, cells) => {
    expect(parseCsv(text)).toEqual({ rows: cells.map((each) => expect.objectContaining({ cells: each })), unclosedAt: null })
  })

  it('numbers lines as an editor does', () => {
    expect(parseCsv('a\n\n"x\ny"\nb').rows.map(({ line }) => line)).toEqual([1, 3, 5])
  })

  it('says where a quotation mark was opened that is never closed', () => {
    expect(parseCsv('a,b\n1,"2\n3,4').unclosedAt).toBe(2)
  })
})

describe('safe cells (checklist 38)', () => {
  it.each(['=1+1', '+1', '-1', '@x', '\tx', '\rx', '\uff1d1', "'=1", "''=1"])('%j is not run, and comes back', (text) => {
    const cell = toSafeCell(text)
    expect(cell.startsWith("'")).toBe(true)
    expect(fromSafeCell(cell)).toBe(text)
  })
  it.each(['n1', "'quoted'", "it's", '', '10.4.0.1'])('%j stays as it is', (text) => {
    expect([toSafeCell(text), fromSafeCell(text)]).toEqual([text, text])
  })
})

describe('lists in a cell', () => {
  it.each([[['a', 'b']], [['a;b', 'c\\d', '\\;']], [['one word']], [[]]])('%j', (words) => {
    expect(fromListCell(toListCell(words))).toEqual(words)
  })
  it('takes spaces around words away', () => {
    expect(fromListCell(' a ; b;; ')).toEqual(['a', 'b'])
  })
})
