import { expect, it } from 'vitest'
import { toShown, toTitle } from './title-progress.ts'

it('stands before the title of the page, of all that runs, and goes again', () => {
  expect(toTitle('Nodes · Baseboard', [{ done: 50, total: 300 }])).toBe('16 % · Nodes · Baseboard')
  expect(toTitle('16 % · Nodes · Baseboard', [{ done: 150, total: 300 }, { done: 100, total: 100 }])).toBe('62 % · Nodes · Baseboard')
  expect(toTitle('62 % · Nodes · Baseboard', [])).toBe('Nodes · Baseboard')
  expect(toTitle('Nodes · Baseboard', [])).toBe('Nodes · Baseboard')
})

it('does not say 100 before the last has ended', () => {
  expect(toTitle('Nodes', [{ done: 999, total: 1_000 }])).toBe('99 % · Nodes')
})

it('is shown of what runs on more than one node', () => {
  expect(toShown('running', { done: 1, total: 2 })).toEqual({ done: 1, total: 2 })
  expect([toShown('running', { done: 0, total: 1 }), toShown('succeeded', { done: 2, total: 2 }), toShown(undefined, null)]).toEqual([null, null, null])
})
