import { toKg, type IpmiPatch, type IpmiSettings } from '#lib/domain/ipmi.ts'
import { isInsecure, isWeaker, usualSuites, type CipherSuiteId } from '#lib/domain/ipmi-words.ts'
import { invalid } from './address.ts'

/** How IPMI is to be spoken once this is asked for. Throws `insecure-suite` (422) for suites that need a word of their own. */
export function applyIpmi(before: IpmiSettings, patch: IpmiPatch): IpmiSettings {
  const said = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined))
  const after: IpmiSettings = { ...before, ...said }
  const bare = after.suites?.filter(isInsecure) ?? []
  if (bare.length > 0 && !after.insecure) {
    const message = `cipher suite ${bare.join(', ')} does not both encrypt and sign: whoever is on the network can read or act along. Say bmc.ipmi.insecure to allow that for this node`
    throw invalid('bmc.ipmi.suites', message, 422, 'insecure-suite')
  }
  return after
}

/**
 * What of the best suite that a BMC has done still holds: whoever asks for a list that lacks it, or puts a weaker one before it, has agreed to
 * the weaker ones.
 */
export function keepBest(best: CipherSuiteId | null, { suites }: IpmiSettings): CipherSuiteId | null {
  const wanted = suites ?? usualSuites
  return best !== null && wanted.length > 0 && wanted[0] !== undefined && !isWeaker(wanted[0], best) && wanted.includes(best) ? best : null
}

/** The key K_G as it is sealed: in hex, nothing where it is to go. Throws `invalid` (400). */
export function demandKg(text: string | null): string {
  if (text === null) return ''
  const kg = toKg(text)
  if (kg === null) throw invalid('bmc.kg', 'K_G is text of 1 to 20 bytes, or 0x and up to 40 hex digits, and not all zeros')
  return kg
}
