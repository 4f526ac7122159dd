import { describe, expect, it } from 'vitest'
import type { PowerReading } from '#lib/bmc/bmc.ts'
import { BmcError } from '#lib/bmc/errors.ts'
import type { Command, ControlAction } from '#lib/domain/operation.ts'
import { play, startMs, toStep, type Script } from './testing/play-step.ts'

const on: PowerReading = { state: 'on' }
const off: PowerReading = { state: 'off' }
const silent = new BmcError('unreachable', '10.0.4.7:623', '10.0.4.7:623: no answer within 5 s')

const forced = (action: ControlAction, changes: Parameters<typeof toStep>[1] = {}) => toStep(action, { options: { forceAfterSeconds: 120 }, ...changes })
/** A system that never goes down by itself; its power can be cut. */
const deaf: Script['power'] = (ms, sent) => (sent.at(-1) === 'ForceOff' && ms! > 1_000 ? off : on)

describe('boot', () => {
  it.each([
    [off, 'On', 'off'],
    [on, 'ForceRestart', 'on'],
  ] as const)('of a node that is $state sends %s', async (before, command, state) => {
    const { sent, outcome } = await play(toStep('Boot'), { power: (ms) => (ms === null ? before : { ...on, lastResetAt: 'x' }), log: () => 'system restart initiated' })
    expect(sent).toEqual([command])
    expect(outcome).toMatchObject({ state: 'verified', before: state, after: 'on' })
  })

  it('of a node that is on its way sends nothing', async () => {
    const { sent, outcome } = await play(toStep('Boot'), { power: () => ({ state: 'poweringOff' }) })
    expect(sent).toEqual([])
    expect(outcome).toMatchObject({ state: 'failed', before: 'poweringOff', error: { code: 'not-settled' } })
  })

  it('is resumed as what it was decided to be, not decided again', async () => {
    const step = toStep('Boot', { state: 'sending', commands: ['On'], before: 'off', sentAt: new Date(startMs - 2_000) })
    const { sent, outcome } = await play(step, { power: () => on })
    expect(sent).toEqual([])
    expect(outcome).toMatchObject({ state: 'verified', before: 'off', after: 'on', evidence: 'read back on' })
  })
})

describe('a graceful request that is forced after a while', () => {
  it('is not forced where it was obeyed', async () => {
    const { sent, outcome } = await play(forced('GracefulShutdown'), { power: (ms) => (ms !== null && ms > 60_000 ? off : on) })
    expect(sent).toEqual(['GracefulShutdown'])
    expect(outcome).toMatchObject({ state: 'verified', after: 'off', evidence: 'read back off' })
  })

  it('is forced where the node is still on, as a second command of its own', async () => {
    const { log, tookMs, outcome } = await play(forced('GracefulShutdown'), { power: deaf })
    expect(log).toEqual([
      'commit GracefulShutdown', 'send GracefulShutdown', 'sent', 'commit ForceOff', 'send ForceOff', 'sent', 'keep seenOff=true', 'finish verified',
    ])
    expect(tookMs).toBeGreaterThanOrEqual(120_000)
    expect(tookMs).toBeLessThan(130_000)
    expect(outcome).toMatchObject({ state: 'verified', before: 'on', after: 'off', evidence: 'GracefulShutdown: still on after 120 s; ForceOff: read back off' })
  })

  it('is forced where the reply to the request was lost', async () => {
    const { sent } = await play(forced('GracefulShutdown'), {
      power: deaf,
      answer: (command) => (command === 'GracefulShutdown' ? { kind: 'reply-lost', text: 'x' } : { kind: 'accepted' }),
    })
    expect(sent).toEqual(['GracefulShutdown', 'ForceOff'])
  })

  it('is not forced where the BMC refused the request', async () => {
    const { sent, outcome } = await play(forced('GracefulShutdown'), { power: () => on, answer: () => ({ kind: 'rejected', text: 'D5h' }) })
    expect(sent).toEqual(['GracefulShutdown'])
    expect(outcome).toMatchObject({ state: 'failed', error: { code: 'rejected', message: expect.stringMatching(/^the BMC refused GracefulShutdown: D5h; ForceOff was not sent/) } })
  })

  it('is not forced while the BMC does not say that the node is still on', async () => {
    const { sent, outcome } = await play(forced('GracefulShutdown'), { power: (ms) => (ms === null || ms < 5_000 ? on : silent) })
    expect(sent).toEqual(['GracefulShutdown'])
    expect(outcome).toMatchObject({ state: 'not-applied', error: { message: expect.stringContaining('ForceOff was not sent') } })
  })

  it.each([
    ['unchanged last reset time', (): PowerReading => ({ ...on, lastResetAt: '2026-11-01T00:00:00Z' }), undefined, ['GracefulRestart', 'ForceRestart']],
    ['log that tells of no restart', () => on, () => undefined, ['GracefulRestart', 'ForceRestart']],
    ['nothing that could tell', () => on, undefined, ['GracefulRestart']],
  ] as const)('as a restart is judged by a witness: %s', async (_, power, log, commands) => {
    const { sent, outcome } = await play(forced('GracefulRestart'), { power, ...(log && { log }) })
    expect(sent).toEqual(commands)
    if (commands.length === 1) expect(outcome).toMatchObject({ state: 'unknown', error: { message: expect.stringContaining('ForceRestart was not sent') } })
  })

  it('as a restart that is composed forces off, and switches on', async () => {
    const script: Script = { plan: ['GracefulShutdown', 'On'], power: (ms, sent) => (sent.at(-1) === 'ForceOff' ? off : on) }
    const { log, outcome } = await play(forced('GracefulRestart'), script)
    expect(log.filter((line) => line.startsWith('commit'))).toEqual(['commit GracefulShutdown', 'commit ForceOff', 'commit On to complete'])
    expect(outcome).toMatchObject({ state: 'verified', after: 'on', evidence: 'GracefulShutdown: still on after 120 s; ForceOff: read back off; On: read back on' })
  })

  it('as a restart that is composed and obeyed passes the force over', async () => {
    const { sent } = await play(forced('GracefulRestart'), { plan: ['GracefulShutdown', 'On'], power: (_, sent) => (sent.at(-1) === 'GracefulShutdown' ? off : on) })
    expect(sent).toEqual(['GracefulShutdown', 'On'])
  })

  it('sends nothing at all where force could not follow', async () => {
    const { sent, outcome } = await play(forced('GracefulShutdown'), { power: () => on, lacks: ['ForceOff'] })
    expect(sent).toEqual([])
    expect(outcome).toMatchObject({ state: 'failed', error: { code: 'not-supported', message: 'ForceOff could not follow: no ForceOff' } })
  })

  it('is not forced when the node was protected meanwhile', async () => {
    const { sent, outcome } = await play(forced('GracefulShutdown'), { power: deaf, begin: (n) => (n === 0 ? 'committed' : 'protected') })
    expect(sent).toEqual(['GracefulShutdown'])
    expect(outcome).toMatchObject({ state: 'failed', error: { code: 'protected', message: expect.stringContaining('ForceOff was not sent; before that GracefulShutdown: still on after 120 s') } })
  })

  it.each(Array.from({ length: 7 }, (_, i) => i + 1))('checklist 56: cut after event %d and resumed, never sends a command twice', async (events) => {
    const first = await play(forced('GracefulShutdown'), { power: deaf }, (log) => log.length >= events)
    const committed = first.log.filter((line) => line.startsWith('commit')).map((line) => line.split(' ')[1] as Command)
    const state = first.log.at(-1)!.startsWith('commit') ? 'sending' : 'sent'
    const left = forced('GracefulShutdown', { state, commands: committed, before: 'on', sentAt: new Date(startMs) })
    const wasCut = first.sent.includes('ForceOff')
    const second = await play(left, { power: (_, sent) => (wasCut || sent.length > committed.length ? off : on) })
    const all = [...first.sent, ...second.sent]
    expect(new Set(all).size).toBe(all.length)
    // A command that was recorded and never left is not made up for; one that was never recorded follows.
    expect(second.outcome!.state).toBe(all.includes('ForceOff') ? 'verified' : 'not-applied')
    if (!committed.includes('ForceOff')) expect(second.sent).toEqual(['ForceOff'])
  })

  it('is not forced by a conductor that comes back much too late', async () => {
    const left = forced('GracefulShutdown', { state: 'sent', commands: ['GracefulShutdown'], before: 'on', sentAt: new Date(startMs - 600_000), deadlineAt: new Date(startMs - 300_000) })
    const { sent, outcome } = await play(left, { power: () => on })
    expect(sent).toEqual([])
    expect(outcome).toMatchObject({ state: 'not-applied', error: { code: 'interrupted', message: expect.stringContaining('ForceOff was not sent') } })
  })
})
