import type { OwnedNode } from '#lib/db/leases.ts'
import { writeNodeNews } from '#lib/db/node-news.ts'
import type { BmcFailure, Endpoint } from '#lib/domain/bmc.ts'
import { ourSource } from '#lib/domain/log-source.ts'
import type { World } from './world.ts'

/** The failure that is news: a BMC that offers less than its best suite, and did not when it was last looked at. */
export function newDowngrade(before: readonly Endpoint[], now: readonly Pick<Endpoint, 'protocol' | 'failure'>[]): BmcFailure | undefined {
  const failureOf = (endpoints: typeof now) => endpoints.find((one) => one.protocol === 'ipmi')?.failure ?? undefined
  const failure = failureOf(now)
  return failure?.kind === 'downgrade' && failureOf(before)?.kind !== 'downgrade' ? failure : undefined
}

/** Tells it in the node's events and in the audit: somebody between us and the BMC looks like this, and so does a reset BMC. */
export function tellDowngrade(node: OwnedNode, failure: BmcFailure, world: World): Promise<void> {
  const at = new Date().toISOString()
  const entry = { key: `${ourSource}/${at}/downgrade`, source: ourSource, sourceId: '', at, level: 'critical' as const, text: `IPMI cipher suite fell back: ${failure.text}`.slice(0, 500) }
  const detail = { best: node.cipherSuite, text: failure.text }
  const audit = { actor: 'Baseboard', actorKind: 'system' as const, ip: null, requestId: null, action: 'ipmi-downgrade', node: node.name, target: null, outcome: 'refused' as const, operationId: null, detail }
  return writeNodeNews(world.db, { conductorId: world.conductorId, epoch: node.epoch }, node.id, { entry, audit })
}
