import { expect, it } from 'vitest'
import { toFullAt, type KeptTotal } from './budget-trend.ts'

const minute = 60_000
const kept = (watts: readonly number[], changes: Partial<KeptTotal> = {}): KeptTotal[] => watts.map((each, at) => ({ atMs: at * minute, watts: each, told: 4, silent: 0, ...changes }))
const rising = Array.from({ length: 15 }, (_, at) => 800 + at * 10)

it.each<[string, KeptTotal[], number | null]>([
  ['a steady rise: 940 W now, 10 W a minute, 60 W left', kept(rising), 20 * minute],
  ['a rise with noise', kept(rising.map((watts, at) => watts + (at % 2 === 0 ? 6 : -6))), 20 * minute],
  ['too few', kept(rising.slice(0, 7)), null],
  ['too short', kept(rising).map((total) => ({ ...total, atMs: total.atMs / 4 })), null],
  ['partly unknown', kept(rising).map((total, at) => ({ ...total, silent: at === 3 ? 1 : 0 })), null],
  ['of other nodes than before', kept(rising).map((total, at) => ({ ...total, told: at < 5 ? 3 : 4 })), null],
  ['falling', kept(rising.toReversed()), null],
  ['the same all the time', kept(rising.map(() => 900)), null],
  ['scattered', kept(rising.map((_, at) => (at * 7919) % 150 + 800)), null],
  ['two hours ahead', kept(rising.map((_, at) => 800 + at)), null],
  ['passed already', kept(rising.map((watts) => watts + 100)), null],
  ['nothing', [], null],
])('%s', (_, totals, expected) => {
  const fullMs = toFullAt(totals, 1_000)
  if (expected === null) expect(fullMs).toBeNull()
  else expect(Math.abs(fullMs! - expected)).toBeLessThan(minute)
})
