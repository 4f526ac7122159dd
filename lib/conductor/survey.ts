import { BmcError } from '#lib/bmc/errors.ts'
import { toAddress, toBmcError } from '#lib/bmc/failure.ts'
import { readFacts, toFailed, toProbeResult, type Found, type Port } from '#lib/bmc/probe.ts'
import type { OwnedNode } from '#lib/db/leases.ts'
import type { ProbeResult } from '#lib/domain/bmc.ts'
import { protocolsOf, type Conversation } from './conversation.ts'

/** How long a node's own probe may take: nobody waits for it, and slow BMCs need it. */
const surveyMs = 60_000

/**
 * Asks a node by each of its protocols who it is and what it can do, over the conversation that polling uses. Never rejects.
 * `abilitiesMs`: what is not the least of it is read for so long and no longer.
 */
export async function surveyNode(node: OwnedNode, conversation: Conversation, signal: AbortSignal, abilitiesMs: number): Promise<ProbeResult> {
  const ports = node.endpoints.filter((one): one is typeof one & Port => protocolsOf(node).includes(one.protocol))
  const byMs = performance.now() + abilitiesMs
  const end = new AbortController()
  const fire = () => end.abort()
  const timer = setTimeout(fire, surveyMs)
  signal.addEventListener('abort', fire, { once: true })
  try {
    return toProbeResult(await Promise.all(ports.map(({ protocol, port }) => surveyProtocol({ protocol, port }, node, conversation, end.signal, byMs))))
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', fire)
  }
}

async function surveyProtocol(port: Port, node: OwnedNode, conversation: Conversation, signal: AbortSignal, byMs: number): Promise<Found> {
  const address = toAddress(node.address, port.port)
  try {
    return await conversation.read(port.protocol, (bmc) => readFacts(bmc, port, address, signal, byMs), signal)
  } catch (error) {
    const failure = signal.aborted ? new BmcError('unreachable', address, `${address}: no complete answer within ${surveyMs / 1000} s`) : toBmcError(error, address)
    return toFailed(port, failure)
  }
}
