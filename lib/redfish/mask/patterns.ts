import { isIPv6 } from 'node:net'

/** What is known by its form, wherever it stands. Every part is bounded: a hostile text of megabytes must not cost its square. */
export const UUID = /(?<![0-9a-z])[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![0-9a-z])/gi
/** Of 6 bytes, of 8 (EUI-64, InfiniBand port) and of 20 (IP over InfiniBand). */
export const MAC = /(?<![0-9a-z:-])[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}(?:[0-9a-f]{2}\1[0-9a-f]{2}\1(?:(?:[0-9a-f]{2}\1){11}[0-9a-f]{2}\1)?)?[0-9a-f]{2}(?![0-9a-z:-])/gi
/** Not the annotations of OData and Redfish (`Members@odata.count`). */
export const EMAIL = /[\w.+-]{1,64}@(?!(?:odata|redfish|message)\.)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}/gi
export const PEM = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?(?:-----END \1-----|$)/g
export const IPV4 = /(?<![\w.-])(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?![\w-]|\.\w)/g
const IPV6_LIKE = /(?<![\w:.])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![\w:.])/gi
/** A name with a domain, whose last part is no number. */
export const DOTTED_NAME = /^(?=.{4,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\.[a-z][a-z0-9-]*[a-z0-9]\.?$/i

/** Masks, unspecified, loopback and link-local addresses are the same everywhere. */
export const isCommonIpv4 = (text: string): boolean => /^(?:0|127|255)\.|^169\.254\./.test(text)

/** Replaces IPv6 addresses; times of day and PCI addresses have the letters and not the form. */
export function replaceIpv6(text: string, replace: (address: string) => string): string {
  if (!text.includes(':')) return text
  return text.replace(IPV6_LIKE, (found) => {
    const isAddress = (found.includes('::') || found.split(':').length === 8) && isIPv6(found)
    return !isAddress || /^(?:[0:]+1?|::ffff:0:0|fe80::|ff0[0-9a-f]::.*)$/i.test(found) ? found : replace(found)
  })
}

/** The words before a version in a sentence, close enough to belong to it. */
const BEFORE_VERSION = /(?:version|firmware|revision|driver|release|build|bios|\bver\.?|\bv)(?:[^.;,]|\.(?=\d)){0,40}$/i
/** «A firmware update was asked for from 10.0.0.7»: when in doubt it is an address. */
const BEFORE_ADDRESS = /(?:\bfrom|\bby|\bat|\bvia|\bon|address|\bip|host|client|user)\W{0,3}$/i

export function isVersionHere(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 60), at)
  return BEFORE_VERSION.test(before) && !BEFORE_ADDRESS.test(before)
}
