import { DEFAULT_EXCHANGE } from '#lib/redfish/exchange.ts'
import { openRedfish, type RedfishSession, type SessionOptions } from '#lib/redfish/session.ts'
import type { RedfishTarget } from '#lib/redfish/target.ts'
import { BmcError } from './errors.ts'
import { toAddress, toBmcError } from './failure.ts'
import type { BmcTarget } from './target.ts'
import { within } from './within.ts'

/** Some BMCs need 4 s for one resource; a poll that gives up after 12 s still hears them. */
const deadlines = { connectMs: 5_000, headersMs: 12_000, idleMs: 8_000, totalMs: 30_000 }
const openMs = 40_000

/** Signs in at a Redfish service, within 40 s. Rejects with a BmcError that names the typed address. */
export async function openRedfishSession(target: BmcTarget, signal?: AbortSignal, options: SessionOptions = {}): Promise<RedfishSession> {
  const address = toAddress(target.address, target.port)
  try {
    const opening = openRedfish(toRedfishTarget(target), { ...DEFAULT_EXCHANGE, deadlines, ...options })
    return await within(opening, openMs, signal, () => tooLate(address, 'signing in', openMs)).catch((error: unknown) => {
      // A login that ends too late leaves a session behind that somebody must close.
      opening.then((session) => session.close()).catch(() => {})
      throw error
    })
  } catch (error) {
    throw toBmcError(error, address)
  }
}

export function toRedfishTarget({ address, ip, port, username, password, pin, tls, ca }: BmcTarget): RedfishTarget {
  const vouched = ca === undefined ? {} : { authority: { certificates: ca, name: address } }
  return { host: ip, port, username, password, expectedFingerprint: pin ?? undefined, tls, ...vouched }
}

export const tooLate = (address: string, what: string, ms: number) =>
  new BmcError('unreachable', address, `${address}: ${what} took longer than ${Math.round(ms / 1000)} s`)
