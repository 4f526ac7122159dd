import { expect, test } from 'vitest'
import { createBidiFilter } from './safe-bytes.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

const controls = ['\u061c', '\u200e', '\u200f', '\u202a', '\u202b', '\u202c', '\u202d', '\u202e', '\u2066', '\u2067', '\u2068', '\u2069']

test.each(controls)('%j becomes U+FFFD', (control) => {
  expect(decoder.decode(createBidiFilter().filter(encoder.encode(`a${control}b`)))).toBe('a\ufffdb')
})

test('other text stays as it is, its neighbours in Unicode included', () => {
  const plain = 'Grüße ─┐ 你好 \u200b\u2029\u202f\u2065\u206a شكرا'
  expect(decoder.decode(createBidiFilter().filter(encoder.encode(plain)))).toBe(plain)
})

test('a character cut by frames is the same, wherever it is cut', () => {
  const all = encoder.encode('x\u202e─\u2066\u061cy')
  for (let at = 0; at <= all.length; at++) {
    const { filter } = createBidiFilter()
    const bytes = [...filter(all.subarray(0, at)), ...filter(all.subarray(at))]
    expect(decoder.decode(Uint8Array.from(bytes))).toBe('x\ufffd─\ufffd\ufffdy')
  }
})

test('bytes that are no UTF-8 pass, and hide no control', () => {
  const out = createBidiFilter().filter(Uint8Array.from([0xe2, 0xe2, 0x80, 0xae, 0xe2, 0x80, 0xe2, 0x81, 0xa6, 0x41]))
  expect([...out]).toEqual([0xe2, 0xef, 0xbf, 0xbd, 0xe2, 0x80, 0xef, 0xbf, 0xbd, 0x41])
})

test('what was held back is forgotten by a reset', () => {
  const { filter, reset } = createBidiFilter()
  filter(Uint8Array.from([0x41, 0xe2, 0x80]))
  reset()
  expect([...filter(Uint8Array.from([0xae, 0x42]))]).toEqual([0xae, 0x42])
})
