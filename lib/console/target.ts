import { answersPing } from '#lib/bmc/ping.ts'
import { openConsole, type BmcConsole, type ConsoleOptions } from '#lib/bmc/console.ts'
import { BmcError } from '#lib/bmc/errors.ts'
import { toAddress } from '#lib/bmc/failure.ts'
import { resolveVetted } from '#lib/bmc/resolve.ts'
import type { BmcTarget } from '#lib/bmc/target.ts'
import { networkRule } from '#lib/config/networks.ts'
import type { Database } from '#lib/db/client.ts'
import { listOwnedNodes, type OwnedNode } from '#lib/db/leases.ts'
import { readNetworks } from '#lib/db/settings.ts'
import { credentialContext } from '#lib/vault/context.ts'
import type { VaultKeys } from '#lib/vault/keys.ts'
import { openAtRest, SealBroken } from '#lib/vault/open.ts'

/** How to reach one node's serial console, as the database says at each opening. */
export type ConsoleDoor = {
  open: (options: ConsoleOptions) => Promise<BmcConsole>
  answers: (signal: AbortSignal) => Promise<boolean>
}

export type DoorOptions = { db: Database; keys: VaultKeys; nodeId: string; name: string; conductorId: () => string | null }

const pingMs = 1_000

const portsOf = (node: OwnedNode) => Object.fromEntries(node.endpoints.map((one) => [one.protocol, one.port]))

/** What makes a node's BMC another one to its console. */
export const doorKey = ({ address, credential, endpoints }: OwnedNode) =>
  JSON.stringify([address, credential?.version ?? null, endpoints.map((one) => [one.protocol, one.port])])

/** Nothing is sent to a node that this conductor does not own, or to an address outside the management networks. */
export function createDoor({ db, keys, nodeId, name, conductorId }: DoorOptions): ConsoleDoor {
  let known: { ip: string; port: number } | undefined

  async function find(): Promise<OwnedNode> {
    const id = conductorId()
    const [node] = id === null ? [] : await listOwnedNodes(db, id, [nodeId])
    if (node === undefined) throw new BmcError('failed', name, `${name}: this conductor does not hold the node now`)
    return node
  }

  async function toTarget(signal: AbortSignal | undefined): Promise<BmcTarget> {
    const node = await find()
    const port = node.endpoints.find((one) => one.protocol === 'ipmi' && one.state !== 'absent')?.port
    const address = toAddress(node.address, port ?? 623)
    if (port === undefined) throw new BmcError('unsupported', address, `${address}: this node is not spoken to over IPMI, which carries the serial console`)
    // An impostor must not be given the password's hash.
    const distrusted = node.endpoints.find((one) => one.failure?.kind === 'certificate')?.failure
    if (distrusted != null) throw new BmcError('certificate', distrusted.address, distrusted.text)
    const rule = networkRule((await readNetworks()).networks ?? [])
    const ip = await resolveVetted(node.address, rule.allows, signal)
    return { address: node.address, ip, port, ...openCredential(keys, node, address), pin: node.pin }
  }

  return {
    async open(options) {
      const target = await toTarget(options.signal)
      known = { ip: target.ip, port: target.port }
      return openConsole(target, options)
    },
    async answers(signal) {
      return known === undefined || answersPing(known, pingMs, signal)
    },
  }
}

function openCredential(keys: VaultKeys, node: OwnedNode, address: string): { username: string; password: string } {
  if (node.credential === null) throw new BmcError('no-credential', address, `${address}: no password is stored for this BMC`)
  const context = credentialContext({ nodeId: node.id, address: node.address, ports: portsOf(node) })
  try {
    return { username: node.credential.username, password: openAtRest(keys, node.credential.sealed, context) }
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error
    throw new BmcError('no-credential', address, `${address}: ${error.message}; enter the password again`, { cause: error })
  }
}
