import { expect, test } from 'vitest'
import { arrowBytes, withCtrl } from './keys.ts'

test('Ctrl makes the control character of letters and of @ [ \\ ] ^ _', () => {
  expect(['c', 'C', '[', '@', '_', '?'].map(withCtrl)).toEqual(['\x03', '\x03', '\x1b', '\x00', '\x1f', '\x7f'])
  expect(['1', '\r', 'ä', 'ab'].map(withCtrl)).toEqual(['1', '\r', 'ä', 'ab'])
})

test('arrows follow the mode that the host chose', () => {
  expect(arrowBytes('up', false)).toBe('\x1b[A')
  expect(arrowBytes('left', true)).toBe('\x1bOD')
})
