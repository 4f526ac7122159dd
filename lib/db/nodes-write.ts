import type { Place } from '#lib/domain/bulk-edit.ts'
import type { ProtocolChoice } from '#lib/domain/bmc.ts'
import type { Transaction } from './client.ts'
import type { Ports } from './nodes.ts'

/**
 * What is written of nodes when they are added or get another BMC: of one or of ten thousand in the same few statements. Rows travel as
 * JSON, because a statement has at most 65,535 parameters.
 */
export type Bmc = { id: string; address: string; protocol: ProtocolChoice; ports: Ports }
export type SealedCredential = { nodeId: string; username: string; sealed: Uint8Array<ArrayBuffer> }
/** The BMC's key K_G; sealed of nothing, it takes the stored one away. */
export type SealedKg = Omit<SealedCredential, 'username'>
export type NewNode = Bmc & Place & { name: string }

/** What a node is when nobody says more. */
export const barePlace: Place = { groups: [], tags: [], rack: null, position: null, attributes: {}, protected: false }

async function insertEndpoints(tx: Transaction, bmcs: readonly Bmc[]): Promise<void> {
  const rows = bmcs.flatMap(({ id, ports }) => Object.entries(ports).map(([protocol, port]) => ({ id, protocol, port, state: protocol === 'ssh' ? 'absent' : 'probing' })))
  await tx.$executeRaw`
    INSERT INTO "Endpoint" ("nodeId", protocol, port, state)
    SELECT id, protocol, port, state FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r(id uuid, protocol text, port int, state text)`
}

/** Adds nodes that wait for their first probe. False when a name is taken: then nothing may be committed. */
export async function insertNodes(tx: Transaction, nodes: readonly NewNode[]): Promise<boolean> {
  if (nodes.length === 0) return true
  const count = await tx.$executeRaw`
    INSERT INTO "Node" (id, name, groups, tags, rack, position, attributes, protected, address, protocol)
    SELECT id, name, groups, tags, rack, position, attributes, protected, address, protocol
    FROM jsonb_to_recordset(${JSON.stringify(nodes)}::jsonb)
      AS n(id uuid, name text, groups text[], tags text[], rack text, position int, attributes jsonb, protected boolean, address text, protocol text)
    ON CONFLICT (name) DO NOTHING`
  if (count < nodes.length) return false
  await insertEndpoints(tx, nodes)
  await tx.$executeRaw`INSERT INTO "NodeStatus" ("nodeId") SELECT unnest(${nodes.map(({ id }) => id)}::uuid[])`
  return true
}

/** Points nodes at other BMCs, or at other ports of theirs: all that was known of the old one is forgotten. */
export async function moveNodes(tx: Transaction, moves: readonly (Bmc & { sameAddress: boolean })[]): Promise<void> {
  if (moves.length === 0) return
  await tx.$executeRaw`
    UPDATE "Node" n SET address = m.address, protocol = m.protocol, capabilities = NULL, "updatedAt" = now()
    FROM jsonb_to_recordset(${JSON.stringify(moves)}::jsonb) AS m(id uuid, address text, protocol text) WHERE n.id = m.id`
  const elsewhere = moves.filter(({ sameAddress }) => !sameAddress).map(({ id }) => id)
  await tx.node.updateMany({ where: { id: { in: elsewhere } }, data: { pin: null, pinnedAt: null, tls: 'modern', ipmi: {}, cipherSuite: null } })
  await tx.sshHostKey.deleteMany({ where: { nodeId: { in: elsewhere } } })
  await tx.$executeRaw`DELETE FROM "Endpoint" WHERE "nodeId" = ANY(${moves.map(({ id }) => id)}::uuid[])`
  await insertEndpoints(tx, moves)
}

/** Lets nodes be probed as if they were new: their BMC or its password has changed. */
export async function markAllProbing(tx: Transaction, ids: readonly string[]): Promise<void> {
  await tx.$executeRaw`UPDATE "Endpoint" SET "state" = 'probing', "failure" = NULL WHERE "nodeId" = ANY(${ids}::uuid[]) AND "protocol" <> 'ssh'`
  await tx.$executeRaw`UPDATE "NodeStatus" SET "bmcState" = 'probing', "failure" = NULL WHERE "nodeId" = ANY(${ids}::uuid[])`
}

/** Puts a key K_G, sealed to the conductor, on its way. */
export async function putKg(tx: Transaction, { nodeId, sealed }: SealedKg): Promise<void> {
  await tx.credentialInbox.createMany({ data: { nodeId, kind: 'kg', username: '', sealed } })
}

/** Puts passwords, sealed to the conductor, on their way. Of several that wait for a node the newest counts. */
export async function putCredentials(tx: Transaction, credentials: readonly SealedCredential[]): Promise<void> {
  if (credentials.length === 0) return
  const rows = credentials.map(({ sealed, ...rest }) => ({ ...rest, sealed: Buffer.from(sealed).toString('base64') }))
  await tx.$executeRaw`
    INSERT INTO "CredentialInbox" ("nodeId", username, sealed)
    SELECT "nodeId", username, decode(sealed, 'base64') FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS c("nodeId" uuid, username text, sealed text)`
}
