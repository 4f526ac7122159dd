import { randomUUID } from 'node:crypto'
import { insertAlertRule } from '#lib/db/alert-rules.ts'
import { prisma } from '#lib/db/client.ts'
import { insertReceiver, putReceiverSecret } from '#lib/db/receivers.ts'
import type { AlertCondition, AlertRule } from '#lib/domain/alert-rule.ts'
import { receiverContext } from '#lib/vault/context.ts'
import { sealForConductor } from '#lib/vault/seal.ts'
import type { ConductorRig } from './conductor-rig.ts'
import type { TestDatabase } from './database.ts'

/** A JSON webhook as web makes it: its address sealed to the conductor. `sealedFor` binds it to something else. */
export async function addReceiver(rig: ConductorRig, url: string, sealedFor: Record<string, unknown> = {}): Promise<string> {
  const id = randomUUID()
  const sealed = sealForConductor(rig.keys().publicKey, JSON.stringify({ url, secret: null }), receiverContext({ id, kind: 'json', isPlain: true, mail: null, ...sealedFor }))
  await prisma().$transaction(async (tx) => {
    await insertReceiver(tx, { id, name: `to ${id}`, kind: 'json', language: 'en', host: '127.0.0.1', isPlain: true, isSigned: false, mail: null, site: 'http://b' })
    await putReceiverSecret(tx, id, sealed)
  })
  return id
}

/** A rule for every node, that repeats nothing. */
export async function addRule(condition: AlertCondition, receivers: string[], changes: Partial<AlertRule> = {}): Promise<string> {
  const rule = { name: `rule ${randomUUID()}`, isOn: true, range: '*', condition, level: 'warning' as const, receivers, repeatSeconds: null, tellsOver: true, ...changes }
  return (await prisma().$transaction((tx) => insertAlertRule(tx, rule)))!
}

/** Nodes that nobody polls, as if their BMC had fallen silent, or answered a moment ago. */
export async function addSilentNodes(test: TestDatabase, names: readonly string[], bmcState: 'failed' | 'ok' = 'failed'): Promise<void> {
  await test.db.pool.query(
    `WITH made AS (INSERT INTO "Node" (name, address, protocol) SELECT name, '10.0.0.1', 'ipmi' FROM unnest($1::text[]) AS n(name) RETURNING id)
    INSERT INTO "NodeStatus" ("nodeId", "bmcState", failure, "powerAt", "healthAt") SELECT id, $2, '{"kind":"unreachable","address":"10.0.0.1:623","text":"no answer"}', now(), now() FROM made`,
    [names, bmcState],
  )
}
