import { toNamePattern, toNames, toSpan, type PatternProblem } from './name-pattern.ts'

/** A cluster is added by one range and templates: `n[1-40]`, `{name}-ipmi.example.org` or `10.0.4.[1-40]`, rack `r{1}`, place `{2}`. */

export type TemplateProblem = { code: PatternProblem | 'too-many' | 'empty' | 'unknown-placeholder' | 'unequal'; text: string }

export const isTemplateProblem = (result: unknown): result is TemplateProblem => typeof result === 'object' && result !== null && 'code' in result

/** At the commas that stand outside brackets. */
const splitList = (text: string) => (text.match(/(?:\[[^\]]*\]?|[^,[])+/g) ?? []).map((part) => part.trim()).filter((part) => part !== '')

/** Every word of a list of ranges, in the order written: `n[1-3],gpu[01-02]`, `n1-n3`. */
function expand(text: string, most: number, withSpans: boolean): string[] | TemplateProblem {
  const words: string[] = []
  for (const part of splitList(text)) {
    const pattern = part.includes('[') ? toNamePattern(part) : ((withSpans ? toSpan(part) : null) ?? [part])
    if (typeof pattern === 'string') return { code: pattern, text: part }
    const more = toNames(pattern, most - words.length)
    if (more === null) return { code: 'too-many', text: part }
    words.push(...more)
  }
  return words.length === 0 ? { code: 'empty', text } : words
}

/** The names to add; each as often as it was written, so that a name that comes twice is noticed. */
export const expandNames = (text: string, most: number) => expand(text.toLowerCase(), most, true)

const placeholder = /\{([^{}]*)\}/g
/** An IPv4 address written with placeholders: its numbers have no leading zeros, whatever the names have. */
const isPlainAddress = (template: string) => /^[\d.]+$/.test(template.replace(placeholder, '').replace(/\[[^\]]*\]/g, '')) && template.includes('.')

function valueOf(key: string, name: string, plain: boolean): string | null {
  if (key === 'name') return name
  const [, index, offset] = /^(\d)(?:\s*([+-]\s*\d{1,9}))?$/.exec(key) ?? []
  const digits = index === undefined ? undefined : name.match(/\d+/g)?.[Number(index) - 1]
  if (digits === undefined) return null
  if (offset !== undefined) return String(Number(digits) + Number(offset.replace(/\s/g, '')))
  return plain ? String(Number(digits)) : digits
}

/**
 * Fills a template for a name: `{name}`, `{1}` the first number of the name as it is written there, `{2+100}` the second as a number and
 * 100 more. With `plain` numbers lose their leading zeros.
 */
export function fillTemplate(template: string, name: string, plain = isPlainAddress(template)): string | TemplateProblem {
  let problem: TemplateProblem | null = null
  const filled = template.replace(placeholder, (all, key: string) => {
    const value = valueOf(key.trim(), name, plain)
    if (value === null) problem ??= { code: 'unknown-placeholder', text: all }
    return value ?? all
  })
  return problem ?? filled
}

/** The address of each name, in their order: by placeholders, or by ranges that give as many addresses as there are names. */
export function expandAddresses(template: string, names: readonly string[]): (string | TemplateProblem)[] | TemplateProblem {
  if (!/[[,]/.test(template)) return names.map((name) => fillTemplate(template, name))
  const addresses = expand(template, names.length, false)
  if (isTemplateProblem(addresses)) return addresses.code === 'too-many' ? { code: 'unequal', text: template } : addresses
  return addresses.length === names.length ? addresses.map((address, index) => fillTemplate(address, names[index]!)) : { code: 'unequal', text: template }
}
