import { expect, test } from 'vitest'
import { countLines, sendPieces, toPieces, toTyped } from './paste.ts'

const decoder = new TextDecoder()

test('line ends become Enter, and control characters other than Tab go', () => {
  expect(toTyped('a\r\nb\nc\rd\te\x1b[201~\x03\x00\x9b')).toBe('a\rb\rc\rd\te[201~')
})

test('lines are counted as they are entered', () => {
  expect(countLines('one')).toBe(1)
  expect(countLines('one\n')).toBe(1)
  expect(countLines('one\r\ntwo')).toBe(2)
  expect(countLines('1\n2\n3\n4\n5\n6\n')).toBe(6)
})

test('by line, each piece ends with its Enter', () => {
  expect(toPieces('a\n\nb', true).map((piece) => decoder.decode(piece))).toEqual(['a\r', '\r', 'b'])
})

test('pieces are 4 KiB at most and cut no character', () => {
  const text = '─'.repeat(3000)
  const pieces = toPieces(text, false)
  expect(pieces.map((piece) => piece.length)).toEqual([4095, 4095, 810])
  expect(pieces.map((piece) => new TextDecoder('utf-8', { fatal: true }).decode(piece)).join('')).toBe(text)
})

test('sending stops when it is refused or called off', async () => {
  const pieces = toPieces('1\n2\n3\n', true)
  const seen: string[] = []
  const upTo = (most: number) => (piece: Uint8Array) => seen.length < most && seen.push(decoder.decode(piece)) > 0
  expect(await sendPieces(pieces, 0, upTo(9), new AbortController().signal)).toBe(3)
  expect(seen).toEqual(['1\r', '2\r', '3\r'])
  seen.length = 0
  expect(await sendPieces(pieces, 0, upTo(1), new AbortController().signal)).toBe(1)
  const control = new AbortController()
  const aborting = (piece: Uint8Array) => (control.abort(), piece.length > 0)
  expect(await sendPieces(pieces, 60_000, aborting, control.signal)).toBe(1)
})
