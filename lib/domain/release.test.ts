import { describe, expect, it } from 'vitest'
import type { OperationLimits } from './operation-limits.ts'
import { toRelease, type Batch, type WaitingStep } from './release.ts'

const nowMs = Date.UTC(2026, 10, 30)

/** `a b* c(rack 1)`: names, a star for one that is blocked, lanes in parentheses with commas between. */
const waiting = (text: string): WaitingStep[] =>
  [...text.matchAll(/(\w+)(\*?)(?:\(([^)]*)\))?/g)].map(([, id = '', star, lanes]) => ({ id, blocked: star === '*', lanes: lanes?.split(',') ?? [] }))

/** `1: run end(rack 1)`: its number, and its steps as they stand. */
function batch(text: string, endedAgoMs = 0): Batch {
  const [number = '0', steps = ''] = text.split(':')
  const known = waiting(steps).map(({ id, lanes }) => ({ lanes, ended: id === 'end' }))
  return { number: Number(number), steps: known, lastEndedMs: known.some((step) => step.ended) ? nowMs - endedAgoMs : null }
}

const none = batch('0')

describe('what may begin', () => {
  it.each<[string, Batch, string, OperationLimits, string, number]>([
    ['everything at once where nothing is limited', none, 'a b c', {}, 'a b c', 1],
    ['no more than a batch', none, 'a b c d', { atOnce: 3 }, 'a b c', 1],
    ['nothing while the batch is full', batch('1: run run end'), 'd e', { atOnce: 3 }, '', 1],
    ['the next when all of the batch have ended', batch('1: end end end'), 'd e f g', { atOnce: 3 }, 'd e f', 2],
    ['what an earlier operation is not done with is passed over', none, 'a* b c* d e', { atOnce: 2 }, 'b d', 1],
    ['nothing when all are waited for', none, 'a* b*', {}, '', 0],
    ['what has become free joins the batch that runs, if there is room', batch('1: run end'), 'a b c', { atOnce: 4 }, 'a b', 1],
    ['and without limits at any time', batch('1: run run'), 'a b*', {}, 'a', 1],
    ['it is a batch of its own once the others have ended', batch('1: end end'), 'a b*', {}, 'a', 2],
    ['so many of a rack', none, 'a(rack 1) b(rack 1) c(rack 1) d(rack 2) e(rack 2)', { perRack: 2 }, 'a b d e', 1],
    ['so many of a rack and of all', none, 'a(rack 1) b(rack 1) c(rack 1) d(rack 2) e(rack 2)', { perRack: 2, atOnce: 3 }, 'a b d', 1],
    ['one that has ended keeps its place in the batch', batch('1: run end(rack 1)'), 'a(rack 1) b(rack 2)', { perRack: 1 }, 'b', 1],
    ['no group of a node may be full', none, 'a(group x) b(group x,group y) c(group y)', { perGroup: 1 }, 'a c', 1],
    ['rack and group each by their own figure', none, 'a(rack 1,group x) b(rack 1,group x) c(rack 1,group y)', { perRack: 3, perGroup: 1 }, 'a c', 1],
    ['nothing waits', batch('3: end'), '', { atOnce: 1 }, '', 3],
  ])('%s', (_, before, list, limits, ids, number) => {
    expect(toRelease(before, waiting(list), limits, nowMs)).toEqual({ ids: ids === '' ? [] : ids.split(' '), batch: number, againAtMs: null })
  })
})

describe('the pause between two batches', () => {
  const limits = { atOnce: 2, pauseSeconds: 30 }
  it.each<[string, Batch, string, number, number | null]>([
    ['is counted from the end of the last step', batch('1: end end', 10_000), '', 1, nowMs + 20_000],
    ['is over to the millisecond', batch('1: end end', 30_000), 'a b', 2, null],
    ['does not come before the first batch', none, 'a b', 1, null],
    ['does not run while a step does', batch('1: end run', 60_000), '', 1, null],
    ['is not cut short by a step of the next batch that is free', batch('1: end', 1_000), '', 1, nowMs + 29_000],
  ])('%s', (_, before, ids, number, againAtMs) => {
    expect(toRelease(before, waiting('a b c'), limits, nowMs)).toEqual({ ids: ids === '' ? [] : ids.split(' '), batch: number, againAtMs })
  })
})

describe('an operation to its end', () => {
  it('releases every step once, never more than its limits, whatever ends first', () => {
    // Pseudo-random and the same every time.
    let seed = 7
    const random = (below: number) => ((seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31), seed % below)
    const limits = { atOnce: 7, perRack: 2, pauseSeconds: 5 }
    let left: WaitingStep[] = Array.from({ length: 60 }, (_, i) => ({ id: String(i), lanes: [`rack ${i % 5}`], blocked: false }))
    const released: string[] = []
    let steps: { id: string; lanes: readonly string[]; ended: boolean }[] = []
    let number = 0
    let now = nowMs
    let lastEndedMs: number | null = null
    for (let turn = 0; turn < 10_000 && (left.length > 0 || steps.some((step) => !step.ended)); turn++) {
      const next = toRelease({ number, steps, lastEndedMs }, left.map((step) => ({ ...step, blocked: random(3) === 0 })), limits, now)
      if (next.batch !== number) steps = []
      number = next.batch
      const ids = new Set(next.ids)
      steps = [...steps, ...left.filter((step) => ids.has(step.id)).map((step) => ({ ...step, ended: false }))]
      left = left.filter((step) => !ids.has(step.id))
      released.push(...next.ids)
      expect(steps.length).toBeLessThanOrEqual(7)
      for (let rack = 0; rack < 5; rack++) expect(steps.filter((step) => step.lanes[0] === `rack ${rack}`).length).toBeLessThanOrEqual(2)
      const running = steps.filter((step) => !step.ended)
      const one = running[random(running.length || 1)]
      now += 1_000
      if (one !== undefined) {
        one.ended = true
        lastEndedMs = now
      }
    }
    expect(released.toSorted((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 60 }, (_, i) => String(i)))
  })
})
