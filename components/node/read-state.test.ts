import { expect, it } from 'vitest'
import { toReadState } from './read-state.ts'

const t0 = Date.UTC(2026, 10, 30)
const at = (minutes: number) => new Date(t0 + minutes * 60_000).toISOString()
const link = { createdAt: at(0), expiresAt: at(720), revokedAt: null, lastReadAt: null }

it.each([
  ['fresh', link, 2],
  ['never', link, 11],
  ['reads', { ...link, lastReadAt: at(19.5) }, 20],
  ['quiet', { ...link, lastReadAt: at(15) }, 20],
  ['ended', { ...link, lastReadAt: at(15), revokedAt: at(16) }, 20],
  ['unused', { ...link, revokedAt: at(16) }, 20],
  ['ended', { ...link, lastReadAt: at(15) }, 800],
] as const)('a permission is %s', (state, reads, minutes) => {
  expect(toReadState(reads, t0 + minutes * 60_000)).toBe(state)
})
