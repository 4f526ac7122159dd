import { randomUUID } from 'node:crypto'
import type { ProbeAnswer, ProbeCreate } from '#lib/api/contract.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { record } from '#lib/auth/record.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import { lockNode, findNodeDetail } from '#lib/db/nodes.ts'
import { countOpenProbes, findProbe, insertProbe, type ProbeAsked } from '#lib/db/probes-asked.ts'
import { demandAllowed, demandIpmiLimits, toAddress, toPorts } from './address.ts'
import { sealPassword } from './credential.ts'
import { unknownNode } from './nodes.ts'
import { change, demand } from './permission.ts'

/** Probes of one person that may wait at a time: each is a conversation with a stranger's address. */
const mayWait = 20

type Asked = Omit<ProbeAsked, 'id' | 'createdBy'>

async function ofAddress(id: string, request: Exclude<ProbeCreate, { node: string }>): Promise<Asked> {
  const address = toAddress(request.address)
  const ports = toPorts(request)
  demandIpmiLimits(request.protocol, request.username, request.password)
  await demandAllowed(address)
  const sealed = await sealPassword(request.password, { nodeId: id, address, ports })
  return { nodeId: null, address, protocol: request.protocol, ports, username: request.username, sealed }
}

async function ofNode(name: string): Promise<Asked> {
  const detail = await findNodeDetail(name)
  if (detail === null) throw unknownNode(name)
  const basics = await change((tx) => lockNode(tx, name))
  if (basics === null) throw unknownNode(name)
  return { nodeId: basics.id, address: basics.address, protocol: basics.protocol, ports: basics.ports, username: detail.username ?? '', sealed: null }
}

/** Asks a conductor what stands at an address, or what the BMC of a node has become. Its answer is read with `readProbe`. */
export async function createProbe(user: SignedInUser, request: ProbeCreate): Promise<ProbeAnswer> {
  const node = 'node' in request ? request.node : undefined
  const attempt = node === undefined ? { action: 'probe', target: (request as { address: string }).address } : { action: 'probe', node }
  await demand(user, 'editNodes', attempt)
  const id = randomUUID()
  const asked = 'node' in request ? await ofNode(request.node) : await ofAddress(id, request)
  await change(async (tx) => {
    if ((await countOpenProbes(tx, user.id)) >= mayWait) {
      throw new BaseboardError('too-many-probes', 429, `${mayWait} probes are waiting already: try again when they have been answered`)
    }
    await insertProbe(tx, { id, createdBy: user.id, ...asked })
    await record(tx, user, { ...attempt, outcome: 'intent', detail: { address: asked.address, protocol: asked.protocol, ports: asked.ports, username: asked.username } })
  })
  return { id, state: 'queued', result: null }
}

export async function readProbe(user: SignedInUser, id: string): Promise<ProbeAnswer> {
  await demand(user, 'editNodes')
  const probe = await findProbe(id)
  if (probe === null) throw new BaseboardError('unknown-probe', 404, `there is no probe ${id}`)
  return probe
}
