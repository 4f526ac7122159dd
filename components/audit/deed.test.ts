import { describe, expect, it } from 'vitest'
import { toDeed, type AuditEntryRow } from './deed.ts'

const row = (seq: number, outcome: string, detail: Record<string, unknown>, node: string | null = 'n3'): AuditEntryRow => ({
  seq,
  at: `2026-11-23T10:00:0${seq}.000000Z`,
  actor: 'ada',
  actorKind: 'person',
  ip: null,
  action: 'power',
  node,
  target: 'PowerCycle',
  outcome,
  operationId: 'o',
  requestId: null,
  detail,
  hash: '',
})

describe('a row of the audit, opened', () => {
  const asked = row(1, 'intent', { nodes: ['n1', 'n2', 'n3', 'n7'] }, null)
  const off = row(2, 'intent', { stepId: 's', command: 'ForceOff', before: 'on' })
  const on = row(3, 'intent', { stepId: 's', command: 'On', before: 'on' })
  const end = row(4, 'ok', { stepId: 's', state: 'verified', before: 'on', after: 'on', evidence: 'seen off, then on' })

  it('tells what was asked, sent and read back, whichever of its rows was opened', () => {
    for (const opened of [off, on, end]) {
      expect(toDeed(opened, [asked, off, on, end])).toEqual({
        asked: [{ name: 'nodes', text: 'n[1-3,7]' }],
        sent: ['ForceOff', 'On'],
        before: 'on',
        after: 'on',
        afterAt: end.at,
        evidence: 'seen off, then on',
        answered: [],
        said: null,
        stepId: 's',
      })
    }
  })

  it('tells what it can while the end is not there, or nothing else is', () => {
    expect(toDeed(off, [asked, off])).toMatchObject({ sent: ['ForceOff'], before: 'on', after: null, afterAt: null, said: null })
    expect(toDeed(off, [])).toMatchObject({ asked: [], sent: ['ForceOff'], before: 'on' })
  })

  it('keeps what a BMC answered apart from what was asked', () => {
    const body = row(1, 'intent', { body: '{"AssetTag":"x"}', ifMatch: null })
    const answer = row(2, 'failed', { status: 412, error: { code: 'changed', message: 'n3 (10.4.0.3): changed meanwhile' } })
    expect(toDeed(body, [body, answer])).toMatchObject({
      asked: [{ name: 'body', text: '{"AssetTag":"x"}' }],
      answered: [{ name: 'status', text: '412' }],
      said: 'n3 (10.4.0.3): changed meanwhile',
    })
  })

  it('keeps a change of a person as what was asked: its «before» is no power state', () => {
    const change = row(1, 'ok', { role: 'operator', before: { role: 'viewer', disabled: false } })
    const deed = toDeed(change, [change])
    expect(deed.asked).toEqual([
      { name: 'role', text: 'operator' },
      { name: 'before', text: '{"role":"viewer","disabled":false}' },
    ])
    expect(deed.before).toBeNull()
  })

  it('cuts what is too long to look at', () => {
    expect(toDeed(asked, [row(1, 'intent', { text: 'x'.repeat(9_000) })]).asked[0]!.text).toHaveLength(2_001)
  })
})
