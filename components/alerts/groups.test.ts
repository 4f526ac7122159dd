import { expect, it } from 'vitest'
import type { AlertAnswer } from '#lib/api/alerts-contract.ts'
import { toGroups } from './groups.ts'

const alert = (rule: string, node: string | null, changes: Partial<AlertAnswer> = {}): AlertAnswer => ({
  rule: { id: rule, name: rule, level: rule.startsWith('c') ? 'critical' : 'warning' },
  subject: node ?? 'op',
  node,
  state: 'firing',
  since: '2026-11-30T12:00:00.000Z',
  isTold: true,
  quiet: null,
  isFlapping: false,
  evidence: { kind: 'audit', waitingSince: null },
  ...changes,
})

it('puts the alerts of a rule into one group, its nodes in natural order', () => {
  const [group, ...rest] = toGroups([alert('w', 'n10'), alert('w', 'n2', { since: '2026-11-30T11:00:00.000Z', quiet: 'silence' })])
  expect(rest).toEqual([])
  expect(group).toMatchObject({ nodes: ['n2', 'n10'], since: '2026-11-30T11:00:00.000Z', quiet: 1 })
})

it('begins with what is critical, and ends with what is quiet', () => {
  const groups = toGroups([alert('w1', 'n1'), alert('c-quiet', 'n1', { quiet: 'maintenance' }), alert('c', 'n1'), alert('w2', 'n1', { since: '2026-11-30T13:00:00.000Z' })])
  expect(groups.map(({ rule }) => rule.id)).toEqual(['c', 'w2', 'w1', 'c-quiet'])
})

it('names the nodes of an operation, and none where there is none', () => {
  const operation = alert('w', null, { evidence: { kind: 'operation', id: 'op', action: 'On', by: 'ada', failed: ['n3', 'n4'], total: 9 } })
  expect(toGroups([operation])[0]!.nodes).toEqual(['n3', 'n4'])
  expect(toGroups([alert('c', null)])[0]!.nodes).toEqual([])
})
