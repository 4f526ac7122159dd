import { describe, expect, it } from 'vitest'
import type { PowerReading } from '#lib/bmc/bmc.ts'
import { BmcError } from '#lib/bmc/errors.ts'
import type { BootState } from '#lib/domain/boot.ts'
import { play, startMs, toStep } from './testing/play-step.ts'

const on: PowerReading = { state: 'on' }
const off: PowerReading = { state: 'off' }
const pxe: BootState = { target: 'pxe', word: 'Pxe', lasting: 'once', mode: 'uefi' }
const pxeOrder = { target: 'pxe', lasting: 'once' } as const
const step = (options: Parameters<typeof toStep>[1] = {}) => toStep('SetBoot', { kind: 'boot', options: { boot: pxeOrder }, ...options })
const silent = new BmcError('unreachable', '10.0.4.7:623', '10.0.4.7:623: no answer')

describe('a boot override', () => {
  it('is sent once and read back', async () => {
    const { log, outcome } = await play(step(), { power: () => on, boot: (ms) => (ms !== null && ms > 1_000 ? pxe : null) })
    expect(log).toEqual(['commit SetBoot', 'send SetBoot', 'sent', 'finish verified'])
    expect(outcome).toMatchObject({ state: 'verified', before: 'on', after: 'on', evidence: 'read back: Pxe, once, UEFI' })
  })

  it('is set again where it stands already: what holds it may end within a minute (IPMI 2.0 table 28-14)', async () => {
    expect((await play(step(), { power: () => on, boot: () => pxe })).sent).toEqual(['SetBoot'])
  })

  it('is taken away, and nothing is read back', async () => {
    const { outcome } = await play(step({ options: { boot: { target: 'none', lasting: 'once' } } }), { power: () => off, boot: (ms) => (ms === null ? pxe : null) })
    expect(outcome).toMatchObject({ state: 'verified', evidence: 'read back: no override' })
  })

  it('is taken away where the BMC goes on to hold a device without calling it valid', async () => {
    const { outcome } = await play(step({ options: { boot: { target: 'none', lasting: 'once' } } }), { power: () => off, boot: (ms) => ({ ...pxe, isInvalid: ms !== null }) })
    expect(outcome).toMatchObject({ state: 'verified', evidence: expect.stringMatching(/^read back: no valid override/) })
  })

  it.each<[string, BootState | null | Error, string, string]>([
    ['nothing', null, 'not-applied', 'it reads no override'],
    ['another target', { ...pxe, target: 'disk', word: 'Hdd' }, 'not-applied', 'it reads Hdd, once, UEFI'],
    ['another duration', { ...pxe, lasting: 'always' }, 'not-applied', 'it reads Pxe, always, UEFI'],
    ['held and not valid', { ...pxe, isInvalid: true }, 'not-applied', 'it reads no valid override (the BMC holds Pxe, but does not call its boot flags valid)'],
    ['no answer', silent, 'unknown', 'no answer'],
  ])('that reads back as %s', async (_, boot, state, text) => {
    const { outcome } = await play(step(), { power: () => on, boot: () => boot })
    expect(outcome).toMatchObject({ state, error: { message: expect.stringContaining(text) } })
  })

  it('of a dead conductor is only read', async () => {
    const left = step({ state: 'sending', commands: ['SetBoot'], before: 'on', sentAt: new Date(startMs - 3_000) })
    const { sent, outcome } = await play(left, { power: () => on, boot: () => pxe })
    expect(sent).toEqual([])
    expect(outcome).toMatchObject({ state: 'verified' })
  })
})

describe('a boot override that is booted from at once', () => {
  const started = (changes: Parameters<typeof toStep>[1] = {}) => step({ options: { boot: pxeOrder, start: true }, ...changes })

  it.each([
    [off, 'On'],
    [on, 'ForceRestart'],
  ] as const)('of a node that is $state goes on with %s', async (before, command) => {
    const { log, outcome } = await play(started(), {
      power: (_, sent) => (sent.includes(command) ? on : before),
      boot: () => pxe,
      log: (ms) => (ms > 500 ? 'system restart initiated' : undefined),
    })
    expect(log.filter((line) => line.startsWith('commit'))).toEqual(['commit SetBoot', `commit ${command}`])
    expect(outcome).toMatchObject({ state: 'verified', before: before.state, after: 'on', evidence: expect.stringMatching(new RegExp(`^SetBoot: read back: Pxe, once, UEFI; ${command}: `)) })
  })

  it.each([null, { ...pxe, isInvalid: true }])('is proven by the override that is used up (%j), where nothing else tells of the restart', async (usedUp) => {
    const { outcome } = await play(started(), { power: () => on, boot: (ms) => (ms === null || ms < 4_000 ? pxe : usedUp) })
    expect(outcome).toMatchObject({ state: 'verified', evidence: expect.stringMatching(/; ForceRestart: the boot override was used up$/) })
  })

  it('is not started when it was not set', async () => {
    const { sent, outcome } = await play(started(), { power: () => on, boot: () => null })
    expect(sent).toEqual(['SetBoot'])
    expect(outcome).toMatchObject({ state: 'not-applied' })
  })

  it('is not set when it could not be started', async () => {
    const { sent, outcome } = await play(started(), { power: () => on, lacks: ['ForceRestart'] })
    expect(sent).toEqual([])
    expect(outcome).toMatchObject({ state: 'failed', error: { code: 'not-supported', message: 'ForceRestart could not follow: no ForceRestart' } })
  })

  it('goes on after a conductor died between the two, and sends neither twice', async () => {
    const left = started({ state: 'sent', commands: ['SetBoot'], before: 'off', sentAt: new Date(startMs - 3_000) })
    const { sent, outcome } = await play(left, { power: (_, commands) => (commands.includes('On') ? on : off), boot: () => pxe })
    expect(sent).toEqual(['On'])
    expect(outcome).toMatchObject({ state: 'verified', after: 'on' })
  })
})
