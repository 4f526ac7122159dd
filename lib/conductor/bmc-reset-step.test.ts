import { describe, expect, it } from 'vitest'
import type { PowerReading } from '#lib/bmc/bmc.ts'
import { BmcError } from '#lib/bmc/errors.ts'
import type { Baseline } from './step-world.ts'
import { play, startMs, toStep, type Script } from './testing/play-step.ts'

const on: PowerReading = { state: 'on' }
const reset = (changes: Parameters<typeof toStep>[1] = {}) => toStep('ResetBmc', { kind: 'bmc-reset', ...changes })
/** Away from the fifth second to the end of the first minute. */
const away: Script['isThere'] = (ms) => ms < 5_000 || ms > 60_000
const refused = (kind: 'credentials' | 'certificate') => new BmcError(kind, '10.0.4.7:443', `10.0.4.7:443: ${kind}`)

describe('a reset of the BMC', () => {
  it('is proven by its silence and its return, with one command', async () => {
    const { log, outcome, tookMs } = await play(reset(), { power: () => on, isThere: away })
    expect(log).toEqual(['commit ResetBmc', 'send ResetBmc', 'sent', 'keep seenOff=true', 'finish verified'])
    expect(outcome).toMatchObject({ state: 'verified', before: 'on', after: 'on', evidence: 'silent for 55 s, then answered again' })
    expect(tookMs).toBeLessThan(70_000)
  })

  it('whose reply is lost is proven alike', async () => {
    expect((await play(reset(), { power: () => on, isThere: away, answer: () => ({ kind: 'reply-lost', text: 'x' }) })).outcome).toMatchObject({ state: 'verified' })
  })

  it('whose reply is lost, with nothing to be seen, is unknown: it may have been quick', async () => {
    const { outcome } = await play(reset(), { power: () => on, answer: () => ({ kind: 'reply-lost', text: 'x' }) })
    expect(outcome).toMatchObject({ state: 'unknown', error: { code: 'no-evidence' } })
  })

  it('is not proven by two lost pings', async () => {
    const { outcome } = await play(reset(), { power: () => on, isThere: (ms) => ms < 5_000 || ms > 5_500 })
    expect(outcome).toMatchObject({ state: 'not-applied', error: { code: 'not-applied', message: expect.stringContaining('did not fall silent') } })
  })

  it('that is too quick for pings is proven by its last start', async () => {
    const { outcome } = await play(reset(), { power: () => on, readBmc: (ms) => ({ ...on, bmcStartedAt: ms === null || ms < 4_000 ? '2026-11-01T00:00:00Z' : '2026-11-23T00:00:04Z' }) })
    expect(outcome).toMatchObject({ state: 'verified', evidence: "the BMC's last start changed to 2026-11-23T00:00:04Z" })
  })

  it('is not taken from a silence of the network, when the BMC says that it has not started since', async () => {
    const { outcome } = await play(reset(), { power: () => on, isThere: away, readBmc: () => ({ ...on, bmcStartedAt: '2026-11-01T00:00:00Z' }) })
    expect(outcome).toMatchObject({ state: 'unknown', error: { message: expect.stringContaining('has not started since') } })
  })

  it('waits for a BMC that refuses its own password while it starts, and does not try it often', async () => {
    let tries = 0
    const { outcome } = await play(reset(), {
      power: () => on,
      isThere: away,
      readBmc: (ms) => (ms === null || ms > 150_000 ? on : (tries++, refused('credentials'))),
    })
    expect(outcome).toMatchObject({ state: 'verified' })
    expect(tries).toBeLessThanOrEqual(4)
  })

  it('that does not come back is unknown', async () => {
    const { outcome, tookMs } = await play(reset(), { power: () => on, isThere: (ms) => ms < 5_000 })
    expect(outcome).toMatchObject({ state: 'unknown', after: null, error: { code: 'not-back' } })
    expect(tookMs).toBeGreaterThan(590_000)
  })

  it('that comes back as somebody else is told at once', async () => {
    const { outcome, tookMs } = await play(reset(), { power: () => on, isThere: away, readBmc: (ms) => (ms === null ? on : refused('certificate')) })
    expect(outcome).toMatchObject({ state: 'unknown', error: { message: expect.stringContaining('certificate') } })
    expect(tookMs).toBeLessThan(90_000)
  })

  it.each([
    ['was seen silent', true, 'verified'],
    ['was not', false, 'unknown'],
  ])('of a dead conductor is only read: it %s', async (_, seenOff, state) => {
    const baseline: Baseline = { reading: on, seenOff }
    const left = reset({ state: 'sent', commands: ['ResetBmc'], before: 'on', sentAt: new Date(startMs - 30_000) })
    const { sent, outcome } = await play(left, { power: () => on, baseline })
    expect(sent).toEqual([])
    expect(outcome).toMatchObject({ state })
  })
})

it('a full power cycle takes the BMC along, and is proven by that', async () => {
  const { outcome } = await play(toStep('FullPowerCycle'), { power: () => on, isThere: away })
  expect(outcome).toMatchObject({ state: 'verified', evidence: expect.stringContaining('answered again') })
})
