import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { BmcError } from './errors.ts'
import { within } from './within.ts'

/** May a BMC lie at this IP address? The rule of the management networks. */
export type AllowsAddress = (ip: string) => boolean

const lookupMs = 4_000

/**
 * The one IP address to connect to. A name is looked up once and only a result that the rule allows is given, so that what was checked
 * is what is connected to. Throws a BmcError: `outside-networks`, or `unreachable` for a name that does not resolve.
 */
export async function resolveVetted(address: string, allows: AllowsAddress, signal?: AbortSignal): Promise<string> {
  const bare = address.startsWith('[') && address.endsWith(']') ? address.slice(1, -1) : address
  if (isIP(bare)) {
    if (allows(bare)) return bare
    throw new BmcError('outside-networks', address, `${address}: this address lies outside the management networks`)
  }
  const found = await within(lookup(bare, { all: true }), lookupMs, signal, () => new BmcError('unreachable', address, `${address}: the name was not resolved within ${lookupMs / 1000} s`)).catch(
    (error: unknown) => {
      if (error instanceof BmcError) throw error
      throw new BmcError('unreachable', address, `${address}: the name does not resolve`, { cause: error })
    },
  )
  const vetted = found.find((entry) => allows(entry.address))
  if (vetted !== undefined) return vetted.address
  const seen = found.map((entry) => entry.address).slice(0, 4).join(', ')
  throw new BmcError('outside-networks', address, `${address}: the name points to ${seen || 'nothing'}, outside the management networks`)
}
