import { expect, test } from 'vitest'
import { createLink } from './link.ts'
import { personas, soundLink } from './personas.ts'

const still = { latencyMs: 0, loss: 0 }

test('loses about the share it was told, and the same packets for the same seed', () => {
  const throwDice = () => {
    const link = createLink(personas.drops.link, still, 7)
    return Array.from({ length: 5000 }, () => link.loses())
  }
  const lost = throwDice().filter(Boolean).length
  expect(lost).toBeGreaterThan(900)
  expect(lost).toBeLessThan(1100)
  expect(throwDice()).toEqual(throwDice())
})

test('a sound link loses nothing and takes no time', () => {
  const link = createLink(soundLink, still, 7)
  expect(Array.from({ length: 100 }, () => link.loses())).not.toContain(true)
  expect(link.delayMs()).toBe(0)
  expect(link.repeatMs()).toBe(0)
})

test('over TCP a loss costs a doubling wait, and a dead line ends it', () => {
  const link = createLink({ ...soundLink, loss: 1 }, still, 7)
  expect(link.repeatMs()).toBe(200 + 400 + 800 + 1600 + 3200 + 6400)
})

test('the latency of the rack comes on top of the persona, which varies within its bounds', () => {
  const link = createLink(personas.slow.link, { latencyMs: 10, loss: 0 }, 7)
  const delays = Array.from({ length: 200 }, () => link.delayMs())
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(2010)
  expect(Math.max(...delays)).toBeLessThanOrEqual(4010)
  expect(new Set(delays).size).toBeGreaterThan(100)
})
