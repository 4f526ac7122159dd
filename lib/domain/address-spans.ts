import { toNamePattern, toNames, type PatternProblem } from './name-pattern.ts'

/** IPv4 addresses in a row, or one IPv6 address: whole IPv6 networks cannot be walked. */
export type Span = { from: string; count: number }
export type SpanProblem = { code: PatternProblem | 'empty' | 'no-address' | 'no-network' | 'backwards' | 'too-many'; text: string }

export const isSpanProblem = (result: object): result is SpanProblem => 'code' in result

const octets = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/

function toNumber(address: string): number | null {
  const parts = octets.exec(address)?.slice(1).map(Number)
  if (parts === undefined || parts.some((part) => part > 255)) return null
  return parts.reduce((number, part) => number * 256 + part, 0)
}

const toIpv4 = (number: number) => [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.')

function toIpv6(text: string): string | null {
  if (!text.includes(':') || text.includes('%') || !URL.canParse(`http://[${text}]`)) return null
  return new URL(`http://[${text}]`).hostname.slice(1, -1)
}

/** `10.0.4.0/24` without its first and last address, which no BMC has (RFC 3021: a /31 has no such). */
function ofNetwork(text: string): Span | SpanProblem {
  const [base = '', length = ''] = text.split('/')
  const number = toNumber(base)
  const prefix = /^\d{1,2}$/.test(length) ? Number(length) : 33
  if (number === null || prefix > 32) return { code: 'no-network', text }
  const size = 2 ** (32 - prefix)
  const from = number - (number % size)
  return prefix >= 31 ? { from: toIpv4(from), count: size } : { from: toIpv4(from + 1), count: size - 2 }
}

/** `10.0.4.1-10.0.4.50`, or `10.0.4.1-50`. */
function ofRange(text: string): Span | SpanProblem {
  const [first = '', last = ''] = text.split('-')
  const from = toNumber(first)
  const to = toNumber(/^\d+$/.test(last) ? first.replace(/\d+$/, last) : last)
  if (from === null || to === null) return { code: 'no-address', text }
  return to < from ? { code: 'backwards', text } : { from: toIpv4(from), count: to - from + 1 }
}

function ofAddresses(text: string, most: number): Span[] | SpanProblem {
  const pattern = text.includes('[') ? toNamePattern(text) : [text]
  if (typeof pattern === 'string') return { code: pattern, text }
  const addresses = toNames(pattern, most)
  if (addresses === null) return { code: 'too-many', text }
  const plain = addresses.map((address) => (toNumber(address) === null ? toIpv6(address) : address))
  return plain.includes(null) ? { code: 'no-address', text } : plain.map((address) => ({ from: address!, count: 1 }))
}

function ofPart(text: string, most: number): Span[] | SpanProblem {
  if (text.includes('[')) return ofAddresses(text, most)
  const span = text.includes('/') ? ofNetwork(text) : text.includes('-') ? ofRange(text) : null
  if (span === null) return ofAddresses(text, most)
  return isSpanProblem(span) ? span : [span]
}

/** In their order, those that touch or overlap as one: each address is asked once. */
function merge(spans: readonly Span[]): Span[] {
  const four = spans.flatMap(({ from, count }) => {
    const number = toNumber(from)
    return number === null ? [] : [{ number, end: number + count }]
  })
  const merged: { number: number; end: number }[] = []
  for (const span of four.sort((a, b) => a.number - b.number)) {
    const last = merged.at(-1)
    if (last !== undefined && span.number <= last.end) last.end = Math.max(last.end, span.end)
    else merged.push({ ...span })
  }
  const six = [...new Set(spans.filter(({ from }) => toNumber(from) === null).map(({ from }) => from))]
  return [...merged.map(({ number, end }) => ({ from: toIpv4(number), count: end - number })), ...six.map((from) => ({ from, count: 1 }))]
}

export const countAddresses = (spans: readonly Span[]) => spans.reduce((sum, { count }) => sum + count, 0)

/** Reads `10.0.4.0/24, 10.0.5.1-50, 10.0.[6-7].[1-20], fd00::7`, separated by commas or white space; at most so many addresses. */
export function parseSpans(text: string, most: number): Span[] | SpanProblem {
  const parts = (text.match(/(?:\[[^\]]*\]?|[^,[\s])+/g) ?? []).map((part) => part.toLowerCase())
  if (parts.length === 0) return { code: 'empty', text }
  const spans: Span[] = []
  for (const part of parts) {
    const more = ofPart(part, most)
    if (isSpanProblem(more)) return more
    spans.push(...more)
    if (countAddresses(merge(spans)) > most) return { code: 'too-many', text: part }
  }
  return merge(spans)
}

/** The addresses one by one, from the `start`th on. */
export function* addressesOf(spans: readonly Span[], start = 0): Generator<string> {
  let passed = 0
  for (const { from, count } of spans) {
    const number = toNumber(from)
    for (let index = Math.max(0, start - passed); index < count; index += 1) yield number === null ? from : toIpv4(number + index)
    passed += count
  }
}
