import { expect, it } from 'vitest'
import { createGate } from './gate.ts'
import { toShare } from './load.ts'

it('halves while the process is busy all of the time, down to an eighth, and grows back', () => {
  const busy: number[] = []
  for (let share = 1, i = 0; i < 5; i++) busy.push((share = toShare(share, 1)))
  expect(busy).toEqual([0.5, 0.25, 0.125, 0.125, 0.125])
  expect(toShare(0.5, 0.8)).toBe(0.5)
  expect(toShare(0.5, 0.3)).toBe(0.75)
  expect(toShare(0.9, 0)).toBe(1)
})

it('a gate lets through as many as the share allows when one begins or ends, and one at least', async () => {
  let share = 1
  const gate = createGate(4, () => share)
  const ends: (() => void)[] = []
  const runs = Array.from({ length: 8 }, () => gate.run(() => new Promise<void>((resolve) => ends.push(resolve))))
  await settle()
  expect(ends).toHaveLength(4)
  share = 0.01
  for (const end of ends.splice(0, 3)) end()
  await settle()
  expect(ends).toHaveLength(1)
  ends.shift()!()
  await settle()
  expect(ends).toHaveLength(1)
  share = 1
  ends.shift()!()
  await settle()
  expect(ends).toHaveLength(3)
  for (const end of ends) end()
  await Promise.all(runs)
})

const settle = () => new Promise((resolve) => setImmediate(resolve))
