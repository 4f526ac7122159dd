import { describe, expect, it } from 'vitest'
import { createEscapes } from './escapes.ts'

/** What one line of typing comes to, fed byte by byte and at once: it must not matter how it is cut. */
function type(text: string): [string, string[]] {
  const bytes = Buffer.from(text)
  const whole = createEscapes()(bytes)
  const taker = createEscapes()
  const pieces = [...bytes].map((byte) => taker([byte]))
  expect(pieces.flatMap(({ send }) => send)).toEqual(whole.send)
  expect(pieces.flatMap(({ escapes }) => escapes)).toEqual(whole.escapes)
  return [Buffer.from(whole.send).toString(), whole.escapes]
}

describe('escapes at a console', () => {
  it.each([
    ['~.', '', ['leave']],
    ['ls\r~.', 'ls\r', ['leave']],
    ['ls ~.', 'ls ~.', []],
    ['~~.', '~.', []],
    ['~x', '~x', []],
    ['~\r~?', '~\r', ['help']],
    ['\r~B~?', '\r', ['break', 'help']],
    ['a\u0005c.', 'a', ['leave']],
    ['\u0005cb\u0005cf\u0005co', '', ['break', 'take', 'reopen']],
    ['\u0005x', '\u0005x', []],
    ['\u0005\u0005c?', '\u0005', ['help']],
    ['\u0005cx', '\u0005cx', []],
    ['日本\r', '日本\r', []],
  ])('%j sends %j and asks %j', (text, sent, escapes) => {
    expect(type(text)).toEqual([sent, escapes])
  })
})
