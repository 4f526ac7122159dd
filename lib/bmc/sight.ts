import { IpmiError } from '#lib/ipmi/errors.ts'
import { pingBmc } from '#lib/ipmi/probe.ts'
import { probeServiceRoot } from '#lib/redfish/probe.ts'
import type { ScanPorts, Sighting } from '#lib/domain/scan.ts'
import { answersTcp } from './ping.ts'
import { toOptionalText } from './text.ts'
import { withoutNothing } from './without-nothing.ts'

/** Most addresses of a scan are empty; one that is not has this long for its first sign. */
const patienceMs = 1_000
/** Half of BMCs need over a second for a handshake; a whole service root rarely takes so long. */
const deadlines = { connectMs: 3_000, headersMs: 4_000, idleMs: 2_000, totalMs: 6_000 }

/**
 * Looks whether a BMC stands at an address, as politely as can be: one small question by IPMI (§22.13; while nothing answers it, an RMCP
 * presence ping of ASF 2.0 §3.2.4.2 tells whether the port is closed), and where the Redfish port is open one reading of the service
 * root. Nothing is signed in to. Null when neither protocol is there.
 */
export async function sight(ip: string, ports: ScanPorts, signal: AbortSignal): Promise<Sighting | null> {
  const [redfish, ipmi] = await Promise.all([sightRedfish(ip, ports.redfish, signal), sightIpmi(ip, ports.ipmi, signal)])
  return redfish === null && ipmi === null ? null : { address: ip, redfish, ipmi }
}

async function sightRedfish(ip: string, port: number, signal: AbortSignal): Promise<Sighting['redfish']> {
  if (!(await answersTcp({ ip, port }, patienceMs, signal)) || signal.aborted) return null
  const seen = await probeServiceRoot({ host: ip, port }, deadlines)
  if (!seen.found) return null
  const { redfishVersion, vendor, product, uuid } = seen.root
  const told = { version: redfishVersion, vendor, product, uuid, certificate: seen.fingerprint?.replaceAll(':', '').toLowerCase() }
  return withoutNothing(Object.fromEntries(Object.entries(told).map(([name, value]) => [name, toOptionalText(value)])))
}

async function sightIpmi(ip: string, port: number, signal: AbortSignal): Promise<Sighting['ipmi']> {
  try {
    const { supportsIpmi20 } = await pingBmc({ host: ip, port }, { timeoutMs: patienceMs, signal })
    return { supportsIpmi20 }
  } catch (error) {
    if (error instanceof IpmiError) return null
    throw error
  }
}
