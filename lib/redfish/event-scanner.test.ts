import { expect, test } from 'vitest'
import { createEventScanner } from './event-scanner.ts'

const limits = { maxLineBytes: 40, maxEventBytes: 100 }

/** Pushed whole, and byte by byte: both must see the same. */
function count(text: string): number {
  const whole = createEventScanner(limits).push(Buffer.from(text)).events
  const bytewise = createEventScanner(limits)
  const sum = [...Buffer.from(text)].reduce((events, byte) => events + bytewise.push(Buffer.of(byte)).events, 0)
  expect(sum).toBe(whole)
  return whole
}

test.each([
  ['id: 1\ndata: {"a":1}\n\n', 1],
  ['data: a\ndata: b\n\ndata: c\n\n', 2],
  ['data:a\r\n\r\n', 1],
  ['data:a\r\r', 1],
  ['data\n\n', 1],
  [': heartbeat\n\n: heartbeat\n\n', 0],
  ['retry: 3000\n\n', 0],
  ['database: x\n\n', 0],
  ['dat: x\n\nidata: y\n\n', 0],
  ['data: unfinished\n', 0],
  ['\n\n\n', 0],
])('%j has %i', (text, events) => {
  expect(count(text)).toBe(events)
})

test('an endless line, and an event of endless lines, are too long', () => {
  expect(createEventScanner(limits).push(Buffer.from(`data: a\n\ndata: ${'x'.repeat(40)}`))).toEqual({ events: 1, fault: 'too-long' })
  expect(createEventScanner(limits).push(Buffer.from('data: x\n'.repeat(20)))).toEqual({ events: 0, fault: 'too-long' })
  expect(createEventScanner(limits).push(Buffer.from('data: x\n\n'.repeat(2000)))).toEqual({ events: 2000, fault: undefined })
})

test('knows whether it is in the middle of an event', () => {
  const scanner = createEventScanner(limits)
  expect(scanner.isInside()).toBe(false)
  scanner.push(Buffer.from('data: x\n'))
  expect(scanner.isInside()).toBe(true)
  scanner.push(Buffer.from('\n'))
  expect(scanner.isInside()).toBe(false)
})
