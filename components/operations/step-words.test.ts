import { expect, it } from 'vitest'
import type { Step } from '#lib/domain/operation.ts'
import { reasonOf } from './step-words.tsx'

const step = (patch: Partial<Step>): Step => ({
  node: 'n4', position: 0, state: 'failed', batch: 1, waitsFor: null, before: null, after: null, afterAt: null, endedAt: null, commands: [], ...patch,
})
const say = (code: string, message: string) => `${code}: ${message}`
const prove = (evidence: string) => `proven: ${evidence}`
const failed = (message: string) => reasonOf(step({ error: { code: 'x', message } }), say, prove)

it.each([
  ['n4 (10.4.0.13:443): the node is off', 'the node is off'],
  ['n4 ([fd00::4]:623): no answer (within 5 s): gave up', 'no answer (within 5 s): gave up'],
  ['n4: the node was removed before its step ended', 'the node was removed before its step ended'],
  ['n41 (10.4.0.14): of another', 'n41 (10.4.0.14): of another'],
])('says why without what stands beside it: %s', (message, reason) => {
  expect(failed(message)).toBe(`x: ${reason}`)
})

it('says what proves it where nothing speaks against it', () => {
  expect(reasonOf(step({ state: 'verified', evidence: 'seen off, then on' }), say, prove)).toBe('proven: seen off, then on')
  expect(reasonOf(step({ state: 'queued' }), say, prove)).toBeUndefined()
})
