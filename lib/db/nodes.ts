import type { Capabilities, Endpoint, Identity, BmcFailure, Protocol, ProtocolChoice } from '#lib/domain/bmc.ts'
import type { HealthLevel, HealthReason } from '#lib/domain/health.ts'
import type { Node } from '#lib/domain/node.ts'
import type { PowerState } from '#lib/domain/power.ts'
import { database, type Transaction } from './client.ts'

/** Ports by protocol, as an administrator gave them or by default. A password is sealed to exactly these. */
export type Ports = Partial<Record<Protocol | 'ssh', number>>

type Row = {
  id: string
  name: string
  groups: string[]
  tags: string[]
  rack: string | null
  position: number | null
  attributes: Record<string, string>
  protected: boolean
  address: string
  protocol: ProtocolChoice
  power: PowerState
  powerAt: Date | null
  healthLevel: HealthLevel
  healthReasons: HealthReason[]
  healthAt: Date | null
  identity: Identity
  hottest: Node['hottest']
  watts: number | null
  seenAt: Date | null
  bmcState: Node['bmc']['state']
  bmcVia: Protocol | null
  failure: BmcFailure | null
  latencyMs: number | null
  revision: string
  endpoints: Endpoint[]
}

const iso = (at: Date | null) => at?.toISOString() ?? null

const toNode = (row: Row): Node => ({
  id: row.id,
  name: row.name,
  groups: row.groups,
  tags: row.tags,
  rack: row.rack,
  position: row.position,
  attributes: row.attributes,
  protected: row.protected,
  power: { state: row.power, at: iso(row.powerAt) },
  health: { level: row.healthLevel, reasons: row.healthReasons, at: iso(row.healthAt) },
  identity: row.identity,
  hottest: row.hottest,
  watts: row.watts,
  seenAt: iso(row.seenAt),
  bmc: {
    address: row.address,
    protocol: row.protocol,
    state: row.bmcState,
    via: row.bmcVia,
    failure: row.failure,
    latencyMs: row.latencyMs,
    endpoints: row.endpoints,
  },
  revision: Number(row.revision),
})

/** Arrays leave as JSON, because reading JSON is much quicker than reading Postgres's own text of an array. */
const columns = `n.id, n.name, to_json(n.groups) AS groups, to_json(n.tags) AS tags, n.rack, n.position, n.attributes, n.protected, n.address, n.protocol,
  s.power, s."powerAt", s."healthLevel", s."healthReasons", s."healthAt", s.identity, s.hottest, s.watts, s."seenAt",
  s."bmcState", s."bmcVia", s.failure, s."latencyMs", s.revision, coalesce(e.list, '[]') AS endpoints`

const endpoints = (where: string) => `LEFT JOIN (
    SELECT "nodeId", json_agg(json_build_object('protocol', protocol, 'port', port, 'state', state, 'failure', failure, 'facts', facts) ORDER BY protocol DESC) AS list
    FROM "Endpoint" WHERE protocol IN ('redfish', 'ipmi') ${where} GROUP BY "nodeId"
  ) e ON e."nodeId" = n.id`

const from = (where = '') => `FROM "Node" n JOIN "NodeStatus" s ON s."nodeId" = n.id ${endpoints(where)}`

/** Every node as the fleet page shows it, by name, in one query. */
export async function listNodes(): Promise<Node[]> {
  const { rows } = await database().pool.query<Row>(`SELECT ${columns} ${from()} ORDER BY n.name`)
  return rows.map(toNode)
}

/** Those of these nodes that are (still) there. */
export async function listNodesById(ids: readonly string[]): Promise<Node[]> {
  const { rows } = await database().pool.query<Row>(`SELECT ${columns} ${from('AND "nodeId" = ANY($1)')} WHERE n.id = ANY($1)`, [ids])
  return rows.map(toNode)
}

/** Nodes that have changed since a revision: what a stream missed while its line was broken. */
export async function listNodesSince(revision: number): Promise<Node[]> {
  const { rows } = await database().pool.query<Row>(`SELECT ${columns} ${from()} WHERE s.revision > $1 ORDER BY s.revision`, [revision])
  return rows.map(toNode)
}

export type NodeDetailRow = Node & { capabilities: Capabilities | null; pin: string | null; pinnedAt: string | null; username: string | null }

/** One node with what its own page shows; null when there is none of that name. Of a credential only the user name is read. */
export async function findNodeDetail(name: string): Promise<NodeDetailRow | null> {
  const { rows } = await database().pool.query<Row & { capabilities: Capabilities | null; pin: string | null; pinnedAt: Date | null; username: string | null }>(
    `SELECT ${columns}, n.capabilities, n.pin, n."pinnedAt", coalesce(
      (SELECT i.username FROM "CredentialInbox" i WHERE i."nodeId" = n.id ORDER BY i."createdAt" DESC LIMIT 1),
      (SELECT c.username FROM "Credential" c WHERE c."nodeId" = n.id)) AS username
    ${from(`AND "nodeId" = (SELECT id FROM "Node" WHERE name = $1)`)} WHERE n.name = $1`,
    [name],
  )
  const row = rows[0]
  if (row === undefined) return null
  return { ...toNode(row), capabilities: row.capabilities, pin: row.pin, pinnedAt: iso(row.pinnedAt), username: row.username }
}

/** What of a node may be edited, and its ports (SSH's too). */
export type NodeBasics = {
  id: string
  name: string
  groups: string[]
  tags: string[]
  protected: boolean
  address: string
  protocol: ProtocolChoice
  ports: Ports
}

/** Locks a node for a change. */
export async function lockNode(tx: Transaction, name: string): Promise<NodeBasics | null> {
  const rows = await tx.$queryRaw<Omit<NodeBasics, 'ports'>[]>`
    SELECT "id", "name", "groups", "tags", "protected", "address", "protocol" FROM "Node" WHERE "name" = ${name} FOR UPDATE`
  const row = rows[0]
  if (row === undefined) return null
  const ports = await tx.endpoint.findMany({ where: { nodeId: row.id }, select: { protocol: true, port: true } })
  return { ...row, ports: Object.fromEntries(ports.map(({ protocol, port }) => [protocol, port])) }
}

/** Of these names the nodes that are there, with what a permission and an operation need to know. */
export async function findNodesByName(tx: Transaction, names: readonly string[]): Promise<{ id: string; name: string; groups: string[]; protected: boolean }[]> {
  return tx.node.findMany({ where: { name: { in: [...names] } }, select: { id: true, name: true, groups: true, protected: true } })
}

/** The name of another node whose BMC is at this address and one of these ports; two nodes with one BMC would fight over it. */
export async function findNodeAt(tx: Transaction, address: string, ports: Ports, exceptId: string | null): Promise<string | null> {
  const same = Object.entries(ports).filter(([protocol]) => protocol !== 'ssh')
  const row = await tx.node.findFirst({
    where: {
      address,
      ...(exceptId === null ? {} : { id: { not: exceptId } }),
      endpoints: { some: { OR: same.map(([protocol, port]) => ({ protocol, port })) } },
    },
    select: { name: true },
  })
  return row?.name ?? null
}

export type Place = {
  groups?: string[]
  tags?: string[]
  rack?: string | null
  position?: number | null
  attributes?: Record<string, string>
  protected?: boolean
}

const endpointRows = (nodeId: string, ports: Ports) =>
  Object.entries(ports).map(([protocol, port]) => ({ nodeId, protocol, port, state: protocol === 'ssh' ? 'absent' : 'probing' }))

/** Adds a node that waits for its first probe; false when the name is taken. */
export async function insertNode(
  tx: Transaction,
  node: { id: string; name: string; address: string; protocol: ProtocolChoice; ports: Ports } & Place,
): Promise<boolean> {
  const { ports, ...data } = node
  const { count } = await tx.node.createMany({ data: [data], skipDuplicates: true })
  if (count === 0) return false
  await tx.endpoint.createMany({ data: endpointRows(node.id, ports) })
  await tx.nodeStatus.create({ data: { nodeId: node.id } })
  return true
}

/** Edits a node. What is not named stays. */
export async function updateNode(tx: Transaction, id: string, edit: Place & { name?: string; pin?: string | null }): Promise<void> {
  const { pin, ...rest } = edit
  const pinned = pin === undefined ? {} : { pin, pinnedAt: pin === null ? null : new Date() }
  await tx.node.update({ where: { id }, data: { ...rest, ...pinned } })
}

/** Points a node at another BMC, or at other ports of it: all that was known of the old one is forgotten, and it is probed anew. */
export async function moveNode(tx: Transaction, id: string, bmc: { address: string; protocol: ProtocolChoice; ports: Ports; sameAddress: boolean }): Promise<void> {
  const { address, protocol, ports, sameAddress } = bmc
  await tx.$executeRaw`UPDATE "Node" SET "address" = ${address}, "protocol" = ${protocol}, "capabilities" = NULL, "updatedAt" = now() WHERE "id" = ${id}::uuid`
  if (!sameAddress) await tx.node.update({ where: { id }, data: { pin: null, pinnedAt: null } })
  await tx.endpoint.deleteMany({ where: { nodeId: id } })
  await tx.endpoint.createMany({ data: endpointRows(id, ports) })
}

/** Lets a node be probed as if it were new: its BMC or its password has changed. */
export async function markProbing(tx: Transaction, id: string): Promise<void> {
  await tx.$executeRaw`UPDATE "Endpoint" SET "state" = 'probing', "failure" = NULL WHERE "nodeId" = ${id}::uuid AND "protocol" <> 'ssh'`
  await tx.$executeRaw`UPDATE "NodeStatus" SET "bmcState" = 'probing', "failure" = NULL WHERE "nodeId" = ${id}::uuid`
}

/** Puts a password, sealed to the conductor, on its way. Of several that wait the newest counts. */
export async function putCredential(tx: Transaction, credential: { nodeId: string; username: string; sealed: Uint8Array<ArrayBuffer> }): Promise<void> {
  await tx.credentialInbox.createMany({ data: [credential] })
}

export async function deleteNode(tx: Transaction, id: string): Promise<void> {
  await tx.node.deleteMany({ where: { id } })
}
