import { foldNames } from './fold-names.ts'
import { toNameMatcher, toNames } from './name-pattern.ts'
import { isProperty, type Selectable } from './node-properties.ts'
import type { Expression, Selection } from './selection.ts'

/** A fleet has fewer nodes; of a wider range some are missing for certain, and it is named whole. */
const mostNames = 20_000

/**
 * What a selection names and the fleet does not have, as it was typed: most likely slips of the pen. Of a range that is there in part,
 * the missing names alone; of `key=value` only a key that nothing has, because no node may well be off.
 */
export function findUnmatched({ expression }: Selection, nodes: readonly Selectable[]): string[] {
  const names = new Set(nodes.map(({ name }) => name))
  const groups = new Set(nodes.flatMap((node) => node.groups.map((group) => group.toLowerCase())))
  const attributes = new Set(nodes.flatMap((node) => Object.keys(node.attributes).map((key) => key.toLowerCase())))

  const missingNames = ({ pattern, text }: Extract<Expression, { kind: 'names' }>): string[] => {
    if (names.has(text) || groups.has(text)) return []
    if (text.includes('*')) return nodes.some(({ name }) => toNameMatcher(pattern)(name)) ? [] : [text]
    const all = toNames(pattern, mostNames)
    const missing = all?.filter((name) => !names.has(name))
    if (missing === undefined || missing.length === all?.length) return [text]
    return missing.length === 0 ? [] : [foldNames(missing)]
  }

  const visit = (each: Expression): string[] => {
    switch (each.kind) {
      case 'all':
        return each.of.flatMap(visit)
      case 'list':
        return each.terms.flatMap(({ of }) => visit(of))
      case 'names':
        return missingNames(each)
      case 'property':
        return isProperty(each.key) || attributes.has(each.key) ? [] : [`${each.key}=${each.value}`]
      case 'text':
      case 'expression':
        return []
    }
  }
  return visit(expression)
}
