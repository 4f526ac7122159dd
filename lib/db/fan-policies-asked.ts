import type { Prisma } from '#gen/prisma/client.ts'
import { fanAbility, type FanAbility } from '#lib/domain/abilities.ts'
import { fanConsent, fanPolicy, fanReason, fanState, type FanConsent, type FanPolicy, type FanReason, type FanState } from '#lib/domain/fan-policy.ts'
import { fanDuties, type FanDuties } from '#lib/domain/fan.ts'
import { prisma, type Transaction } from './client.ts'

/** web's side of fan policies: what is wanted is written here, and how it stands with that is read. */

export type FanAsker = { setBy: string; setById: string; setByKind: 'person' | 'token'; ip: string | null; requestId: string | null }

/** Writes what is wanted of these nodes' fans; each gets a new version. A consent that was given before stays where none is given now. */
export async function putFanPolicies(tx: Transaction, nodeIds: readonly string[], policy: FanPolicy, asker: FanAsker, consent: FanConsent | null = null): Promise<void> {
  const { setBy, setById, setByKind, ip, requestId } = asker
  await tx.$executeRaw`INSERT INTO "FanPolicy" ("nodeId", policy, consent, "setBy", "setById", "setByKind", ip, "requestId")
    SELECT id, ${JSON.stringify(policy)}::jsonb, ${consent === null ? null : JSON.stringify(consent)}::jsonb, ${setBy}, ${setById}, ${setByKind}, ${ip}, ${requestId}
    FROM unnest(${[...nodeIds]}::uuid[]) AS id ORDER BY id
    ON CONFLICT ("nodeId") DO UPDATE SET policy = excluded.policy, consent = coalesce(excluded.consent, "FanPolicy".consent), version = "FanPolicy".version + 1,
      "setBy" = excluded."setBy", "setById" = excluded."setById", "setByKind" = excluded."setByKind", ip = excluded.ip, "requestId" = excluded."requestId", "setAt" = now()`
}

export type FanPolicyFound = {
  policy: FanPolicy
  version: number
  doneVersion: number
  consent: FanConsent | null
  setBy: string
  setAt: Date
  state: FanState
  reason: FanReason | null
  stateAt: Date
  holding: boolean
  heldSince: Date | null
  duties: FanDuties | null
  assertedAt: Date | null
  asserts: number
}

/** What was asked of a node's fans last; null where nobody ever did. */
export async function findFanPolicy(nodeId: string): Promise<FanPolicyFound | null> {
  const row = await prisma().fanPolicy.findUnique({ where: { nodeId } })
  if (row === null) return null
  const given = <T>(value: Prisma.JsonValue, schema: { parse: (value: unknown) => T }): T | null => (value === null ? null : schema.parse(value))
  return {
    ...row,
    policy: fanPolicy.parse(row.policy),
    consent: given(row.consent, fanConsent),
    state: fanState.parse(row.state),
    reason: given(row.reason, fanReason),
    duties: given(row.duties, fanDuties),
  }
}

/** The consents of nodes, by node. */
export async function listFanConsents(tx: Transaction, nodeIds: readonly string[]): Promise<Map<string, FanConsent>> {
  const rows = await tx.fanPolicy.findMany({ where: { nodeId: { in: [...nodeIds] } }, select: { nodeId: true, consent: true } })
  return new Map(rows.flatMap(({ nodeId, consent }) => (consent === null ? [] : [[nodeId, fanConsent.parse(consent)] as const])))
}

/** What probes found of the fans of nodes, by node; null where that is not known yet. */
export async function listFanAbilities(tx: Transaction, nodeIds: readonly string[]): Promise<Map<string, FanAbility | null>> {
  const rows = await tx.$queryRaw<{ id: string; fans: unknown }[]>`SELECT id, capabilities -> 'fans' AS fans FROM "Node" WHERE id = ANY(${[...nodeIds]}::uuid[])`
  return new Map(rows.map(({ id, fans }) => [id, fanAbility.safeParse(fans).data ?? null]))
}
