/** A name as literal text and numbers in turn: `r[1-3]u[01-10]`. */
export type NamePattern = readonly (string | { ranges: readonly NumberRange[] })[]
/** `width` is the number of digits when the range was written with leading zeros. */
type NumberRange = { from: number; to: number; step: number; width: number | null }

export type PatternProblem = 'unclosed-bracket' | 'bad-range'

/** `n[1-3,7]`, `r[1-3]u[01-10]`, and a name without brackets as itself. Ranges are never expanded, however wide. */
export function toNamePattern(name: string): NamePattern | PatternProblem {
  const pattern: (string | { ranges: NumberRange[] })[] = []
  let rest = name
  while (rest !== '') {
    const open = rest.indexOf('[')
    if (open === -1) {
      pattern.push(rest)
      break
    }
    const close = rest.indexOf(']', open)
    if (close === -1) return 'unclosed-bracket'
    if (open > 0) pattern.push(rest.slice(0, open))
    const ranges = rest.slice(open + 1, close).split(',').filter((each) => each.trim() !== '').map(toRange)
    if (ranges.length === 0 || ranges.includes(null)) return 'bad-range'
    pattern.push({ ranges: ranges.filter((range) => range !== null) })
    rest = rest.slice(close + 1)
  }
  return pattern
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
export function toSpan(name: string): NamePattern | null {
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

const countOf = ({ from, to, step }: NumberRange) => Math.floor((to - from) / step) + 1

function* numbersOf({ from, to, step, width }: NumberRange): Generator<string> {
  for (let value = from; value <= to; value += step) yield String(value).padStart(width ?? 0, '0')
}

/** Every name of a pattern in the order written, each once; null when there are more than `most`, of which none is made. */
export function toNames(pattern: NamePattern, most: number): string[] | null {
  const count = pattern.reduce((product, part) => product * (typeof part === 'string' ? 1 : part.ranges.reduce((sum, range) => sum + countOf(range), 0)), 1)
  if (count > most) return null
  let names = ['']
  for (const part of pattern) {
    const choices = typeof part === 'string' ? [part] : part.ranges.flatMap((range) => [...numbersOf(range)])
    names = names.flatMap((name) => choices.map((choice) => name + choice))
  }
  return [...new Set(names)]
}

const escape = (text: string) => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
const withWildcards = (text: string) => escape(text).replace(/\*+/g, '.*')

/** Whether a name is one of the pattern's; `*` in its text stands for anything. */
export function toNameMatcher(pattern: NamePattern): (name: string) => boolean {
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

/** Whether a value is this one; `*` stands for anything. */
export function toValueMatcher(value: string): (candidate: string) => boolean {
  if (!value.includes('*')) return (candidate) => candidate === value
  const expression = new RegExp(`^${withWildcards(value)}$`)
  return (candidate) => expression.test(candidate)
}
