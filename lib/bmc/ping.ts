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
