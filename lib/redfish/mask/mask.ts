import { isIP } from 'node:net'
import { isMakerKey, isTelling, isVersionKey, kindOfKey, type MaskKind } from './kinds.ts'
import { DOTTED_NAME, EMAIL, IPV4, isCommonIpv4, isVersionHere, MAC, PEM, replaceIpv6, UUID } from './patterns.ts'
import { toPseudonym } from './pseudonyms.ts'

export type Mask = {
  /** Takes note of what a body tells by its property names. Every body is learnt before the first is masked. */
  learn(body: unknown): void
  /** The body, with the same pseudonym for the same value wherever it stands. */
  mask(body: unknown): unknown
  /** A path or a text by itself. */
  maskText(text: string): string
  /** How many different values of each kind were hidden. */
  counts(): Partial<Record<MaskKind, number>>
}

/** Longer values are masked where they stand and not looked for elsewhere; nor are more than so many that need a search of their own. */
const longestSought = 200
const mostSought = 1_000
const mostCached = 20_000
const mostCachedLength = 300
/** What stands for every secret: which of them are the same is nobody's business. */
const maskedSecret = 'masked'

/** A word with what joins words; a serial may be one part of it (`idrac-ABC1234`). */
const TOKEN = /[A-Za-z0-9]+(?:[-_.:]+[A-Za-z0-9]+)*/g
const PART = /[A-Za-z0-9]+/g
const JOINED = /[^A-Za-z0-9]/
/** Properties that tell what somebody did. */
const LOG_KEY = /^message|^description$|^comment|^body$/i

/**
 * Hides who a tree belongs to: serials, addresses, names, keys. What property names tell is learnt from the whole tree first, so that a
 * serial is also found in a log text or a path; what has a form of its own (MAC, UUID, address, e-mail) is found wherever it stands.
 */
export function createMask(): Mask {
  const known = new Map<string, number>()
  const numbers = new Map<MaskKind, number>()
  const elsewhere = new Map<string, string>()
  /** Plain words, and what has but three signs: somebody called «vmware» is looked for where people are told of, not in every text. */
  const inLogs = new Map<string, string>()
  /** Trees say the same over and over: `Enabled`, a help text, a path. */
  const maskedTexts = new Map<string, string>()
  const maskedLogs = new Map<string, string>()
  const joined: [string, string][] = []
  /** Property names, words of types, what makers call themselves and their things: never taken for anything else. */
  const kept = new Set<string>()
  const kinds = new Map<string, MaskKind | undefined>()
  const versions = new Set<string>()
  const addresses = new Set<string>()
  let isReady = false

  function pseudonymOf(kind: MaskKind, text: string): string {
    const plain = kind === 'uuid' || kind === 'mac' ? text.replace(/[:-]/g, '') : text
    const key = `${kind} ${plain.toLowerCase()}`
    const number = known.get(key) ?? next(kind)
    known.set(key, number)
    const pseudonym = toPseudonym(kind, text, number)
    const isSought = text.length <= longestSought && (kind !== 'contact' || /[\d@]/.test(text))
    if (!isReady && isSought && !elsewhere.has(text.toLowerCase())) elsewhere.set(text.toLowerCase(), pseudonym)
    return pseudonym
  }

  function next(kind: MaskKind): number {
    const number = (numbers.get(kind) ?? 0) + 1
    numbers.set(kind, number)
    return number
  }

  function kindOf(key: string, within: string): MaskKind | undefined {
    const name = `${within} ${key}`
    if (kinds.has(name)) return kinds.get(name)
    if (kinds.size >= mostCached) kinds.clear()
    const kind = kindOfKey(key, within)
    kinds.set(name, kind)
    return kind
  }

  function learnText(key: string, text: string, kind: MaskKind | undefined): void {
    if ((key === '@odata.type' || key === '@odata.context') && text.length <= longestSought) for (const [word] of text.matchAll(/[A-Za-z]+/g)) kept.add(word.toLowerCase())
    if (isMakerKey(key) && text.length <= longestSought) kept.add(text.trim().toLowerCase())
    if (isVersionKey(key)) for (const [version] of text.matchAll(IPV4)) versions.add(version)
    if (kind === undefined || kind === 'certificate') return
    const value = text.trim()
    if (kind === 'secret') return learnSecret(value)
    if (kind === 'address') learnAddress(value)
    else if (kind === 'host' && DOTTED_NAME.test(value)) learnName(value)
    else if (isTelling(kind, value) && isIP(value) === 0) pseudonymOf(kind, value)
    // Some ids are a MAC without its colons.
    if (kind === 'mac' && isTelling(kind, value)) pseudonymOf(kind, value.replace(/[:-]/g, ''))
  }

  /** A password may be told in a log too; words with blanks are a setting's (`iLO Advanced`). It is counted where it is held. */
  function learnSecret(value: string): void {
    if (!isReady && value.length <= longestSought && isTelling('secret', value) && !/\s/.test(value)) elsewhere.set(value.toLowerCase(), maskedSecret)
  }

  function learnAddress(value: string): void {
    for (const [address] of value.matchAll(IPV4)) addresses.add(address)
    if (DOTTED_NAME.test(value)) learnName(value)
  }

  /** A name with its domain; both are also met alone. */
  function learnName(value: string): void {
    const labels = value.replace(/\.$/, '').split('.')
    pseudonymOf('host', value)
    if (/[\d-]/.test(labels[0]!)) pseudonymOf('host', labels[0]!)
    if (labels.length > 2) pseudonymOf('host', labels.slice(1).join('.'))
  }

  function learn(part: unknown, key = '', within = ''): void {
    if (typeof part === 'string') return learnText(key, part, kindOf(key, within))
    if (Array.isArray(part)) return part.forEach((item) => learn(item, key, within))
    if (typeof part !== 'object' || part === null) return
    for (const [name, member] of Object.entries(part)) {
      kept.add(name.toLowerCase())
      learn(member, name, key)
    }
  }

  /** Only what could be nothing else is looked for outside of its own property: a serial «1» or a host «Systems» would tear the tree apart. */
  function makeReady(): void {
    if (isReady) return
    isReady = true
    for (const [text, pseudonym] of elsewhere) {
      if (isForLogs(text) && !kept.has(text)) inLogs.set(text, pseudonym)
      const isDistinct = text.length >= 4 && /[^a-z]/.test(text) && !kept.has(text) && !/^\d{1,5}$/.test(text)
      if (!isDistinct) elsewhere.delete(text)
      else if (JOINED.test(text) || isUnmistakable(text)) joined.push([text, pseudonym])
    }
    joined.splice(mostSought)
    joined.sort(([a], [b]) => b.length - a.length)
  }

  const wordOf = (word: string) => elsewhere.get(word.toLowerCase())

  function replaceKnown(text: string, isLog: boolean): string {
    const find = (word: string) => wordOf(word) ?? (isLog ? inLogs.get(word.toLowerCase()) : undefined)
    const lower = text.toLowerCase()
    const spaced = joined.reduce((whole, [value, pseudonym]) => (lower.includes(value) ? replaceEvery(whole, value, pseudonym) : whole), text)
    return spaced.replace(TOKEN, (token) => find(token) ?? token.replace(PART, (part) => find(part) ?? part))
  }

  const toFormed = (kind: MaskKind, found: string) => wordOf(found) ?? (isTelling(kind, found) ? pseudonymOf(kind, found) : found)

  function replaceForms(text: string): string {
    let masked = text
    if (masked.includes('-----BEGIN ')) masked = masked.replace(PEM, (_, label: string) => `-----BEGIN ${label}-----\nmasked\n-----END ${label}-----`)
    if (masked.includes('@')) masked = masked.replace(EMAIL, (found) => wordOf(found) ?? pseudonymOf('contact', found))
    masked = replaceIpv6(replaceIds(masked), (found) => pseudonymOf('address', found))
    return masked.includes('.') ? replaceIpv4(masked) : masked
  }

  /** All that a property's name is searched for. */
  function replaceIds(text: string): string {
    const masked = text.includes('-') ? text.replace(UUID, (found) => toFormed('uuid', found)) : text
    return /[:-]/.test(masked) ? masked.replace(MAC, (found) => toFormed('mac', found)) : masked
  }

  function replaceIpv4(text: string): string {
    const isPath = text.startsWith('/redfish/')
    return text.replace(IPV4, (found: string, at: number) => {
      if (isCommonIpv4(found)) return found
      const isVersion = !addresses.has(found) && (versions.has(found) || isPath || isVersionHere(text, at))
      return isVersion ? found : pseudonymOf('address', found)
    })
  }

  function maskText(text: string, isLog = false): string {
    if (text.length > mostCachedLength) return maskAnyText(text, isLog)
    const cache = isLog ? maskedLogs : maskedTexts
    const cached = cache.get(text)
    if (cached !== undefined) return cached
    if (cache.size >= mostCached) cache.clear()
    const masked = maskAnyText(text, isLog)
    cache.set(text, masked)
    return masked
  }

  function maskAnyText(text: string, isLog: boolean): string {
    makeReady()
    // Forms first: what stands in for one must not be taken for another.
    return replaceKnown(replaceForms(text), isLog || text.startsWith('/redfish/'))
  }

  function maskKeyed(key: string, text: string, kind: MaskKind | undefined): string {
    if (text === '') return text
    if (kind === 'secret' || kind === 'certificate') {
      if (/^\*+$/.test(text)) return text
      next(kind)
      return text.startsWith('-----BEGIN ') ? replaceForms(text) : maskedSecret
    }
    if (kind !== undefined && kind !== 'address') {
      const value = text.trim()
      if (isIP(value) !== 0) return maskText(value)
      return isTelling(kind, value) ? pseudonymOf(kind, value) : text
    }
    // A version alone is never an address, unless the tree says elsewhere that it is one.
    if (isVersionKey(key) && kind === undefined && !addresses.has(text)) return replaceKnown(text, false)
    return maskText(text, LOG_KEY.test(key))
  }

  function mask(part: unknown, key = '', within = ''): unknown {
    if (typeof part === 'string') return maskKeyed(key, part, kindOf(key, within))
    if (typeof part === 'number') return kindOf(key, within) === 'serial' && Math.abs(part) > 9_999 ? Number(/\d+/.exec(pseudonymOf('serial', String(part)))![0]) : part
    if (Array.isArray(part)) return part.map((item) => mask(item, key, within))
    if (typeof part !== 'object' || part === null) return part
    return Object.fromEntries(Object.entries(part).map(([name, member]) => [replaceIds(name), mask(member, name, key)]))
  }

  return {
    learn: (body) => learn(body),
    mask(body) {
      makeReady()
      return mask(body)
    },
    maskText: (text) => maskText(text),
    counts: () => Object.fromEntries(numbers),
  }
}

/** A plain word, or three signs with a letter and a digit among them (`n07`). */
const isForLogs = (text: string) => /^[a-z]{3,}$/.test(text) || (/^[a-z0-9]{3}$/.test(text) && /[a-z]/.test(text) && /\d/.test(text))

/** Letters and digits, and so many that it is the same value inside a longer one too (Lenovo writes type and serial as one word). */
const isUnmistakable = (text: string) => text.length >= 7 && /[a-z]/.test(text) && /\d/.test(text)

/** Every place where the value stands, whatever its case; as a whole, unless it cannot be mistaken. */
function replaceEvery(text: string, value: string, pseudonym: string): string {
  const escaped = value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const pattern = isUnmistakable(value) ? escaped : `(?<![A-Za-z0-9])${escaped}(?![A-Za-z0-9])`
  return text.replace(new RegExp(pattern, 'gi'), () => pseudonym)
}
