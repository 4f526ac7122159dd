import { describe, expect, it } from 'vitest'
import type { LogReading, ResetAnswer } from '#lib/bmc/bmc.ts'
import { BmcError } from '#lib/bmc/errors.ts'
import { DatabaseAway } from '#lib/db/away.ts'
import type { LogPlace } from '#lib/db/events.ts'
import type { IntentAnswer } from '#lib/db/begin-commands.ts'
import type { StepOutcome } from '#lib/db/finish-steps.ts'
import type { LogClearStep } from '#lib/db/steps.ts'
import { runLogClear } from './run-log-clear.ts'
import { queued, startMs } from './testing/play-step.ts'

const toStep = (changes: Partial<LogClearStep> = {}): LogClearStep => ({ ...queued, kind: 'log-clear', action: 'ClearLog', commands: [], options: { source: 'SEL' }, ...changes })

type Script = {
  /** The logs that can be cleared; the SEL alone unless it says more. */
  logs?: string[]
  /** What the baseline of a command that was begun says. */
  begun?: string
  canClear?: boolean
  clearedAt?: string
  /** Whether the reading of this number (1 is the first) is complete. */
  complete?: (reading: number) => boolean | Error
  begin?: IntentAnswer | Error
  answer?: ResetAnswer | Error
  /** How long after the command the log begins anew; never when absent. */
  clearedAfterMs?: number
  /** What a reading from the beginning finds. */
  whole?: number
}

/** A BMC, a clock and a database in one: what happens is in `log`, in order. */
async function play(step: LogClearStep, script: Script) {
  const log: string[] = []
  const stop = new AbortController()
  let nowMs = startMs
  let sentMs = step.sentAt?.getTime() ?? Infinity
  let readings = 0
  let outcome: StepOutcome | undefined
  const source = (isComplete: boolean, wasCleared: boolean) => ({ name: script.logs?.at(-1) ?? 'SEL', canClear: true, isComplete, wasCleared })
  const place: LogPlace = {
    protocol: 'ipmi',
    cursor: null,
    sources: (script.logs ?? ['SEL']).map((name) => ({ name, canClear: script.canClear ?? true, isComplete: true, failure: null, clearedAt: script.clearedAt ?? null })),
  }
  await runLogClear(step, {
    nowMs: () => nowMs,
    sleep: async (ms) => void (nowMs += ms),
    places: async () => [place],
    async readLog() {
      log.push('read')
      const isComplete = script.complete?.(++readings) ?? true
      if (isComplete instanceof Error) throw isComplete
      return { entries: [], cursor: null, sources: [source(isComplete, nowMs >= sentMs + (script.clearedAfterMs ?? Infinity))] }
    },
    async readWholeLog(): Promise<LogReading> {
      log.push('read whole')
      const one = { key: 'k', source: 'SEL', sourceId: '1', at: null, level: 'ok', text: 'x' } as const
      return { entries: Array.from({ length: script.whole ?? 1 }, () => one), cursor: null, sources: [source(true, false)] }
    },
    async clear() {
      log.push('clear')
      sentMs = nowMs
      const answer = script.answer ?? { kind: 'accepted' }
      if (answer instanceof Error) throw answer
      return answer
    },
    async begin() {
      log.push('commit')
      if (script.begin instanceof Error) throw script.begin
      return script.begin ?? 'committed'
    },
    readBegun: async () => script.begun,
    markSent: async () => void log.push('sent'),
    finish: async (ended) => void (outcome = ended),
    refuseUnaudited: async () => void log.push('refused unaudited'),
  }, stop.signal)
  return { log, outcome, sent: log.filter((line) => line === 'clear').length }
}

describe('clearing a log', () => {
  it('reads it to its end, commits, sends once, and believes the log alone', async () => {
    const { log, outcome } = await play(toStep(), { complete: (reading) => reading >= 3, clearedAfterMs: 3_000 })
    expect(log).toEqual(['read', 'read', 'read', 'commit', 'clear', 'sent', 'read', 'read', 'read'])
    expect(outcome).toMatchObject({ state: 'verified', evidence: 'read back: the log SEL begins anew', error: null })
  })

  it.each<[string, Script, string, string, number]>([
    ['a lost reply is answered by reading', { answer: { kind: 'reply-lost', text: 'no answer' }, clearedAfterMs: 0 }, 'verified', '', 1],
    ['an unknown fault after the packet is answered by reading', { answer: new Error('broken'), clearedAfterMs: 0 }, 'verified', '', 1],
    ['a log that was empty before', { whole: 0 }, 'verified', '', 1],
    ['a BMC that says yes and does nothing', {}, 'not-applied', 'not-applied', 1],
    ['a BMC that says no', { answer: { kind: 'rejected', text: 'locked' } }, 'failed', 'rejected', 1],
    ['a BMC that falls silent', { complete: (reading) => (reading > 1 ? new Error('silence') : true) }, 'unknown', 'no-answer', 1],
    ['nothing that left', { answer: new BmcError('unreachable', 'n1:623', 'no way there') }, 'failed', 'unreachable', 1],
    ['a log that cannot be read', { complete: () => new BmcError('unreachable', 'n1:623', 'silence') }, 'failed', 'log-not-kept', 0],
    ['a log that never ends', { complete: () => false }, 'failed', 'log-not-kept', 0],
    ['a BMC that offers no clearing', { canClear: false }, 'failed', 'not-supported', 0],
  ])('%s', async (_, script, state, code, sent) => {
    const played = await play(toStep(), script)
    expect([played.outcome?.state, played.outcome?.error?.code ?? '', played.sent]).toEqual([state, code, sent])
  })

  it.each<[string, string[], string, string]>([
    ['the only one', ['AuditLog'], 'verified', 'AuditLog'],
    ['that of the hardware', ['AuditLog', 'PlatformLog'], 'verified', 'PlatformLog'],
    ['the SEL before any event log', ['EventLog', 'Sel'], 'verified', 'Sel'],
    ['none of two that could be it', ['system SEL', 'bmc SEL'], 'failed', 'name one'],
    ['none of names that nobody knows', ['Logs', 'AuditLog'], 'failed', 'name one'],
  ])('takes %s where none is named', async (_, logs, state, says) => {
    const { outcome, sent } = await play(toStep({ options: {} }), { logs, clearedAfterMs: 0 })
    expect([outcome?.state, sent]).toEqual([state, state === 'verified' ? 1 : 0])
    expect(outcome?.evidence ?? outcome?.error?.message).toContain(says)
  })

  it('reads back the log that it began with, whatever would be chosen now', async () => {
    const begun = { state: 'sent' as const, commands: ['ClearLog' as const], sentAt: new Date(startMs - 60_000), options: {} }
    const { outcome } = await play(toStep(begun), { logs: ['SEL', 'AuditLog'], begun: 'AuditLog', clearedAt: new Date(startMs - 30_000).toISOString() })
    expect(outcome).toMatchObject({ state: 'verified', evidence: 'read back: the log AuditLog begins anew' })
  })

  it('takes a BMC that nobody listens at for what it is, not for a database that is away', async () => {
    const refused = new BmcError('refused', 'n1:443', 'n1:443: refused', { cause: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }) })
    const { outcome, sent } = await play(toStep(), { complete: () => refused })
    expect([outcome?.state, outcome?.error?.code, sent]).toEqual(['failed', 'log-not-kept', 0])
  })

  it('is not begun after its deadline', async () => {
    const { outcome, log } = await play(toStep({ deadlineAt: new Date(startMs - 1) }), {})
    expect([outcome?.state, log]).toEqual(['aborted', []])
  })

  it('sends nothing without its audit row, nor for a node that has another owner', async () => {
    expect((await play(toStep(), { begin: new Error('the audit is full') })).log).toEqual(['read', 'commit', 'refused unaudited'])
    expect(await play(toStep(), { begin: 'not-ours' })).toMatchObject({ log: ['read', 'commit'], outcome: undefined })
    await expect(play(toStep(), { begin: new DatabaseAway(null) })).rejects.toBeInstanceOf(DatabaseAway)
  })

  it.each(['sending', 'sent'] as const)('found as %s after a restart, is only read', async (state) => {
    const begun = { state, commands: ['ClearLog' as const], sentAt: new Date(startMs - 60_000) }
    const found = await play(toStep(begun), { clearedAt: new Date(startMs - 30_000).toISOString() })
    expect([found.outcome?.state, found.sent]).toEqual(['verified', 0])
    const older = await play(toStep(begun), { clearedAt: new Date(startMs - 90_000).toISOString() })
    expect([older.outcome?.state, older.sent]).toEqual(['not-applied', 0])
    const gone = await play(toStep(begun), { canClear: false })
    expect([gone.outcome?.state, gone.sent]).toEqual(['unknown', 0])
  })
})
