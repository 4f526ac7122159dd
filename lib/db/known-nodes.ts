import type { ProtocolChoice } from '#lib/domain/bmc.ts'
import { prisma, type Transaction } from './client.ts'
import type { Ports } from './nodes.ts'
import type { PlaceRow } from './places.ts'

/** What people have said of a node: all that an export holds and an import compares. Of its credential only the user name. */
export type KnownNode = PlaceRow & { address: string; protocol: ProtocolChoice; ports: Ports; username: string | null }

/** Every node, in one query. */
export const listKnownNodes = (tx: Pick<Transaction, '$queryRaw'>) => tx.$queryRaw<KnownNode[]>`
  SELECT n.id::text, n.name, n.groups, n.tags, n.rack, n.position, n.attributes, n.protected, n.address, n.protocol,
    (SELECT coalesce(jsonb_object_agg(e.protocol, e.port), '{}') FROM "Endpoint" e WHERE e."nodeId" = n.id) AS ports,
    coalesce(
      (SELECT i.username FROM "CredentialInbox" i WHERE i."nodeId" = n.id AND i.kind = 'password' ORDER BY i."createdAt" DESC LIMIT 1),
      (SELECT c.username FROM "Credential" c WHERE c."nodeId" = n.id)) AS username
  FROM "Node" n`

/** One import at a time: each compares all nodes with its lines. Held until the transaction ends. */
export async function lockImports(tx: Transaction): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('node_import'))`
}

/** By what a BMC is known again: its address and ports, and the certificate that was pinned. */
export async function listMarks(): Promise<{ name: string; address: string; pin: string | null; ports: Ports }[]> {
  const rows = await prisma().node.findMany({ select: { name: true, address: true, pin: true, endpoints: { select: { protocol: true, port: true } } } })
  return rows.map(({ endpoints, ...row }) => ({ ...row, ports: Object.fromEntries(endpoints.map(({ protocol, port }) => [protocol, port])) }))
}
