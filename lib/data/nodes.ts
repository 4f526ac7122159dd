import { randomUUID } from 'node:crypto'
import type { NodeCreate, NodeDetail, NodePatch, SensorList } from '#lib/api/contract.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { usualIpmi } from '#lib/domain/ipmi.ts'
import type { Node } from '#lib/domain/node.ts'
import { sensorSnapshot } from '#lib/domain/sensor.ts'
import { record } from '#lib/auth/record.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import { prisma, type Transaction } from '#lib/db/client.ts'
import * as db from '#lib/db/nodes.ts'
import { putKg } from '#lib/db/nodes-write.ts'
import { readSnapshot } from '#lib/db/snapshot-read.ts'
import { demandAllowed, demandIpmiLimits, toAddress, toPorts } from './address.ts'
import { sealKg, sealPassword } from './credential.ts'
import { applyIpmi, demandKg, keepBest } from './ipmi-settings.ts'
import { change, demand } from './permission.ts'

export const unknownNode = (name: string) => new BaseboardError('unknown-node', 404, `there is no node ${name}`)
const nameTaken = (name: string) => new BaseboardError('name-taken', 409, `name: there is a node ${name} already`)

/** The node of this name. Throws `unknown-node` (404). */
export async function findByName(name: string) {
  const [node] = await db.findNodesByName(prisma(), [name])
  if (node === undefined) throw unknownNode(name)
  return node
}

/** How many nodes there are: a page decides by it whether its HTML can carry them. */
export async function countNodes(user: SignedInUser): Promise<number> {
  await demand(user, 'read')
  return db.countNodes()
}

/** Every node, by name. */
export async function listNodes(user: SignedInUser): Promise<Node[]> {
  await demand(user, 'read')
  return db.listNodes()
}

/** One node with what its own page shows. */
export async function readNode(user: SignedInUser, name: string): Promise<NodeDetail> {
  await demand(user, 'read')
  const node = await db.findNodeDetail(name)
  if (node === null) throw unknownNode(name)
  return node
}

/** The sensors of a node as its last sweep saw them; none before the first. */
export async function listSensors(user: SignedInUser, name: string): Promise<SensorList> {
  const { id } = await readNode(user, name)
  const snapshot = await readSnapshot(id, 'sensors')
  if (snapshot === null) return { sensors: [], unread: [], draw: null }
  const at = snapshot.takenAt.toISOString()
  const { sensors, unread = [], draw = null } = sensorSnapshot.parse(snapshot.data)
  return { sensors: sensors.map((one) => ({ ...one, at })), unread, draw }
}

/** What the audit keeps of a node's edit: everything but secrets. */
function toDetail({ bmc, ...rest }: NodeCreate | NodePatch): Record<string, unknown> {
  if (bmc === undefined) return rest
  const { password, kg, ...shown } = bmc
  return { ...rest, bmc: { ...shown, ...(password === undefined ? {} : { password: 'new' }), ...(kg === undefined ? {} : { kg: kg === null ? 'none' : 'new' }) } }
}

async function demandFree(tx: Transaction, address: string, ports: db.Ports, exceptId: string | null): Promise<void> {
  const other = await db.findNodeAt(tx, address, ports, exceptId)
  if (other !== null) throw new BaseboardError('address-taken', 409, `bmc.address: ${address} with this port is the BMC of ${other} already`)
}

/** Adds a node. Its password leaves sealed to the conductor, which probes it at once. */
export async function createNode(user: SignedInUser, request: NodeCreate): Promise<NodeDetail> {
  const { name, bmc, ...place } = request
  await demand(user, 'editNodes', { action: 'node-create', node: name })
  const address = toAddress(bmc.address)
  const ports = toPorts(bmc)
  demandIpmiLimits(bmc.protocol, bmc.username, bmc.password)
  await demandAllowed(address)
  const id = randomUUID()
  const sealed = await sealPassword(bmc.password, { nodeId: id, address, ports })
  const kg = bmc.kg === undefined ? null : await sealKg(demandKg(bmc.kg), { nodeId: id, address, ports })
  const ipmi = applyIpmi(usualIpmi, bmc.ipmi ?? {})
  await change(async (tx) => {
    await demandFree(tx, address, ports, null)
    if (!(await db.insertNode(tx, { id, name, address, protocol: bmc.protocol, ports, ...place }))) throw nameTaken(name)
    await db.putCredential(tx, { nodeId: id, username: bmc.username, sealed })
    if (kg !== null) await putKg(tx, { nodeId: id, sealed: kg })
    if (bmc.ipmi !== undefined) await db.updateNode(tx, id, { ipmi })
    await record(tx, user, { action: 'node-create', outcome: 'ok', node: name, detail: toDetail(request) })
  })
  return readNode(user, name)
}

export const samePorts = (a: db.Ports, b: db.Ports) => a.redfish === b.redfish && a.ipmi === b.ipmi && a.ssh === b.ssh

/** Points a node at another BMC, or gives its BMC another password. A changed address or port needs the password again: it is sealed to them. */
async function changeBmc(tx: Transaction, node: db.NodeBasics, bmc: NonNullable<NodePatch['bmc']>): Promise<void> {
  const address = bmc.address === undefined ? node.address : toAddress(bmc.address)
  const protocol = bmc.protocol ?? node.protocol
  const ports = toPorts({ ...bmc, protocol }, node.ports)
  const moved = address !== node.address || !samePorts(ports, node.ports)
  const username = bmc.username ?? (await db.findNodeDetail(node.name))?.username ?? null
  if (moved || protocol !== node.protocol) {
    if (moved && bmc.password === undefined) {
      throw new BaseboardError('password-needed', 422, `bmc.password: a changed address or port of ${node.name} needs the BMC's password again`)
    }
    await demandAllowed(address)
    await demandFree(tx, address, ports, node.id)
    await db.moveNode(tx, node.id, { address, protocol, ports, sameAddress: address === node.address })
  }
  if (bmc.password === undefined) {
    if (bmc.username !== undefined) throw new BaseboardError('password-needed', 422, `bmc.password: a changed user name of ${node.name} needs the BMC's password too`)
  } else {
    if (username === null) throw new BaseboardError('invalid', 400, `bmc.username: ${node.name} has none yet`)
    demandIpmiLimits(protocol, username, bmc.password)
    const sealed = await sealPassword(bmc.password, { nodeId: node.id, address, ports })
    await db.putCredential(tx, { nodeId: node.id, username, sealed })
  }
  if (bmc.kg !== undefined) await putKg(tx, { nodeId: node.id, sealed: await sealKg(demandKg(bmc.kg), { nodeId: node.id, address, ports }) })
  const isOther = moved || protocol !== node.protocol || [bmc.password, bmc.kg, bmc.pin, bmc.tls, bmc.ipmi, bmc.cipherSuite].some((one) => one !== undefined)
  if (isOther) await db.markProbing(tx, node.id)
}

/** How the BMC is to be trusted and spoken with, beside where it is. Another address starts as a new node does. */
function toTrust({ pin, tls, ipmi: patch, cipherSuite }: NonNullable<NodePatch['bmc']>, before: db.NodeBasics): Parameters<typeof db.updateNode>[2] {
  const ipmi = patch && applyIpmi(before.ipmi, patch)
  const best = cipherSuite === null ? null : ipmi && keepBest(before.cipherSuite, ipmi)
  return { ...(pin !== undefined && { pin }), ...(tls && { tls }), ...(ipmi && { ipmi }), ...(best !== undefined && { cipherSuite: best }) }
}

/** Changes a node: what is not named stays. */
export async function changeNode(user: SignedInUser, name: string, patch: NodePatch): Promise<NodeDetail> {
  await demand(user, 'editNodes', { action: 'node-change', node: name })
  const { bmc, ...edit } = patch
  await change(async (tx) => {
    const node = await db.lockNode(tx, name)
    if (node === null) throw unknownNode(name)
    if (edit.name !== undefined && edit.name !== name && (await db.findNodesByName(tx, [edit.name])).length > 0) throw nameTaken(edit.name)
    if (bmc !== undefined) await changeBmc(tx, node, bmc)
    const isElsewhere = bmc?.address !== undefined && toAddress(bmc.address) !== node.address
    const trust = bmc === undefined ? {} : toTrust(bmc, isElsewhere ? { ...node, ipmi: usualIpmi, cipherSuite: null } : node)
    await db.updateNode(tx, node.id, { ...edit, ...trust })
    await record(tx, user, { action: 'node-change', outcome: 'ok', node: name, detail: toDetail(patch) })
  })
  return readNode(user, edit.name ?? name)
}

/** Removes a node and what was kept of it; the audit keeps what was done to it. */
export async function removeNode(user: SignedInUser, name: string): Promise<void> {
  await demand(user, 'editNodes', { action: 'node-remove', node: name })
  await change(async (tx) => {
    const node = await db.lockNode(tx, name)
    if (node === null) throw unknownNode(name)
    await db.deleteNode(tx, node.id)
    await record(tx, user, { action: 'node-remove', outcome: 'ok', node: name, detail: { address: node.address } })
  })
}
