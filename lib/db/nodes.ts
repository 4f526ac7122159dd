import type { Capabilities, Endpoint, Identity, BmcFailure, Protocol, ProtocolChoice, TlsPolicy } from '#lib/domain/bmc.ts'
import type { BootProgress } from '#lib/domain/boot-progress.ts'
import type { Place } from '#lib/domain/bulk-edit.ts'
import type { HealthLevel, HealthReason } from '#lib/domain/health.ts'
import { ipmiSettings, type IpmiSettings } from '#lib/domain/ipmi.ts'
import type { CipherSuiteId } from '#lib/domain/ipmi-words.ts'
import type { Node } from '#lib/domain/node.ts'
import type { PowerState } from '#lib/domain/power.ts'
import type { Maintenance } from '#lib/domain/silence.ts'
import { progressOf, toProgressList } from './boot-progress.ts'
import { database, type Database, type Transaction } from './client.ts'
import { barePlace, insertNodes, markAllProbing, moveNodes, putCredentials, type Bmc, type SealedCredential } from './nodes-write.ts'

/** Ports by protocol, as an administrator gave them or by default. A password is sealed to exactly these. */
export type Ports = Partial<Record<Protocol | 'ssh', number>>

/**
 * A row as Postgres writes it, every column as text or null. A list of ten thousand is read ten times a minute by every page that opens,
 * and the usual conversions (a Date per time, a parse per empty list) take three times as long as the query.
 */
type Row = Record<
  | 'id' | 'name' | 'groups' | 'tags' | 'attributes' | 'protected' | 'address' | 'protocol' | 'power' | 'healthLevel' | 'healthReasons' | 'identity' | 'bmcState' | 'revision',
  string
> &
  Record<
    'maintenance' | 'rack' | 'position' | 'powerAt' | 'healthAt' | 'hottest' | 'watts' | 'capWatts' | 'seenAt' | 'bmcVia' | 'failure' | 'latencyMs' | Asked<'redfish'> | Asked<'ipmi'>,
    string | null
  >
type Asked<P extends string> = `${P}Port` | `${P}State` | `${P}Failure` | `${P}Facts`

const asText = { getTypeParser: () => (text: string) => text }

/** `2026-11-23 12:00:00.5` in UTC, as Postgres writes a time, is `2026-11-23T12:00:00.500Z`. */
function toIso(text: string | null): string | null {
  if (text === null) return null
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${text.slice(20).padEnd(3, '0')}Z`
}

const toNumber = (text: string | null) => (text === null ? null : Number(text))
const toJson = <T>(text: string | null): T | null => (text === null ? null : (JSON.parse(text) as T))
const toList = <T>(text: string): T[] => (text === '[]' ? [] : (JSON.parse(text) as T[]))
const toRecord = <T extends object>(text: string): T => (text === '{}' ? ({} as T) : (JSON.parse(text) as T))

function toEndpoints(row: Row): Endpoint[] {
  const list: Endpoint[] = []
  for (const protocol of ['redfish', 'ipmi'] as const) {
    const port = row[`${protocol}Port`]
    if (port === null) continue
    const state = row[`${protocol}State`] as Endpoint['state']
    list.push({ protocol, port: Number(port), state, failure: toJson(row[`${protocol}Failure`]), facts: toRecord(row[`${protocol}Facts`]!) })
  }
  return list
}

const toNode = (row: Row): Node => ({
  id: row.id,
  name: row.name,
  groups: toList(row.groups),
  tags: toList(row.tags),
  rack: row.rack,
  position: toNumber(row.position),
  attributes: toRecord(row.attributes),
  protected: row.protected === 't',
  ...(row.maintenance === null ? {} : { maintenance: JSON.parse(row.maintenance) as Maintenance }),
  power: { state: row.power as PowerState, at: toIso(row.powerAt) },
  health: { level: row.healthLevel as HealthLevel, reasons: toList<HealthReason>(row.healthReasons), at: toIso(row.healthAt) },
  identity: toRecord<Identity>(row.identity),
  hottest: toJson<Node['hottest']>(row.hottest),
  watts: toNumber(row.watts),
  ...(row.capWatts === null ? {} : { capWatts: Number(row.capWatts) }),
  seenAt: toIso(row.seenAt),
  bmc: {
    address: row.address,
    protocol: row.protocol as ProtocolChoice,
    state: row.bmcState as Node['bmc']['state'],
    via: row.bmcVia as Protocol | null,
    failure: toJson<BmcFailure>(row.failure),
    latencyMs: toNumber(row.latencyMs),
    endpoints: toEndpoints(row),
  },
  revision: Number(row.revision),
})

const endpointColumns = (protocol: Protocol) =>
  `${protocol}.port AS "${protocol}Port", ${protocol}.state AS "${protocol}State", ${protocol}.failure AS "${protocol}Failure", ${protocol}.facts AS "${protocol}Facts"`

const utc = (column: string) => `s."${column}" AT TIME ZONE 'UTC' AS "${column}"`

const columns = `n.id, n.name, to_json(n.groups) AS groups, to_json(n.tags) AS tags, n.rack, n.position, n.attributes, n.protected, n.maintenance, n.address, n.protocol,
  s.power, ${utc('powerAt')}, s."healthLevel", s."healthReasons", ${utc('healthAt')}, s.identity, s.hottest, s.watts, s."capWatts", ${utc('seenAt')},
  s."bmcState", s."bmcVia", s.failure, s."latencyMs", s.revision, ${endpointColumns('redfish')}, ${endpointColumns('ipmi')}`

const from = `FROM "Node" n JOIN "NodeStatus" s ON s."nodeId" = n.id
  LEFT JOIN "Endpoint" redfish ON redfish."nodeId" = n.id AND redfish.protocol = 'redfish'
  LEFT JOIN "Endpoint" ipmi ON ipmi."nodeId" = n.id AND ipmi.protocol = 'ipmi'`

async function select<T extends Row>(what: string, where: string, values: unknown[] = [], db: Database = database()): Promise<T[]> {
  const { rows } = await db.pool.query<T>({ text: `SELECT ${what} ${from} ${where}`, values, types: asText as never })
  return rows
}

export async function countNodes(): Promise<number> {
  const { rows } = await database().pool.query<{ count: number }>('SELECT count(*)::int AS count FROM "Node"')
  return rows[0]!.count
}

/** Every node as the fleet page shows it, by name, in one query. */
export async function listNodes(db?: Database): Promise<Node[]> {
  const nodes = (await select(columns, '', [], db)).map(toNode)
  return nodes.sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Those of these nodes that are (still) there. */
export const listNodesById = async (ids: readonly string[]): Promise<Node[]> => (await select(columns, 'WHERE n.id = ANY($1)', [ids])).map(toNode)

export type NodeDetailRow = Node & { capabilities: Capabilities | null; pin: string | null; pinnedAt: string | null; tls: TlsPolicy; ipmi: IpmiSettings; cipherSuite: CipherSuiteId | null; kgAt: string | null; username: string | null; bootProgress: BootProgress[] }

/** One node with what its own page shows; null when there is none of that name. Of a credential only the user name is read. */
export async function findNodeDetail(name: string): Promise<NodeDetailRow | null> {
  type Detail = Row & Record<'capabilities' | 'pin' | 'pinnedAt' | 'cipherSuite' | 'kgAt' | 'username' | 'bootProgress', string | null> & { tls: TlsPolicy; ipmi: string }
  const more = `n.capabilities, n.pin, n.tls, n.ipmi, n."cipherSuite", n."pinnedAt" AT TIME ZONE 'UTC' AS "pinnedAt",
    (SELECT c."kgAt" AT TIME ZONE 'UTC' FROM "Credential" c WHERE c."nodeId" = n.id) AS "kgAt", coalesce(
      (SELECT i.username FROM "CredentialInbox" i WHERE i."nodeId" = n.id AND i.kind = 'password' ORDER BY i."createdAt" DESC LIMIT 1),
      (SELECT c.username FROM "Credential" c WHERE c."nodeId" = n.id)) AS username,
    ${progressOf('n.id')} AS "bootProgress"`
  const [row] = await select<Detail>(`${columns}, ${more}`, 'WHERE n.name = $1', [name])
  if (row === undefined) return null
  return { ...toNode(row), capabilities: toJson<Capabilities>(row.capabilities), pin: row.pin, pinnedAt: toIso(row.pinnedAt), tls: row.tls, ipmi: ipmiSettings.parse(toJson(row.ipmi)), cipherSuite: toJson<CipherSuiteId>(row.cipherSuite), kgAt: toIso(row.kgAt), username: row.username, bootProgress: toProgressList(toJson(row.bootProgress)) }
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
  ipmi: IpmiSettings
  cipherSuite: CipherSuiteId | null
}

/** Locks a node for a change. */
export async function lockNode(tx: Transaction, name: string): Promise<NodeBasics | null> {
  const rows = await tx.$queryRaw<(Omit<NodeBasics, 'ports' | 'ipmi'> & { ipmi: unknown })[]>`
    SELECT "id", "name", "groups", "tags", "protected", "address", "protocol", "ipmi", "cipherSuite" FROM "Node" WHERE "name" = ${name} FOR UPDATE`
  const row = rows[0]
  if (row === undefined) return null
  const ports = await tx.endpoint.findMany({ where: { nodeId: row.id }, select: { protocol: true, port: true } })
  return { ...row, ipmi: ipmiSettings.parse(row.ipmi), ports: Object.fromEntries(ports.map(({ protocol, port }) => [protocol, port])) }
}

/** What a permission and an operation need to know of a node. */
export type NodeHead = { id: string; name: string; groups: string[]; rack: string | null; position: number | null; protected: boolean }
const head = { id: true, name: true, groups: true, rack: true, position: true, protected: true } as const

/** Of these names the nodes that are there. */
export async function findNodesByName(tx: Transaction, names: readonly string[]): Promise<NodeHead[]> {
  return tx.node.findMany({ where: { name: { in: [...names] } }, select: head })
}

/** Of these ids the nodes that are there. */
export async function findNodesById(tx: Transaction, ids: readonly string[]): Promise<NodeHead[]> {
  return tx.node.findMany({ where: { id: { in: [...ids] } }, select: head })
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

/** Edits a node. What is not named stays. */
export async function updateNode(tx: Transaction, id: string, edit: Partial<Place> & { name?: string; pin?: string | null; tls?: TlsPolicy; ipmi?: IpmiSettings; cipherSuite?: CipherSuiteId | null }): Promise<void> {
  const { pin, ...rest } = edit
  const pinned = pin === undefined ? {} : { pin, pinnedAt: pin === null ? null : new Date() }
  await tx.node.update({ where: { id }, data: { ...rest, ...pinned } })
}

/** Adds a node that waits for its first probe; false when the name is taken. */
export const insertNode = (tx: Transaction, node: Bmc & Partial<Place> & { name: string }): Promise<boolean> => insertNodes(tx, [{ ...barePlace, ...node }])

/** Points a node at another BMC, or at other ports of it. */
export const moveNode = (tx: Transaction, id: string, bmc: Omit<Bmc, 'id'> & { sameAddress: boolean }): Promise<void> => moveNodes(tx, [{ id, ...bmc }])

/** Lets a node be probed as if it were new. */
export const markProbing = (tx: Transaction, id: string): Promise<void> => markAllProbing(tx, [id])

/** Puts a password, sealed to the conductor, on its way. */
export const putCredential = (tx: Transaction, credential: SealedCredential): Promise<void> => putCredentials(tx, [credential])

export async function deleteNode(tx: Transaction, id: string): Promise<void> {
  await tx.node.deleteMany({ where: { id } })
}
