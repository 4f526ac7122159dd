import { randomBytes } from 'node:crypto'
import { getChannelAuthenticationCapabilities, type AuthenticationCapabilities } from './commands/session.ts'
import { defaultPort, formatAddress, resolveEndpoint } from './endpoint.ts'
import { atAddress, IpmiError } from './errors.ts'
import { decodeResponse, encodeRequest } from './message.ts'
import { encodeAsf } from './rmcp.ts'
import type { SessionPacket } from './session-packet.ts'
import { encodeLegacyPacket } from './session-packet.ts'
import { isPortRefused, openChannel, type Endpoint, type Transmission } from './socket.ts'

export type PingOptions = {
  readonly signal?: AbortSignal
  /** All tries together. 2,000 by default. */
  readonly timeoutMs?: number
}

const defaultPingMs = 2_000
const retryMs = 500
const garbageLimit = 2

/**
 * Asks whether a BMC is there, without logging in: one small question, repeated twice a second, and what it says of its
 * logins. Rejects with `timeout`, `refused`, `unreachable`, `not-a-bmc`, `aborted` or `invalid-argument`.
 */
export async function pingBmc(
  target: { readonly host: string; readonly port?: number },
  options: PingOptions = {},
): Promise<AuthenticationCapabilities> {
  const port = target.port ?? defaultPort
  try {
    return await ask(await resolveEndpoint(target.host, port), options)
  } catch (error) {
    throw atAddress(error, formatAddress(target.host, port))
  }
}

function ask(endpoint: Endpoint, { signal, timeoutMs = defaultPingMs }: PingOptions): Promise<AuthenticationCapabilities> {
  return new Promise((resolve, reject) => {
    const deadline = performance.now() + timeoutMs
    let rqSeq = randomBytes(1)[0]! & 0x3f
    let asksForIpmi20 = true
    let garbage = 0
    let transmission: Transmission | undefined
    let isFinished = false

    const finish = (outcome: AuthenticationCapabilities | IpmiError) => {
      if (isFinished) return
      isFinished = true
      transmission?.settle()
      signal?.removeEventListener('abort', onAbort)
      channel.close()
      if (outcome instanceof IpmiError) reject(outcome)
      else resolve(outcome)
    }
    const onAbort = () => finish(new IpmiError('aborted', 'aborted', { cause: signal?.reason }))
    const send = () => {
      rqSeq = (rqSeq + 1) & 0x3f
      const { netFn, cmd, encode } = getChannelAuthenticationCapabilities
      const data = encode({ asksForIpmi20, privilege: 'administrator' })
      const datagram = encodeLegacyPacket(encodeRequest({ netFn, cmd, rqSeq, data }))
      transmission = channel.transmit(() => datagram, Math.max(1, Math.min(retryMs, deadline - performance.now())), onSilence)
    }
    const onSilence = () => {
      void isPortRefused(endpoint, encodeAsf({ type: 'ping', tag: 0 }), retryMs).then((isRefused) => {
        if (isRefused) finish(new IpmiError('refused', 'connection refused: nothing listens on that UDP port'))
      })
      if (garbage >= garbageLimit) finish(new IpmiError('not-a-bmc', 'something answers there, but it does not speak RMCP'))
      else if (performance.now() < deadline) send()
      else finish(new IpmiError(garbage > 0 ? 'not-a-bmc' : 'timeout', garbage > 0 ? 'it does not speak RMCP' : `no answer within ${timeoutMs} ms`))
    }
    const onPacket = (packet: SessionPacket) => {
      const answer = readAnswer(packet, rqSeq)
      if (answer === 'foreign') return
      if (answer !== 'refused') return finish(answer)
      if (!asksForIpmi20) return finish(new IpmiError('protocol', 'the BMC refuses Get Channel Authentication Capabilities'))
      asksForIpmi20 = false
      transmission?.settle()
      send()
    }
    const channel = openChannel(endpoint, {
      onPacket,
      onDropped: (reason) => {
        if (reason === 'garbage' || reason === 'garbled') garbage++
      },
      onSendError: finish,
    })
    if (signal?.aborted) return onAbort()
    signal?.addEventListener('abort', onAbort, { once: true })
    send()
  })
}

function readAnswer(packet: SessionPacket, rqSeq: number): AuthenticationCapabilities | 'refused' | 'foreign' {
  const { netFn, cmd, decode } = getChannelAuthenticationCapabilities
  try {
    const message = decodeResponse(packet.payload)
    if (packet.sessionId !== 0 || message.netFn !== netFn + 1 || message.cmd !== cmd || message.rqSeq !== rqSeq) return 'foreign'
    return message.completionCode === 0 ? decode(Buffer.from(message.data)) : 'refused'
  } catch {
    return 'foreign'
  }
}
