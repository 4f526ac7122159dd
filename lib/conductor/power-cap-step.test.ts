import { describe, expect, it } from 'vitest'
import { play, toStep } from './testing/play-step.ts'

const cap = (action: 'SetPowerCap' | 'LiftPowerCap') => toStep(action, { kind: 'power-cap', options: action === 'SetPowerCap' ? { capWatts: 350 } : {} })
const on = () => ({ state: 'on' as const })

describe('a step that caps power', () => {
  it('is done when the cap reads as it was asked', async () => {
    const { log, outcome } = await play(cap('SetPowerCap'), { power: on, cap: (ms) => (ms !== null && ms > 2_000 ? 350 : null) })
    expect(log.filter((line) => line.startsWith('send'))).toEqual(['send SetPowerCap'])
    expect(outcome).toMatchObject({ state: 'verified', evidence: 'read back: capped at 350 W' })
  })

  it('says what stands there instead', async () => {
    const { outcome } = await play(cap('SetPowerCap'), { power: on, cap: () => 400 })
    expect(outcome).toMatchObject({ state: 'not-applied', error: { message: expect.stringContaining('it reads capped at 400 W') } })
  })

  it('whose reply was lost is decided by reading, never by sending again', async () => {
    const { log, outcome } = await play(cap('LiftPowerCap'), { power: on, cap: (ms) => (ms === null ? 350 : null), answer: () => ({ kind: 'reply-lost', text: 'lost' }) })
    expect(log.filter((line) => line.startsWith('send'))).toHaveLength(1)
    expect(outcome).toMatchObject({ state: 'verified', evidence: 'read back: no power cap' })
  })
})
