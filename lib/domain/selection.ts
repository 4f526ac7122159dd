import { toNameMatcher, toNamePattern, toSpan, toValueMatcher, type NamePattern, type PatternProblem } from './name-pattern.ts'
import { valuesOf, type Selectable } from './node-properties.ts'
import { toSafeExpression } from './safe-expression.ts'

export type { Selectable } from './node-properties.ts'

/**
 * What an operator types to mean a set of nodes, in the filter box, the API and the command line: a noderange as in confluent,
 * ClusterShell and FreeIPMI, with words between spaces that must all hold.
 *
 *   gpu              nodes whose name or BMC address contains it (in the filter box; elsewhere a name)
 *   n1,n3,rack1      in a list: exactly these names, or these groups       n[1-20]  n1-n5  n1:n5  n[1:200:2]  r[1-3]u[01-10]
 *   key=value        a property; * stands for anything                     ~r[12]u  names in which the regular expression is found
 *   a,b   a,-b  -b   union, minus, everything but b                        a@b      both        ( )  first what is inside
 *
 * Operators are taken from left to right, as confluent does. The parser gives a value and not a predicate, and expands nothing.
 */
export type Expression =
  | { kind: 'text'; text: string }
  | { kind: 'names'; pattern: NamePattern; text: string }
  | { kind: 'property'; key: string; value: string }
  | { kind: 'expression'; expression: RegExp }
  | { kind: 'list'; terms: readonly Term[] }
  | { kind: 'all'; of: readonly Expression[] }
type Operator = 'or' | 'minus' | 'and'
type Term = { operator: Operator; of: Expression }

export type SelectionProblemCode = PatternProblem | 'unclosed-quote' | 'unclosed-parenthesis' | 'unopened-parenthesis' | 'bad-expression' | 'unfinished'
/** What cannot be read, and where it begins: `at` counts characters from 0. */
export type SelectionProblem = { code: SelectionProblemCode; text: string; at: number }
export type Selection = { expression: Expression; problem: SelectionProblem | null }

/** What is typed beyond it is not read: where something is done to the nodes, a longer text must be refused. */
export const maxSelectionLength = 4096
const maxDepth = 32

/**
 * Reads what was typed. Never throws: what cannot be read is named in `problem`, and the rest still filters. With `exact` a lone word is
 * a name and not a part of one, as it must be wherever something is done to the nodes; and what is not yet typed to its end, which
 * filters nothing (`power=`, `gpu@`), is a problem, because more nodes would be meant than was thought.
 */
export function parseSelection(text: string, { exact = false } = {}): Selection {
  const parser = new Parser(text.slice(0, maxSelectionLength), exact)
  const of = parser.words(exact, 0)
  return { expression: { kind: 'all', of }, problem: parser.problem }
}

/** Whether nothing was typed that narrows: it means every node. */
export const isEverything = ({ expression }: Selection) => expression.kind === 'all' && expression.of.length === 0

/** What one word of the text is made of, before it is known whether it is a list. */
type Piece = { operator: Operator; text: string; at: number } | { operator: Operator; of: readonly Expression[] }

class Parser {
  problem: SelectionProblem | null = null
  #text: string
  #exact: boolean
  #at = 0

  constructor(text: string, exact: boolean) {
    this.#text = text
    this.#exact = exact
  }

  /** Words up to the end, or up to the parenthesis that ends them. */
  words(inList: boolean, depth: number): Expression[] {
    const all: Expression[] = []
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at]!
      if (character === ')' && depth > 0) break
      if (character === ')') this.#fail('unopened-parenthesis', this.#text, this.#at)
      if (character === ')' || /\s/.test(character)) this.#at += 1
      else all.push(...this.#word(inList, depth))
    }
    return all
  }

  #word(inList: boolean, depth: number): Expression[] {
    const pieces: Piece[] = []
    let isList = inList
    const from = this.#at
    let operator: Operator = 'or'
    while (this.#at < this.#text.length && !/[\s)]/.test(this.#text[this.#at]!)) {
      const next = this.#operator(pieces.length === 0)
      if (next !== null) {
        if (operator !== 'or') this.#unfinished(from)
        operator = next
        isList = true
        continue
      }
      if (this.#text[this.#at] === '(') pieces.push({ operator, of: this.#parenthesis(depth) })
      else pieces.push({ operator, at: this.#at, text: this.#atomText() })
      operator = 'or'
    }
    if (operator !== 'or') this.#unfinished(from)
    const terms = pieces.flatMap((piece) => {
      const of = 'of' in piece ? ({ kind: 'all', of: piece.of } as const) : this.#atom(piece, isList)
      if (of === null && 'at' in piece) this.#unfinished(piece.at)
      return of === null ? [] : [{ operator: piece.operator, of }]
    })
    if (terms.length === 0) return []
    return terms.length === 1 && terms[0]!.operator === 'or' ? [terms[0]!.of] : [{ kind: 'list', terms }]
  }

  /** `,` `,-` `@` `@-` and, where a word begins, `-`. */
  #operator(isFirst: boolean): Operator | null {
    const [sign, operator] =
      ([[',-', 'minus'], ['@-', 'minus'], [',@', 'and'], [',', 'or'], ['@', 'and']] as const).find(([each]) => this.#text.startsWith(each, this.#at)) ?? ['', null]
    if (operator === null && isFirst && this.#text[this.#at] === '-') {
      this.#at += 1
      return 'minus'
    }
    this.#at += sign.length
    return operator
  }

  #parenthesis(depth: number): Expression[] {
    const from = this.#at
    this.#at += 1
    if (depth >= maxDepth) {
      this.#fail('unclosed-parenthesis', this.#text.slice(from), from)
      this.#at = this.#text.length
      return []
    }
    const inside = this.words(true, depth + 1)
    if (this.#text[this.#at] === ')') this.#at += 1
    else this.#fail('unclosed-parenthesis', this.#text.slice(from), from)
    if (inside.length === 0) this.#unfinished(from)
    return inside
  }

  /** Up to the next operator, space or parenthesis outside quotes and brackets; of a regular expression its parentheses are part. */
  #atomText(): string {
    const from = this.#at
    const isExpression = this.#text[from] === '~'
    const closing: Record<string, string> = isExpression ? { '[': ']', '{': '}', '(': ')' } : { '[': ']' }
    const open: string[] = []
    let quoted = false
    for (; this.#at < this.#text.length; this.#at += 1) {
      const character = this.#text[this.#at]!
      if (isExpression && character === '\\') this.#at += 1
      else if (character === '"') quoted = !quoted
      else if (quoted) continue
      else if (character === open.at(-1)) open.pop()
      else if (closing[character] !== undefined) open.push(closing[character])
      else if (open.length === 0 && /[\s,@()]/.test(character)) break
    }
    if (quoted) this.#fail('unclosed-quote', this.#text.slice(from), from)
    return this.#text.slice(from, this.#at)
  }

  #atom({ text: part, at }: { text: string; at: number }, inList: boolean): Expression | null {
    if (part.startsWith('~')) return this.#expression(unquote(part.slice(1)), at)
    const equals = part.indexOf('=')
    if (equals > 0) {
      const value = unquote(part.slice(equals + 1))
      return value === '' ? null : { kind: 'property', key: part.slice(0, equals).toLowerCase(), value: value.toLowerCase() }
    }
    const name = unquote(part).toLowerCase()
    if (name === '') return null
    if (name.includes('[')) return this.#bracketed(name, at)
    const pattern = toSpan(name)
    if (pattern) return { kind: 'names', pattern, text: name }
    return inList ? { kind: 'names', pattern: [name], text: name } : { kind: 'text', text: name }
  }

  #expression(source: string, at: number): Expression | null {
    const expression = toSafeExpression(source)
    if (expression === null && source !== '') this.#fail('bad-expression', source, at)
    return expression && { kind: 'expression', expression }
  }

  /** While a bracket is still open, what stands before it filters as text. */
  #bracketed(name: string, at: number): Expression | null {
    const pattern = toNamePattern(name)
    if (typeof pattern !== 'string') return { kind: 'names', pattern, text: name }
    this.#fail(pattern, name, at)
    return pattern === 'unclosed-bracket' ? { kind: 'text', text: name.slice(0, name.indexOf('[')) } : null
  }

  #unfinished(at: number): void {
    if (this.#exact) this.#fail('unfinished', this.#text.slice(at), at)
  }

  #fail(code: SelectionProblemCode, text: string, at: number): void {
    this.problem ??= { code, text, at }
  }
}

const unquote = (text: string) => text.replaceAll('"', '')

type Matcher = (node: Selectable) => boolean

/** A predicate for a selection at a moment: stale power and health count as unknown, as the page shows them. */
export function toMatcher(selection: Selection, nowMs: number): Matcher {
  return toExpressionMatcher(selection.expression, nowMs)
}

/** The same for a range that was kept; one that cannot be read any more has no nodes. */
export function toRangeMatcher(range: string, nowMs: number): Matcher {
  const selection = parseSelection(range, { exact: true })
  return selection.problem === null ? toMatcher(selection, nowMs) : () => false
}

function toExpressionMatcher(expression: Expression, nowMs: number): Matcher {
  switch (expression.kind) {
    case 'text':
      return (node) => node.name.includes(expression.text) || node.bmc.address.toLowerCase().includes(expression.text)
    case 'names': {
      const matches = toNameMatcher(expression.pattern)
      return (node) => node.name === expression.text || matches(node.name) || node.groups.some((group) => group.toLowerCase() === expression.text)
    }
    case 'property': {
      const matches = toValueMatcher(expression.value)
      return (node) => valuesOf(node, expression.key, nowMs).some((value) => matches(value.toLowerCase()))
    }
    case 'expression':
      return (node) => expression.expression.test(node.name)
    case 'all': {
      const every = expression.of.map((each) => toExpressionMatcher(each, nowMs))
      return (node) => every.every((matches) => matches(node))
    }
    case 'list':
      return toListMatcher(expression.terms.map(({ operator, of }) => ({ operator, matches: toExpressionMatcher(of, nowMs) })))
  }
}

/** From left to right; a list that begins with a minus begins with every node. */
function toListMatcher(terms: readonly { operator: Operator; matches: Matcher }[]): Matcher {
  const startsFull = terms[0]?.operator === 'minus'
  return (node) =>
    terms.reduce((isIn, { operator, matches }) => {
      if (operator === 'or') return isIn || matches(node)
      return isIn && matches(node) === (operator === 'and')
    }, startsFull)
}
