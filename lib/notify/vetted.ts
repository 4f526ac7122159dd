import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { rootCertificates } from 'node:tls'
import { networkRule } from '#lib/config/networks.ts'
import { NotDelivered } from './outlet.ts'

/**
 * Where messages may go: anywhere, this machine included, for chat servers stand in the same private networks as everything else. But not
 * to what no message belongs to: link-local (with the metadata services of clouds), multicast, unspecified.
 */
const anywhere = networkRule(['0.0.0.0/0', '::/0', '127.0.0.0/8', '::1/128'])

/** The one IP address to connect to: what was checked is what is connected to. Throws NotDelivered. */
export async function vetHost(host: string, signal: AbortSignal): Promise<string> {
  const bare = host.replace(/^\[(.*)\]$/, '$1')
  const found = isIP(bare) === 0 ? await resolve(bare, signal) : [bare]
  const vetted = found.find((ip) => anywhere.allows(ip))
  if (vetted === undefined) throw new NotDelivered(`${host} is ${found[0] ?? 'nowhere'}: messages are not sent to link-local, multicast or unspecified addresses`)
  return vetted
}

async function resolve(name: string, signal: AbortSignal): Promise<string[]> {
  const aborted = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }))
  aborted.catch(() => {})
  try {
    return (await Promise.race([lookup(name, { all: true }), aborted])).map(({ address }) => address)
  } catch (cause) {
    if (signal.aborted) throw cause
    throw new NotDelivered(`the name ${name} does not resolve`, false, { cause })
  }
}

/** Whose certificates are believed: the public authorities, and the site's own. Stated, so that no environment variable weakens it. */
export const trust = (ca: string | undefined) => ({ rejectUnauthorized: true, minVersion: 'TLSv1.2' as const, ca: ca === undefined ? [...rootCertificates] : [...rootCertificates, ca] })
