import { connect } from 'node:net'
import { IpmiError } from '#lib/ipmi/errors.ts'
import { pingBmc } from '#lib/ipmi/probe.ts'

/** Does a BMC answer IPMI here? One small question without a login. Any answer counts, a wrong one too. */
export async function answersPing({ ip, port }: { ip: string; port: number }, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
  try {
    await pingBmc({ host: ip, port }, { timeoutMs, signal })
    return true
  } catch (error) {
    if (error instanceof IpmiError) return error.kind === 'not-a-bmc'
    throw error
  }
}

/** Does anything still listen on this TCP port? Cheap, without a login. */
export function answersTcp({ ip, port }: { ip: string; port: number }, timeoutMs = 1_000, signal?: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: ip, port })
    const finish = (isThere: boolean) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      socket.on('error', () => {})
      socket.destroy()
      resolve(isThere)
    }
    const onAbort = () => finish(false)
    const timer = setTimeout(() => finish(false), timeoutMs)
    signal?.addEventListener('abort', onAbort, { once: true })
    socket.once('connect', () => finish(true))
    socket.once('error', () => finish(false))
  })
}
