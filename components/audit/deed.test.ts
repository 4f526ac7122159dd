import { describe, expect, it } from 'vitest'
import type { Step } from '#lib/domain/operation.ts'
import { toDeed } from './deed.ts'

const step: Step = {
  node: 'n3',
  position: 0,
  batch: 1,
  waitsFor: null,
  endedAt: null,
  state: 'verified',
  before: 'on',
  after: 'on',
  afterAt: '2026-11-23T10:00:00.000Z',
  evidence: 'seen off',
  commands: ['Chassis Control 02h'],
}

describe('a row of the audit, opened', () => {
  it('tells what the row says before what the operation says', () => {
    const deed = toDeed({ stepId: '4777', commands: ['POST Reset'], after: 'off', error: 'n3 (10.4.0.3:443): refused' }, step)
    expect(deed).toEqual({
      asked: [],
      stepId: '4777',
      sent: ['POST Reset'],
      before: 'on',
      after: 'off',
      afterAt: '2026-11-23T10:00:00.000Z',
      evidence: 'seen off',
      said: 'n3 (10.4.0.3:443): refused',
    })
  })

  it('keeps a change of a person as what was asked: its «before» is no power state', () => {
    const deed = toDeed({ role: 'operator', before: { role: 'viewer', disabled: false } }, undefined)
    expect(deed.asked).toEqual([
      { name: 'role', text: 'operator' },
      { name: 'before', text: '{"role":"viewer","disabled":false}' },
    ])
    expect(deed.before).toBeNull()
  })

  it('takes the message out of an error that is an object', () => {
    expect(toDeed({ error: { code: 'unreachable', message: 'n3: no answer' } }, undefined).said).toBe('n3: no answer')
  })
})
