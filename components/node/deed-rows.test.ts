import { expect, it } from 'vitest'
import type { AuditList } from '#lib/api/contract.ts'
import { toDeeds } from './deed-rows.ts'

const row = (seq: number, outcome: string, operationId: string | null): AuditList['rows'][number] => ({
  seq,
  at: '2026-11-23T12:00:00Z',
  actor: 'ops',
  actorKind: 'person',
  ip: null,
  action: 'power',
  node: 'n1',
  target: 'ForceOff',
  outcome,
  operationId,
  requestId: null,
  detail: {},
  hash: '',
})

it('leaves out an intent whose outcome is known, and keeps one that is still open', () => {
  const rows = [row(5, 'intent', 'c'), row(4, 'ok', null), row(3, 'failed', 'a'), row(2, 'intent', 'a'), row(1, 'intent', null)]
  expect(toDeeds(rows).map(({ seq }) => seq)).toEqual([5, 4, 3, 1])
})
