import {
  defaultPorts,
  type BmcFailure,
  type Capabilities,
  type Capability,
  type Endpoint,
  type EndpointFacts,
  type Identity,
  type ProbeResult,
  type Protocol,
  type ProtocolChoice,
  type TlsPolicy,
} from '#lib/domain/bmc.ts'
import { abilityNames } from '#lib/domain/abilities.ts'
import { mergeAbilities, withAbilities, withoutDenials } from './abilities.ts'
import type { Bmc } from './bmc.ts'
import { toBetter } from './composition.ts'
import { BmcError } from './errors.ts'
import { isNothingThere, toAddress, toBmcError, toMostTelling } from './failure.ts'
import { openBmc } from './open.ts'
import { resolveVetted, type AllowsAddress } from './resolve.ts'
import type { BmcTarget } from './target.ts'

export type ProbeRequest = {
  /** As typed: an IP address or a name. */
  address: string
  protocol: ProtocolChoice
  ports: Partial<Record<Protocol, number | undefined>>
  username: string
  password: string
  pin: string | null
  tls: TlsPolicy
  ca: string | undefined
  allows: AllowsAddress
  /** The whole probe. A person waits for 10 s; a node that was just added may take longer. */
  deadlineMs: number
}

/**
 * Asks an address what BMC is there: both protocols at once for `auto`, else the one. Never rejects: what went wrong stands in the result,
 * for each protocol in its own words. The name is resolved once and only the vetted address is connected to.
 */
export async function probe(request: ProbeRequest, signal?: AbortSignal): Promise<ProbeResult> {
  const protocols: Protocol[] = request.protocol === 'auto' ? ['redfish', 'ipmi'] : [request.protocol]
  const ports = protocols.map((protocol) => ({ protocol, port: request.ports[protocol] ?? defaultPorts[protocol] }))
  const { deadline, done } = startDeadline(request.deadlineMs, signal)
  try {
    const ip = await resolveVetted(request.address, request.allows, deadline)
    return toProbeResult(await Promise.all(ports.map((one) => probeProtocol(one, { ...request, ip, port: one.port }, request.deadlineMs, deadline))))
  } catch (error) {
    const failure = toBmcError(error, request.address).toFailure()
    return { endpoints: ports.map((one) => toEndpoint(one, 'failed', failure)), identity: {}, capabilities: null, failure }
  } finally {
    done()
  }
}

/** A signal of its own rather than `AbortSignal.any`: Node 20 may collect that one together with the timeout inside it, and it never fires. */
function startDeadline(ms: number, outer: AbortSignal | undefined): { deadline: AbortSignal; done: () => void } {
  const controller = new AbortController()
  const fire = () => controller.abort()
  const timer = setTimeout(fire, ms)
  if (outer?.aborted) fire()
  outer?.addEventListener('abort', fire, { once: true })
  return {
    deadline: controller.signal,
    done() {
      clearTimeout(timer)
      outer?.removeEventListener('abort', fire)
    },
  }
}

export type Port = { protocol: Protocol; port: number }
/** `isNothingThere`: not one sign of life of that protocol, so that beside one that works it is simply absent. */
export type Found = { endpoint: Endpoint; identity: Identity; capabilities: Capabilities | null; isNothingThere: boolean }

export const toEndpoint = ({ protocol, port }: Port, state: Endpoint['state'], failure: BmcFailure | null): Endpoint => ({ protocol, port, state, failure, facts: {} })

async function probeProtocol(port: Port, target: BmcTarget, deadlineMs: number, deadline: AbortSignal): Promise<Found> {
  const address = toAddress(target.address, port.port)
  let bmc: Bmc
  try {
    bmc = await openBmc(port.protocol, target, deadline)
  } catch (error) {
    const failure = deadline.aborted
      ? new BmcError('unreachable', address, `${address}: no complete answer to the sign-in within ${deadlineMs / 1000} s`)
      : toBmcError(error, address)
    return toFailed(port, failure)
  }
  try {
    return await readFacts(bmc, port, address, deadline, null)
  } finally {
    void bmc.close()
  }
}

export const toFailed = (port: Port, failure: BmcError): Found => ({
  endpoint: toEndpoint(port, 'failed', failure.toFailure()),
  identity: {},
  capabilities: null,
  isNothingThere: isNothingThere(failure),
})

/**
 * What the deadline cuts off is left out: a slow BMC that let us in is still a BMC. What the BMC garbles or refuses counts against it.
 * `abilitiesByMs`: until when (as `performance.now()`) its abilities may be read, last of all; null where nobody wants them.
 */
export async function readFacts(bmc: Bmc, port: Port, address: string, deadline: AbortSignal, abilitiesByMs: number | null): Promise<Found> {
  const toOk = (told: EndpointFacts = {}): Endpoint => ({ ...toEndpoint(port, 'ok', null), facts: { ...bmc.facts, ...told, probedAt: new Date().toISOString() } })
  let capabilities: Capabilities | null = null
  try {
    capabilities = await bmc.readCapabilities(deadline)
  } catch (error) {
    if (deadline.aborted) return { endpoint: toOk(), identity: {}, capabilities: null, isNothingThere: false }
    return { ...toFailed(port, toBmcError(error, address)), isNothingThere: false }
  }
  try {
    const { identity, clock } = await bmc.readIdentity(deadline)
    if (abilitiesByMs !== null) capabilities = await addAbilities(bmc, capabilities, deadline, abilitiesByMs)
    return { endpoint: toOk({ clock }), identity, capabilities: withFirmware(capabilities, identity.bmcFirmware), isNothingThere: false }
  } catch (error) {
    // Who it is may stay unsaid; another certificate in the middle of a conversation may not be passed over.
    const failure = toBmcError(error, address)
    return failure.kind === 'certificate' ? toFailed(port, failure) : { endpoint: toOk(), identity: {}, capabilities, isNothingThere: false }
  }
}

/** What a firmware refuses its fans is refused for this one; over IPMI the control has its version already, as its profiles count it. */
function withFirmware(capabilities: Capabilities, firmware: string | undefined): Capabilities {
  const { fans } = capabilities
  if (fans?.control === undefined || fans.control.firmware !== undefined || firmware === undefined) return capabilities
  return { ...capabilities, fans: { ...fans, control: { ...fans.control, firmware } } }
}

/** Less than this is no time to begin in. */
const leastMs = 500

async function addAbilities(bmc: Bmc, capabilities: Capabilities, deadline: AbortSignal, byMs: number): Promise<Capabilities> {
  const budgetMs = byMs - performance.now()
  if (budgetMs < leastMs) return withAbilities(capabilities, { abilities: {}, unread: [...abilityNames] })
  return withAbilities(capabilities, await bmc.readAbilities(budgetMs, deadline))
}

/** Puts together what each protocol told; Redfish is listed first and its word counts first. */
export function toProbeResult(found: readonly Found[]): ProbeResult {
  const works = found.some(({ endpoint }) => endpoint.state === 'ok')
  const endpoints = found.map(({ endpoint, isNothingThere }): Endpoint => (works && isNothingThere ? { ...endpoint, state: 'absent' } : endpoint))
  const capabilities = found.map(({ capabilities }) => capabilities).reduce(mergeCapabilities, null)
  const isOneSilent = endpoints.some(({ state }) => state === 'failed')
  const failures = endpoints.flatMap(({ failure }) => (failure === null ? [] : [failure]))
  return {
    endpoints,
    identity: Object.assign({}, ...found.toReversed().map(({ identity }) => identity)) as Identity,
    capabilities: capabilities !== null && isOneSilent ? withoutDenials(capabilities) : capabilities,
    failure: works ? null : toMostTelling(failures),
  }
}

/** Of two protocols the better way for each function. */
export function mergeCapabilities(first: Capabilities | null, second: Capabilities | null): Capabilities | null {
  if (first === null || second === null) return first ?? second
  const types = new Set([...Object.keys(first.resets), ...Object.keys(second.resets)])
  const resets: Record<string, Capability> = {}
  for (const type of types) {
    const better = toBetter(first.resets[type], second.resets[type])
    if (better !== undefined) resets[type] = better
  }
  return { ...mergeAbilities(first, second), probedAt: first.probedAt, resets, indicator: toBetter(first.indicator, second.indicator) ?? first.indicator }
}
