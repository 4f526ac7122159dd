import type { Bmc, PowerReading } from '#lib/bmc/bmc.ts'
import { BmcError } from '#lib/bmc/errors.ts'
import { toAddress, toBmcError, toMostTelling } from '#lib/bmc/failure.ts'
import { toIpmiAccess } from '#lib/bmc/ipmi-access.ts'
import { createNodeBmc, type NodeBmc } from '#lib/bmc/node-bmc.ts'
import type { OwnedNode } from '#lib/db/leases.ts'
import { defaultPorts, type BmcFailure, type Protocol } from '#lib/domain/bmc.ts'
import { SealBroken } from '#lib/vault/open.ts'
import { openSecrets } from '#lib/vault/open-credential.ts'
import { afterFailure, closedBreaker, isDear, isHalfOpen, mayTry, type Breaker } from './schedule.ts'
import { createSdrStore } from './sdr-store.ts'
import { createServiceStore } from './service-store.ts'
import type { World } from './world.ts'

/**
 * One node's BMC as its agent sees it: which protocols may be asked now, in which order, and what came of it. Each protocol has a breaker
 * of its own, so that a dead Redfish beside a living IPMI costs a try now and then and no more.
 */
export type Conversation = {
  /** The protocols that may be asked now, the best first. */
  usable: (nowMs: number) => Protocol[]
  /** When the next try of any protocol is allowed. */
  nextTryMs: () => number
  /** True while every protocol has failed lately: then a try is a power read and nothing more. */
  isDoubtful: () => boolean
  /** One reading by one protocol; its outcome moves the breaker. Rejects with a BmcError. */
  read: <T>(protocol: Protocol, reading: (bmc: Bmc) => Promise<T>, signal: AbortSignal) => Promise<T>
  /**
   * The same for what is not worth a power read (a log, an inventory): its failure leaves the breaker alone, unless trying again would
   * cost something at the BMC.
   */
  readAside: <T>(protocol: Protocol, reading: (bmc: Bmc) => Promise<T>, signal: AbortSignal) => Promise<T>
  /** A power read by the first protocol that answers. With `force` even a protocol whose breaker is open is tried, if no other is left. */
  readPower: (signal: AbortSignal, force?: boolean) => Promise<PowerAnswer>
  bmc: NodeBmc
  close: () => Promise<void>
}

/** `silent`: the better protocols that have failed so often that their ports must be shown as failed. */
export type PowerAnswer = { reading: PowerReading; via: Protocol; latencyMs: number; silent: { protocol: Protocol; failure: BmcError }[] }

export const protocolsOf = (node: OwnedNode): Protocol[] => node.endpoints.map((one) => one.protocol).filter((one) => one === 'redfish' || one === 'ipmi')

export function portsOf(node: OwnedNode): Partial<Record<Protocol | 'ssh', number>> {
  return Object.fromEntries(node.endpoints.map((one) => [one.protocol, one.port]))
}

/** The address that a failure of the whole node names. */
export function addressOf(node: OwnedNode): string {
  const protocol = protocolsOf(node)[0] ?? 'redfish'
  return toAddress(node.address, portsOf(node)[protocol] ?? defaultPorts[protocol])
}

/** Opens the node's password and makes ready to speak; nothing is sent yet. A BmcError says why that is not possible. */
export function startConversation(nodeNow: () => OwnedNode, world: World): Conversation | BmcError {
  const node = nodeNow()
  const address = addressOf(node)
  if (node.credential === null) return new BmcError('no-credential', address, `${address}: no password is stored for this BMC`)
  let secrets: ReturnType<typeof openSecrets>
  try {
    secrets = openSecrets(world.keys, node.credential, { nodeId: node.id, address: node.address, ports: portsOf(node) })
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error
    return new BmcError('no-credential', address, `${address}: ${error.message}; enter the password again`, { cause: error })
  }
  const { username } = node.credential
  const { password, kg } = secrets
  const { address: host, pin, tls } = node
  const ipmi = toIpmiAccess(node.ipmi, node.cipherSuite, kg)
  const stores = { sdrStore: createSdrStore(world, node.id), serviceStore: createServiceStore(world, nodeNow) }
  const bmc = createNodeBmc({ address: host, ports: portsOf(node), username, password, pin, tls, ca: world.ca, ipmi, allows: world.allows, fanProfiles: world.fanProfiles, ...stores })
  return createConversation(nodeNow, bmc, world)
}

/** `nodeNow`: what is known of the ports changes while the conversation goes on. */
function createConversation(nodeNow: () => OwnedNode, bmc: NodeBmc, world: World): Conversation {
  const breakers = new Map<Protocol, Breaker>()
  /** Another certificate than the pinned one. An impostor must not be given the password's IPMI hash instead: nothing is asked any more. */
  let distrusted: BmcError | undefined
  const breakerOf = (protocol: Protocol) => breakers.get(protocol) ?? closedBreaker

  /** What a probe found to work; when nothing did, everything that may yet. */
  function candidates(): Protocol[] {
    if (distrusted !== undefined) return []
    const node = nodeNow()
    const known = protocolsOf(node)
    const ok = known.filter((protocol) => node.endpoints.some((one) => one.protocol === protocol && one.state === 'ok'))
    const rest = known.filter((protocol) => !ok.includes(protocol) && node.endpoints.some((one) => one.protocol === protocol && one.state !== 'absent'))
    if (ok.length === 0) return toOrder(rest.length > 0 ? rest : known)
    // One that fell silent is tried again now and then; one that refused the password waits for the next survey: tries lock accounts.
    return toOrder([...ok, ...rest.filter((protocol) => breakers.has(protocol) && !hasRefused(protocol))])
  }

  function hasRefused(protocol: Protocol): boolean {
    const kind = nodeNow().endpoints.find((one) => one.protocol === protocol)?.failure?.kind
    return kind === 'credentials' || kind === 'session-limit' || kind === 'unsupported'
  }

  function fail(protocol: Protocol, failure: BmcError): void {
    if (failure.kind === 'certificate') distrusted = failure
    breakers.set(protocol, afterFailure(breakerOf(protocol), failure.kind, performance.now(), world.random, world.cadence))
  }

  async function attempt<T>(protocol: Protocol, reading: (one: Bmc) => Promise<T>, signal: AbortSignal, counts: (failure: BmcError) => boolean): Promise<T> {
    if (distrusted !== undefined) throw distrusted
    try {
      const result = await bmc.read(protocol, reading, signal)
      breakers.delete(protocol)
      return result
    } catch (error) {
      const failure = toBmcError(error, addressOf(nodeNow()))
      if (!signal.aborted && counts(failure)) fail(protocol, failure)
      throw distrusted ?? failure
    }
  }

  const read: Conversation['read'] = (protocol, reading, signal) => attempt(protocol, reading, signal, () => true)

  async function readPower(signal: AbortSignal, force = false): Promise<PowerAnswer> {
    const allowed = candidates().filter((protocol) => mayTry(breakerOf(protocol), performance.now()))
    const order = allowed.length === 0 && force ? candidates().filter((protocol) => breakerOf(protocol).until !== Infinity) : allowed
    const failures: PowerAnswer['silent'] = []
    for (const via of order) {
      try {
        const startedAt = performance.now()
        const reading = await read(via, (one) => one.readPower(signal), signal)
        if (distrusted !== undefined) break
        return { reading, via, latencyMs: performance.now() - startedAt, silent: failures.filter((one) => isHalfOpen(breakerOf(one.protocol))) }
      } catch (error) {
        failures.push({ protocol: via, failure: error as BmcError })
        if (signal.aborted || (error as BmcError).kind === 'certificate') break
      }
    }
    throw distrusted ?? toMostTelling(failures.map((one) => one.failure)) ?? lastFailure(nodeNow())
  }

  return {
    usable: (nowMs) => candidates().filter((protocol) => mayTry(breakerOf(protocol), nowMs)),
    nextTryMs: () => Math.min(Infinity, ...candidates().map((protocol) => breakerOf(protocol).until)),
    isDoubtful: () => candidates().every((protocol) => isHalfOpen(breakerOf(protocol))),
    read,
    readAside: (protocol, reading, signal) => attempt(protocol, reading, signal, ({ kind }) => isDear(kind)),
    readPower,
    bmc,
    close: () => bmc.close(),
  }
}

/** Redfish tells more; IPMI serves where it does not. */
const toOrder = (protocols: readonly Protocol[]): Protocol[] => (['redfish', 'ipmi'] as const).filter((protocol) => protocols.includes(protocol))

function lastFailure(node: OwnedNode): BmcError {
  const known: BmcFailure | undefined = node.endpoints.map((one) => one.failure).find((failure) => failure !== null)
  if (known !== undefined) return new BmcError(known.kind, known.address, known.text)
  const address = addressOf(node)
  return new BmcError('unreachable', address, `${address}: the BMC has not answered lately and is not asked now`)
}
