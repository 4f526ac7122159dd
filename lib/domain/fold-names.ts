import { byName } from './natural-order.ts'

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
