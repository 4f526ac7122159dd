import { describe, expect, it } from 'vitest'
import type { PowerReading } from '#lib/bmc/bmc.ts'
import { BmcError } from '#lib/bmc/errors.ts'
import { DatabaseAway } from '#lib/db/away.ts'
import type { ControlStep } from '#lib/db/steps.ts'
import type { Command, ControlAction } from '#lib/domain/operation.ts'
import type { Baseline } from './step-world.ts'
import { play, startMs, toStep, type Script } from './testing/play-step.ts'

const on: PowerReading = { state: 'on' }
const off: PowerReading = { state: 'off' }
const silent = new BmcError('unreachable', '10.0.4.7:623', '10.0.4.7:623: no answer within 5 s')

describe('a step that ends well', () => {
  it('commits, sends once, reads back', async () => {
    const { log, shown, outcome } = await play(toStep('ForceOff'), { power: (ms) => (ms !== null && ms > 2_000 ? off : on) })
    expect(log).toEqual(['commit ForceOff', 'send ForceOff', 'sent', 'keep seenOff=true', 'finish verified'])
    expect(shown).toEqual(['poweringOff', 'off'])
    expect(outcome).toMatchObject({ before: 'on', after: 'off', evidence: 'read back off', error: null })
  })

  it.each([
    ['On', on],
    ['ForceOff', off],
    ['GracefulShutdown', off],
  ] as const)('%s of a node that is already there sends nothing', async (action, state) => {
    const { sent, outcome } = await play(toStep(action), { power: () => state })
    expect(sent).toEqual([])
    expect(outcome).toMatchObject({ state: 'verified', evidence: `already ${state.state}, nothing sent` })
  })

  it.each([
    ['seen off', (ms: number | null) => (ms !== null && ms > 1_000 && ms < 6_000 ? off : on), 'seen off, then on'],
    ['an off as short as OpenIPMI shows it', (ms: number | null) => (ms !== null && ms > 300 && ms < 1_200 ? off : on), 'seen off, then on'],
    ['last reset time', (ms: number | null) => ({ ...on, lastResetAt: ms === null ? '2026-11-01T00:00:00Z' : '2026-11-23T00:00:01Z' }), 'last reset time changed to 2026-11-23T00:00:01Z'],
    ['restart cause', (ms: number | null) => ({ ...on, restartCause: ms === null ? 'power button' : 'power cycle' }), 'restart cause changed to power cycle'],
  ] as const)('a cycle is proven by %s', async (_, power, evidence) => {
    const { sent, outcome } = await play(toStep('PowerCycle'), { power })
    expect(sent).toEqual(['PowerCycle'])
    expect(outcome).toMatchObject({ state: 'verified', before: 'on', after: 'on', evidence })
  })

  it('a restart that only the log tells of is proven by the log', async () => {
    const { outcome } = await play(toStep('ForceRestart'), { power: () => on, log: (ms) => (ms > 4_000 ? 'system restart initiated (log entry 18)' : undefined) })
    expect(outcome).toMatchObject({ state: 'verified', evidence: 'system restart initiated (log entry 18)' })
  })

  it('a composed cycle is two commands, the second 10 s after off was seen', async () => {
    const { log, tookMs, outcome } = await play(toStep('PowerCycle'), {
      plan: ['ForceOff', 'On'],
      power: (ms, sent) => (sent.at(-1) === 'ForceOff' ? (ms! > 1_000 ? off : on) : on),
    })
    expect(log.filter((line) => line.startsWith('commit') || line.startsWith('send'))).toEqual(['commit ForceOff', 'send ForceOff', 'commit On to complete', 'send On'])
    expect(tookMs).toBeGreaterThan(10_000)
    expect(outcome).toMatchObject({ state: 'verified', before: 'on', after: 'on', evidence: 'ForceOff: read back off; On: read back on' })
  })

  it('a lost reply is answered by reading', async () => {
    const { sent, outcome } = await play(toStep('On'), {
      power: (ms) => (ms === null || ms < 3_000 ? off : on),
      answer: () => ({ kind: 'reply-lost', text: 'no reply' }),
    })
    expect(sent).toEqual(['On'])
    expect(outcome).toMatchObject({ state: 'verified', after: 'on' })
  })

  it('goes on reading while the BMC is silent', async () => {
    const { outcome } = await play(toStep('ForceOff'), { power: (ms) => (ms === null ? on : ms < 30_000 ? silent : off) })
    expect(outcome).toMatchObject({ state: 'verified', after: 'off' })
  })
})

describe('checklist 60: off means off', () => {
  it('says that nothing happened when the BMC only said yes', async () => {
    const { sent, outcome, tookMs } = await play(toStep('ForceOff'), { power: () => on })
    expect(sent).toEqual(['ForceOff'])
    expect(outcome).toMatchObject({ state: 'not-applied', after: 'on', error: { code: 'not-applied' } })
    expect(outcome!.error!.message).toMatch(/accepted the command, but nothing happened: still on, not off within 60 s/)
    expect(tookMs).toBeLessThan(70_000)
  })

  it('a cycle with an unchanged last reset time was not applied', async () => {
    const { outcome } = await play(toStep('ForceRestart'), { power: () => ({ ...on, lastResetAt: '2026-11-01T00:00:00Z' }) })
    expect(outcome).toMatchObject({ state: 'not-applied' })
  })

  it('a cycle that nothing proves is unknown', async () => {
    const { outcome } = await play(toStep('PowerCycle'), { power: () => ({ ...on, restartCause: 'chassis control command' }) })
    expect(outcome).toMatchObject({ state: 'unknown', error: { code: 'no-evidence' } })
  })

  it.each(['PowerCycle', 'ForceRestart'] as const)('a %s of which nothing tells and whose reply was lost is unknown after half a minute', async (action) => {
    const lost = { answer: () => ({ kind: 'reply-lost' as const, text: '' }) }
    const traceless = await play(toStep(action), { ...lost, power: () => on })
    expect(traceless.sent).toEqual([action])
    expect(traceless.outcome).toMatchObject({ state: 'unknown', after: 'on', error: { code: 'no-evidence' } })
    expect(traceless.tookMs).toBeLessThan(35_000)
    // The log is read to the end of that time.
    expect((await play(toStep(action), { ...lost, power: () => on, log: (ms) => (ms > 25_000 ? 'power cycle (log entry 18)' : undefined) })).outcome).toMatchObject({ state: 'verified' })
  })

  it.each([
    ['the BMC accepted it', { power: () => on }, 'unknown'],
    ['the BMC does not answer', { power: (ms: number | null) => (ms === null ? on : silent) }, 'unknown'],
    ['it was seen off', { power: (ms: number | null) => (ms === null ? on : off) }, 'not-applied'],
    ['a witness would say that it was not applied', { power: () => ({ ...on, lastResetAt: '2026-11-01T00:00:00Z' }) }, 'not-applied'],
  ] as const)('waits for the whole deadline where %s', async (why, script, state) => {
    const answer = () => (why === 'the BMC accepted it' ? ({ kind: 'accepted' } as const) : ({ kind: 'reply-lost', text: '' } as const))
    const { outcome, tookMs } = await play(toStep('PowerCycle'), { ...script, answer })
    expect(outcome).toMatchObject({ state })
    expect(tookMs).toBeGreaterThanOrEqual(90_000)
  })

  it('a cycle that stays off was not applied, and says so', async () => {
    const { outcome } = await play(toStep('PowerCycle'), { power: (ms) => (ms === null ? on : off) })
    expect(outcome).toMatchObject({ state: 'not-applied', after: 'off', error: { code: 'not-on-again' } })
  })

  it('an NMI leaves no state to read', async () => {
    const { sent, outcome } = await play(toStep('Nmi'), { power: () => on })
    expect(sent).toEqual(['Nmi'])
    expect(outcome).toMatchObject({ state: 'unknown', after: 'on' })
  })

  it('a BMC that never answers again leaves it unknown', async () => {
    const { outcome } = await play(toStep('ForceOff'), { power: (ms) => (ms === null ? on : silent), answer: () => ({ kind: 'reply-lost', text: '' }) })
    expect(outcome).toMatchObject({ state: 'unknown', after: null, error: { code: 'no-answer' } })
    expect(outcome!.error!.message).toContain('10.0.4.7:623: no answer')
  })
})

describe('a step for which nothing is sent', () => {
  const refusals: [string, Script, Partial<ControlStep>, string, string][] = [
    ['the BMC cannot be read', { power: () => silent }, {}, 'failed', 'unreachable'],
    ['the node is off', { power: () => off }, {}, 'failed', 'is-off'],
    ['the BMC cannot do it', { power: () => on, plan: 'allows On, ForceOff' }, {}, 'failed', 'not-supported'],
    ['the node is protected', { power: () => on, begin: () => 'protected' }, {}, 'failed', 'protected'],
    ['there were too many', { power: () => on, begin: () => 'rate-limit' }, {}, 'failed', 'rate-limit'],
    ['the deadline is over', { power: () => on }, { deadlineAt: new Date(startMs - 1) }, 'aborted', 'deadline'],
  ]
  it.each(refusals)('because %s', async (_, script, changes, state, code) => {
    const { sent, outcome } = await play(toStep('PowerCycle', changes), script)
    expect(sent).toEqual([])
    expect(outcome).toMatchObject({ state, error: { code } })
  })

  it('checklist 47: because the audit cannot be written', async () => {
    const { sent, log } = await play(toStep('ForceOff'), { power: () => on, begin: () => new Error('canceling statement due to lock timeout') })
    expect(sent).toEqual([])
    expect(log).toEqual([expect.stringMatching(/^unaudited nothing was sent, because the audit could not be written: canceling statement/)])
  })

  it('because the node has another owner, who will do it', async () => {
    const { sent, outcome } = await play(toStep('ForceOff'), { power: () => on, begin: () => 'not-ours' })
    expect(sent).toEqual([])
    expect(outcome).toBeUndefined()
  })

  it('because Postgres is away: the step stays as it is', async () => {
    const playing = play(toStep('ForceOff'), { power: () => on, begin: () => new DatabaseAway('gone') })
    await expect(playing).rejects.toBeInstanceOf(DatabaseAway)
  })

  it('because the BMC said no', async () => {
    const { outcome } = await play(toStep('ForceOff'), { power: () => on, answer: () => ({ kind: 'rejected', text: 'D5h: not in the present state' }) })
    expect(outcome).toMatchObject({ state: 'failed', error: { code: 'rejected', message: 'the BMC refused ForceOff: D5h: not in the present state' } })
  })
})

describe('checklist 56: a step that a dead conductor left behind', () => {
  const interrupted = (action: ControlAction, state: 'sending' | 'sent', commands: Command[]) =>
    toStep(action, { state, commands, before: 'on', sentAt: new Date(startMs - 5_000) })

  it.each(['sending', 'sent'] as const)('in %s is only read', async (state) => {
    const { sent, outcome } = await play(interrupted('ForceOff', state, ['ForceOff']), { power: () => off })
    expect(sent).toEqual([])
    expect(outcome).toMatchObject({ state: 'verified', before: 'on', after: 'off' })
  })

  it('whose command never left is not sent again', async () => {
    const { sent, outcome } = await play(interrupted('ForceOff', 'sending', ['ForceOff']), { power: () => on })
    expect(sent).toEqual([])
    expect(outcome).toMatchObject({ state: 'not-applied' })
    expect(outcome!.error!.message).toContain('the conductor restarted')
  })

  it('remembers what was read before the command', async () => {
    const baseline: Baseline = { reading: { ...on, lastResetAt: '2026-11-01T00:00:00Z' }, seenOff: false }
    const { outcome } = await play(interrupted('PowerCycle', 'sent', ['PowerCycle']), {
      power: () => ({ ...on, lastResetAt: '2026-11-23T00:00:00Z' }),
      baseline,
    })
    expect(outcome).toMatchObject({ state: 'verified', evidence: 'last reset time changed to 2026-11-23T00:00:00Z' })
  })

  it('remembers that it was seen off', async () => {
    const { outcome } = await play(interrupted('PowerCycle', 'sent', ['PowerCycle']), { power: () => on, baseline: { reading: on, seenOff: true } })
    expect(outcome).toMatchObject({ state: 'verified', evidence: 'seen off, then on' })
  })

  it('without any memory of a cycle is unknown', async () => {
    const { sent, outcome } = await play(interrupted('PowerCycle', 'sending', ['PowerCycle']), { power: () => on })
    expect(sent).toEqual([])
    expect(outcome).toMatchObject({ state: 'unknown' })
  })

  it('half-way through a composed cycle sends the command that was never committed, and no other', async () => {
    const { sent, outcome } = await play(interrupted('PowerCycle', 'sent', ['ForceOff']), {
      plan: ['ForceOff', 'On'],
      power: (_, commands) => (commands.at(-1) === 'On' ? on : off),
    })
    expect(sent).toEqual(['On'])
    expect(outcome).toMatchObject({ state: 'verified', before: 'on', after: 'on' })
  })

  it('half-way, with both committed, sends nothing', async () => {
    const { sent } = await play(interrupted('PowerCycle', 'sending', ['ForceOff', 'On']), { plan: ['ForceOff', 'On'], power: () => off })
    expect(sent).toEqual([])
  })
})

describe('at most once, wherever it is cut', () => {
  it.each(Array.from({ length: 8 }, (_, i) => i + 1))('cut after event %d and resumed: never a command twice', async (events) => {
    const script: Script = {
      plan: ['ForceOff', 'On'],
      power: (ms, sent) => (sent.at(-1) === 'ForceOff' ? (ms! > 1_000 ? off : on) : on),
    }
    const first = await play(toStep('PowerCycle'), script, (log) => log.length >= events)
    const committed = first.log.filter((line) => line.startsWith('commit')).map((line) => line.split(' ')[1] as Command)
    const left = toStep('PowerCycle', {
      state: committed.length === 0 ? 'queued' : first.log.at(-1)!.startsWith('commit') ? 'sending' : 'sent',
      commands: committed,
      before: 'on',
      sentAt: new Date(startMs),
    })
    const second = first.outcome === undefined ? await play(left, script) : { sent: [], outcome: first.outcome }
    const all = [...first.sent, ...second.sent]
    expect(new Set(all).size).toBe(all.length)
    expect(second.outcome).toBeDefined()
  })
})

describe('the locate light', () => {
  it('is verified when it reads lit', async () => {
    const { sent, outcome } = await play(toStep('IndicatorOn'), { power: (ms) => ({ ...on, indicator: ms !== null }) })
    expect(sent).toEqual(['IndicatorOn'])
    expect(outcome).toMatchObject({ state: 'verified', evidence: 'read back lit' })
  })

  it('is unknown where the BMC does not say', async () => {
    const { outcome } = await play(toStep('IndicatorOn'), { power: () => on })
    expect(outcome).toMatchObject({ state: 'unknown' })
  })
})
