import { isRedfishError, type RedfishError } from './errors.ts'
import { createExchanger, DEFAULT_EXCHANGE } from './exchange.ts'
import { readServiceRoot, type ServiceRoot } from './service-root.ts'
import type { RedfishEndpoint } from './target.ts'
import type { Deadlines } from './transfer.ts'

/** A person waits for a probe: ten seconds are all it has. */
export const PROBE_DEADLINES: Deadlines = { connectMs: 4_000, headersMs: 6_000, idleMs: 3_000, totalMs: 8_000 }

export type RootProbe =
  | { found: true; fingerprint: string | undefined; root: ServiceRoot }
  | { found: false; fingerprint: string | undefined; error: RedfishError }

/**
 * Asks a BMC who it is, without any credential: `/redfish/v1/` over a connection of its own. Gives the certificate's fingerprint
 * (the pin to keep, when none was expected) and the service root, or the reason why there is none.
 */
export async function probeServiceRoot(endpoint: RedfishEndpoint, deadlines: Deadlines = PROBE_DEADLINES): Promise<RootProbe> {
  let exchanger
  try {
    exchanger = createExchanger(endpoint, { ...DEFAULT_EXCHANGE, deadlines })
    const root = await readServiceRoot(exchanger)
    return { found: true, fingerprint: exchanger.fingerprint(), root }
  } catch (error) {
    if (!isRedfishError(error)) throw error
    return { found: false, fingerprint: exchanger?.fingerprint(), error }
  } finally {
    await exchanger?.destroy()
  }
}
