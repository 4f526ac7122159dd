import type { PowerHistory, PowerHistoryQuery, PowerTotals } from '#lib/api/power-contract.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import { listNodes } from '#lib/db/nodes.ts'
import { readTotals } from '#lib/db/power-totals-read.ts'
import { toPowerScopes, toPowerTotal, toScopeKey, type PowerScope } from '#lib/domain/power-total.ts'
import { demand } from './permission.ts'

const pointsPerHistory = 400

/** What the fleet, each group and each rack draw now. */
export async function readPowerTotals(user: SignedInUser): Promise<PowerTotals> {
  await demand(user, 'read')
  const nowMs = Date.now()
  const nodes = await listNodes()
  const scopes = toPowerScopes(nodes)
  const named = (kind: 'group' | 'rack') => scopes.flatMap(({ scope, nodes: of }) => (scope.kind === kind ? [{ name: scope.name, ...toPowerTotal(of, nowMs) }] : []))
  return { fleet: toPowerTotal(nodes, nowMs), groups: named('group'), racks: named('rack') }
}

function toScope({ group, rack, budget }: PowerHistoryQuery): PowerScope {
  if (group !== undefined) return { kind: 'group', name: group }
  if (rack !== undefined) return { kind: 'rack', name: rack }
  return budget === undefined ? { kind: 'fleet' } : { kind: 'budget', name: budget }
}

/** What one of them drew in the last hours, thinned to what a chart can show. */
export async function readPowerHistory(user: SignedInUser, query: PowerHistoryQuery): Promise<PowerHistory> {
  await demand(user, 'read')
  const until = new Date()
  const since = new Date(until.getTime() - query.hours * 3_600_000)
  return { points: await readTotals(toScopeKey(toScope(query)), { since, until, points: pointsPerHistory }) }
}
