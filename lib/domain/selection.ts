import { asOf } from './as-of.ts'
import type { Node } from './node.ts'

/**
 * The filter box: what an operator types to mean a set of nodes. Words between spaces must all hold; commas inside a word are "or".
 *
 *   gpu            nodes whose name or BMC address contains it       n[1-20]  n1-n5  n1:n5     ranges, zero padding kept
 *   n1,n3,rack1    in a list: exactly these names, or these groups   key=value  key=a,key=b*   a property; * stands for anything
 *
 * The parser gives a value and not a predicate, so that the wider noderange (minus, and, regex, pages) can grow as further kinds of atom.
 */
export type Atom =
  | { kind: 'text'; text: string }
  | { kind: 'names'; pattern: NamePattern; text: string }
  | { kind: 'property'; key: string; value: string }
export type Clause = readonly Atom[]
export type SelectionProblem = { code: 'unclosed-bracket' | 'bad-range' | 'unclosed-quote'; text: string }
export type Selection = { clauses: readonly Clause[]; problem: SelectionProblem | null }

/** A name as literal text and numbers in turn; `width` is the number of digits when the range was written with leading zeros. */
export type NamePattern = readonly (string | { ranges: readonly NumberRange[] })[]
type NumberRange = { from: number; to: number; step: number; width: number | null }

/** What a selection is matched against. */
export type Selectable = Pick<Node, 'name' | 'groups' | 'tags' | 'rack' | 'attributes' | 'identity' | 'power' | 'health' | 'bmc' | 'protected'>

const maxLength = 4096

/** Reads the text of the filter box. Never throws: what cannot be read is named in `problem`, and the rest still filters. */
export function parseSelection(text: string): Selection {
  const problems: SelectionProblem[] = []
  const clauses = splitOutside(text.slice(0, maxLength), /\s/, problems)
    .map((word) => toClause(word, problems))
    .filter((clause) => clause.length > 0)
  return { clauses, problem: problems[0] ?? null }
}

function toClause(word: string, problems: SelectionProblem[]): Clause {
  const isList = splitOutside(word, /,/, []).length > 1 || /,\s*$/.test(word)
  return splitOutside(word, /,/, []).flatMap((part) => {
    const atom = toAtom(part, isList, problems)
    return atom ? [atom] : []
  })
}

function toAtom(part: string, inList: boolean, problems: SelectionProblem[]): Atom | null {
  const equals = part.indexOf('=')
  if (equals > 0) {
    const value = unquote(part.slice(equals + 1))
    return value === '' ? null : { kind: 'property', key: part.slice(0, equals).toLowerCase(), value: value.toLowerCase() }
  }
  const name = unquote(part).toLowerCase()
  if (name.includes('[')) return toBracketed(name, problems)
  const pattern = toSpan(name)
  if (pattern) return { kind: 'names', pattern, text: name }
  return inList ? { kind: 'names', pattern: [name], text: name } : { kind: 'text', text: name }
}

/** Splits where `separator` matches outside quotes and brackets; empty pieces fall away. */
function splitOutside(text: string, separator: RegExp, problems: SelectionProblem[]): string[] {
  const pieces: string[] = []
  let piece = ''
  let quoted = false
  let depth = 0
  for (const character of text) {
    if (character === '"') quoted = !quoted
    else if (character === '[' && !quoted) depth += 1
    else if (character === ']' && !quoted) depth = Math.max(0, depth - 1)
    if (!quoted && depth === 0 && separator.test(character)) {
      pieces.push(piece)
      piece = ''
    } else piece += character
  }
  pieces.push(piece)
  if (quoted) problems.push({ code: 'unclosed-quote', text: piece })
  return pieces.filter((each) => each !== '')
}

const unquote = (text: string) => text.replaceAll('"', '')

/** `n[1-3,7]`, `r[1-3]u[01-10]`. */
function toBracketed(name: string, problems: SelectionProblem[]): Atom | null {
  const pattern: (string | { ranges: NumberRange[] })[] = []
  let rest = name
  while (rest !== '') {
    const open = rest.indexOf('[')
    if (open === -1) {
      pattern.push(rest)
      break
    }
    const close = rest.indexOf(']', open)
    if (close === -1) {
      problems.push({ code: 'unclosed-bracket', text: name })
      return { kind: 'text', text: rest.slice(0, open) }
    }
    if (open > 0) pattern.push(rest.slice(0, open))
    const ranges = rest.slice(open + 1, close).split(',').filter((each) => each.trim() !== '').map(toRange)
    if (ranges.length === 0 || ranges.some((range) => range === null)) {
      problems.push({ code: 'bad-range', text: name })
      return null
    }
    pattern.push({ ranges: ranges.filter((range) => range !== null) })
    rest = rest.slice(close + 1)
  }
  return { kind: 'names', pattern, text: name }
}

/** `5`, `1-20`, `01-10`, `1:20`, and with a step `1:200:2`, `1-200/2`. */
function toRange(text: string): NumberRange | null {
  const match = /^\s*(\d{1,9})(?:[-:](\d{1,9}))?(?:[:/](\d{1,9}))?\s*$/.exec(text)
  if (!match) return null
  const [, first = '', last = first, step = '1'] = match
  const from = Number(first)
  const to = Number(last)
  if (to < from || Number(step) < 1) return null
  const padded = (first.startsWith('0') && first.length > 1) || (last.startsWith('0') && last.length > 1)
  return { from, to, step: Number(step), width: padded ? first.length : null }
}

/** `n1-n5` or `n1:n5`: two names that differ in their last number alone. A hyphen may also be part of a name, so every one is tried. */
function toSpan(name: string): NamePattern | null {
  for (let at = 1; at < name.length - 1; at += 1) {
    if (name[at] !== '-' && name[at] !== ':') continue
    const first = /^(.*?)(\d{1,9})(\D*)$/.exec(name.slice(0, at))
    const last = /^(.*?)(\d{1,9})(\D*)$/.exec(name.slice(at + 1))
    if (!first || !last || first[1] === '' || first[1] !== last[1] || first[3] !== last[3]) continue
    const range = toRange(`${first[2]}-${last[2]}`)
    if (range) return [first[1] ?? '', { ranges: [range] }, ...(first[3] ? [first[3]] : [])]
  }
  return null
}

/** A predicate for a selection at a moment: stale power and health count as unknown, as the page shows them. */
export function toMatcher(selection: Selection, nowMs: number): (node: Selectable) => boolean {
  const clauses = selection.clauses.map((clause) => clause.map((atom) => toAtomMatcher(atom, nowMs)))
  return (node) => clauses.every((clause) => clause.some((matches) => matches(node)))
}

function toAtomMatcher(atom: Atom, nowMs: number): (node: Selectable) => boolean {
  switch (atom.kind) {
    case 'text':
      return (node) => node.name.includes(atom.text) || node.bmc.address.toLowerCase().includes(atom.text)
    case 'names': {
      const matches = toNameMatcher(atom.pattern)
      return (node) => node.name === atom.text || matches(node.name) || node.groups.some((group) => group.toLowerCase() === atom.text)
    }
    case 'property': {
      const matches = toValueMatcher(atom.value)
      return (node) => valuesOf(node, atom.key, nowMs).some((value) => matches(value.toLowerCase()))
    }
  }
}

const escape = (text: string) => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
const withWildcards = (text: string) => escape(text).replace(/\*+/g, '.*')

function toNameMatcher(pattern: NamePattern): (name: string) => boolean {
  const source = pattern.map((part) => (typeof part === 'string' ? withWildcards(part) : '(\\d+)')).join('')
  const expression = new RegExp(`^${source}$`)
  const numbers = pattern.filter((part) => typeof part !== 'string')
  return (name) => {
    const match = expression.exec(name)
    return match !== null && numbers.every(({ ranges }, index) => ranges.some((range) => isWithin(match[index + 1] ?? '', range)))
  }
}

function isWithin(digits: string, { from, to, step, width }: NumberRange): boolean {
  if (width === null ? digits.length > 1 && digits.startsWith('0') : digits.length < width) return false
  if (width !== null && digits.length > width && digits.startsWith('0')) return false
  const value = Number(digits)
  return value >= from && value <= to && (value - from) % step === 0
}

function toValueMatcher(value: string): (candidate: string) => boolean {
  if (!value.includes('*')) return (candidate) => candidate === value
  const expression = new RegExp(`^${withWildcards(value)}$`)
  return (candidate) => expression.test(candidate)
}

/** What the keys of `key=value` mean. A key that is none of these is looked up in the node's own attributes. */
const properties: Record<string, (node: Selectable, nowMs: number) => readonly (string | null | undefined)[]> = {
  name: (node) => [node.name],
  power: (node, nowMs) => [asOf(node, nowMs).power],
  health: (node, nowMs) => [asOf(node, nowMs).health.level],
  bmc: (node) => [node.bmc.address, node.bmc.state],
  address: (node) => [node.bmc.address],
  failure: (node) => [node.bmc.failure?.kind],
  protocol: (node) => [node.bmc.via],
  model: (node) => [node.identity.model],
  maker: (node) => [node.identity.manufacturer],
  manufacturer: (node) => [node.identity.manufacturer],
  serial: (node) => [node.identity.serial],
  firmware: (node) => [node.identity.bmcFirmware],
  bios: (node) => [node.identity.biosVersion],
  rack: (node) => [node.rack],
  'location.rack': (node) => [node.rack],
  group: (node) => node.groups,
  groups: (node) => node.groups,
  tag: (node) => node.tags,
  tags: (node) => node.tags,
  protected: (node) => [node.protected ? 'yes' : 'no', String(node.protected)],
}

function valuesOf(node: Selectable, key: string, nowMs: number): readonly string[] {
  const property = Object.hasOwn(properties, key) ? properties[key] : undefined
  const values = property ? property(node, nowMs) : Object.entries(node.attributes).filter(([name]) => name.toLowerCase() === key).map(([, value]) => value)
  return values.filter((value) => value !== null && value !== undefined)
}

const collator = new Intl.Collator('en', { numeric: true })

/** Natural order: n2 before n10. */
export const byName = (a: string, b: string) => collator.compare(a, b)

/** Names that differ in their last number alone; `digits` as written. */
type Family = { prefix: string; suffix: string; digits: string[] }

/**
 * Names as a range to read and to type again: `n[1-3,7],root`. Folds on the last number of a name; zero padding is kept.
 * Numbers are compared as numbers, and only families as names: ten thousand selected nodes are folded at every click.
 */
export function foldNames(names: readonly string[]): string {
  const families = new Map<string, Family>()
  for (const name of new Set(names)) {
    const match = /^(.*?)(\d{1,9})(\D*)$/.exec(name)
    const [, prefix = name, digits, suffix = ''] = match ?? []
    const padded = digits !== undefined && digits.length > 1 && digits.startsWith('0')
    const key = digits === undefined ? `=${name}` : `${prefix}\n${suffix}\n${padded ? digits.length : ''}`
    const family = families.get(key) ?? { prefix, suffix, digits: [] }
    if (digits !== undefined) family.digits.push(digits)
    families.set(key, family)
  }
  for (const { digits } of families.values()) digits.sort((a, b) => Number(a) - Number(b))
  return [...families.values()].sort((a, b) => byName(firstOf(a), firstOf(b))).map(toFolded).join(',')
}

const firstOf = ({ prefix, suffix, digits }: Family) => `${prefix}${digits[0] ?? ''}${suffix}`

function toFolded({ prefix, suffix, digits }: Family): string {
  if (digits.length < 2) return firstOf({ prefix, suffix, digits })
  const spans: [string, string][] = []
  for (const each of digits) {
    const last = spans.at(-1)
    if (last && Number(each) === Number(last[1]) + 1) last[1] = each
    else spans.push([each, each])
  }
  const ranges = spans.map(([from, to]) => (from === to ? from : `${from}-${to}`))
  return `${prefix}[${ranges.join(',')}]${suffix}`
}
