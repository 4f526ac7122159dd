import { answersPing, answersTcp } from '#lib/bmc/ping.ts'
import { openConsole, type BmcConsole, type ConsoleOptions } from '#lib/bmc/console.ts'
import { BmcError } from '#lib/bmc/errors.ts'
import { toAddress } from '#lib/bmc/failure.ts'
import { toIpmiAccess } from '#lib/bmc/ipmi-access.ts'
import { resolveVetted } from '#lib/bmc/resolve.ts'
import { openSshConsole, type HostKeyKeeper } from '#lib/bmc/ssh-console.ts'
import type { BmcTarget } from '#lib/bmc/target.ts'
import { openWebSocketConsole } from '#lib/bmc/websocket-console.ts'
import { networkRule } from '#lib/config/networks.ts'
import type { Database } from '#lib/db/client.ts'
import { findWay } from '#lib/db/console.ts'
import { findTrustedKey, noteOtherKey, pinHostKey } from '#lib/db/host-keys.ts'
import { listOwnedNodes, type OwnedNode } from '#lib/db/leases.ts'
import { readNetworks } from '#lib/db/settings.ts'
import type { ConsoleWay } from '#lib/domain/bmc.ts'
import type { WayChoice } from '#lib/domain/console.ts'
import type { VaultKeys } from '#lib/vault/keys.ts'
import { SealBroken } from '#lib/vault/open.ts'
import { openSecrets } from '#lib/vault/open-credential.ts'
import { chooseWays, openByFirst, type Way } from './ways.ts'

/** How to reach one node's serial console, as the database says at each opening. */
export type ConsoleDoor = {
  open: (options: ConsoleOptions) => Promise<BmcConsole>
  answers: (signal: AbortSignal) => Promise<boolean>
}

export type DoorOptions = { db: Database; keys: VaultKeys; nodeId: string; name: string; conductorId: () => string | null; ca?: string | undefined }

const pingMs = 1_000

const portsOf = (node: OwnedNode) => Object.fromEntries(node.endpoints.map((one) => [one.protocol, one.port]))

/** What makes a node's BMC another one to its console. */
export const doorKey = ({ address, ipmi, credential, endpoints }: OwnedNode, way: WayChoice = 'auto') =>
  JSON.stringify([way, address, ipmi, credential?.version ?? null, endpoints.map((one) => [one.protocol, one.port])])

/** Nothing is sent to a node that this conductor does not own, or to an address outside the management networks. */
export function createDoor({ db, keys, nodeId, name, conductorId, ca }: DoorOptions): ConsoleDoor {
  let known: { ip: string; port: number; way: ConsoleWay } | undefined

  async function find(): Promise<OwnedNode> {
    const id = conductorId()
    const [node] = id === null ? [] : await listOwnedNodes(db, id, [nodeId])
    if (node === undefined) throw new BmcError('failed', name, `${name}: this conductor does not hold the node now`)
    return node
  }

  async function toTarget(node: OwnedNode, { port }: Way, signal: AbortSignal | undefined): Promise<BmcTarget> {
    const address = toAddress(node.address, port)
    // An impostor must not be given the password, or its hash.
    const distrusted = node.endpoints.find((one) => one.failure?.kind === 'certificate')?.failure
    if (distrusted != null) throw new BmcError('certificate', distrusted.address, distrusted.text)
    const rule = networkRule((await readNetworks()).networks ?? [])
    const ip = await resolveVetted(node.address, rule.allows, signal)
    return { address: node.address, ip, port, ...openCredential(keys, node, address), pin: node.pin, tls: node.tls, ca }
  }

  const hostKeys: HostKeyKeeper = {
    known: () => findTrustedKey(db, nodeId),
    async pin(key) {
      const trusted = await pinHostKey(db, nodeId, conductorId() ?? '', key)
      if (trusted === null) throw new Error('this conductor does not hold the node now')
      if (trusted !== key) throw new Error('another one was trusted meanwhile')
    },
    noteOther: (key) => noteOtherKey(db, nodeId, key),
  }

  return {
    async open(options) {
      const node = await find()
      const { ways, reasons } = chooseWays(node, await findWay(db, nodeId))
      if (ways.length === 0) throw new BmcError('unsupported', node.address, `${node.address}: ${reasons.join('; ')}`)
      return openByFirst(ways, async (way) => {
        const target = await toTarget(node, way, options.signal)
        known = { ip: target.ip, port: target.port, way: way.way }
        if (way.way === 'ssh') return openSshConsole({ ...target, route: way, hostKeys }, options)
        if (way.way === 'websocket') return openWebSocketConsole(target, options)
        return openConsole(target, options)
      })
    },
    async answers(signal) {
      if (known === undefined) return true
      return known.way === 'sol' ? answersPing(known, pingMs, signal) : answersTcp(known, pingMs, signal)
    },
  }
}

function openCredential(keys: VaultKeys, node: OwnedNode, address: string): Pick<BmcTarget, 'username' | 'password' | 'ipmi'> {
  if (node.credential === null) throw new BmcError('no-credential', address, `${address}: no password is stored for this BMC`)
  try {
    const { password, kg } = openSecrets(keys, node.credential, { nodeId: node.id, address: node.address, ports: portsOf(node) })
    return { username: node.credential.username, password, ipmi: toIpmiAccess(node.ipmi, node.cipherSuite, kg) }
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error
    throw new BmcError('no-credential', address, `${address}: ${error.message}; enter the password again`, { cause: error })
  }
}
