import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import { canonicalJson } from '#lib/domain/audit.ts'
import { appendAudit } from '#lib/db/audit.ts'
import type { Database, Transaction } from '#lib/db/client.ts'
import { insertNode, lockNode, markProbing, moveNode, putCredential, type NodeBasics, type Ports } from '#lib/db/nodes.ts'
import { credentialContext } from '#lib/vault/context.ts'
import { sealForConductor } from '#lib/vault/seal.ts'

const port = z.number().int().min(1).max(65535)
const rack = z.object({
  nodes: z.array(
    z.object({
      name: z.string(),
      address: z.string(),
      ports: z.object({ redfish: port.optional(), ipmi: port.optional() }),
      username: z.string(),
      password: z.string(),
    }),
  ),
})

/** The rack as the simulator tells it on its first line. */
export type Rack = z.infer<typeof rack>
type RackNode = Rack['nodes'][number]

/** The rack that a line describes, or null when it is a line of another kind. */
export function parseRack(line: string): Rack | null {
  try {
    return rack.parse(JSON.parse(line))
  } catch {
    return null
  }
}

/** By this we know our own nodes again, so that a real node of the same name is never pointed at the simulator. */
const mark = { simulated: 'yes' }

const toProtocol = (ports: Ports) => (ports.redfish !== undefined && ports.ipmi !== undefined ? 'auto' : ports.redfish !== undefined ? 'redfish' : 'ipmi')

const samePorts = (a: Ports, b: Ports) => canonicalJson(a) === canonicalJson(b)

async function isSimulated(tx: Transaction, id: string): Promise<boolean> {
  const { attributes } = await tx.node.findUniqueOrThrow({ where: { id }, select: { attributes: true } })
  return (attributes as Record<string, unknown>)['simulated'] === mark.simulated
}

async function give(tx: Transaction, id: string, node: RackNode, publicKey: string): Promise<void> {
  const context = credentialContext({ nodeId: id, address: node.address, ports: node.ports })
  await putCredential(tx, { nodeId: id, username: node.username, sealed: sealForConductor(publicKey, node.password, context) })
}

type Outcome = 'added' | 'moved' | 'same' | 'not-ours'

async function move(tx: Transaction, known: NodeBasics, node: RackNode, publicKey: string): Promise<Outcome> {
  if (!(await isSimulated(tx, known.id))) return 'not-ours'
  // A simulator that starts makes new certificates and host keys, and these nodes are nobody's: what was trusted before is forgotten.
  await tx.node.update({ where: { id: known.id }, data: { pin: null, pinnedAt: null } })
  await tx.sshHostKey.deleteMany({ where: { nodeId: known.id } })
  await tx.$executeRaw`SELECT pg_notify('work', '')`
  if (known.address === node.address && samePorts(known.ports, node.ports)) return 'same'
  await moveNode(tx, known.id, { address: node.address, protocol: toProtocol(node.ports), ports: node.ports, sameAddress: false })
  await markProbing(tx, known.id)
  await give(tx, known.id, node, publicKey)
  return 'moved'
}

async function add(tx: Transaction, node: RackNode, publicKey: string): Promise<Outcome> {
  const id = randomUUID()
  const { name, address, ports } = node
  await insertNode(tx, { id, name, address, protocol: toProtocol(ports), ports, rack: 'demo', groups: ['demo'], attributes: mark })
  await give(tx, id, node, publicKey)
  return 'added'
}

async function register(tx: Transaction, node: RackNode, publicKey: string): Promise<Outcome> {
  const known = await lockNode(tx, node.name)
  const outcome = known === null ? await add(tx, node, publicKey) : await move(tx, known, node, publicKey)
  if (outcome === 'added' || outcome === 'moved') {
    await appendAudit(tx, {
      actor: 'demo',
      actorKind: 'system',
      ip: null,
      requestId: null,
      action: outcome === 'added' ? 'node-create' : 'node-change',
      node: node.name,
      target: null,
      outcome: 'ok',
      operationId: null,
      detail: { bmc: { address: node.address, ports: node.ports, password: 'new' } },
    })
  }
  return outcome
}

/** Adds the rack's nodes, and points those of an earlier run at their new ports. Gives the names that belong to somebody else. */
export async function registerRack(db: Database, { nodes }: Rack, publicKey: string): Promise<string[]> {
  const foreign: string[] = []
  for (const node of nodes) {
    const outcome = await db.prisma.$transaction((tx) => register(tx, node, publicKey))
    if (outcome === 'not-ours') foreign.push(node.name)
  }
  return foreign
}
