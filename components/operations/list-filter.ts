import { operationKind, operationState } from '#lib/domain/operation.ts'
import type { OperationFilter } from '#lib/api/queries.ts'

/** What the page of operations shows: who, what, how it stands, on which node, and from which place backwards. */
export type ListFilter = Pick<OperationFilter, 'by' | 'node' | 'before'> & { kind?: (typeof operationKind.options)[number]; state?: (typeof operationState.options)[number] }

const isCursor = (text: string) => /^[\dT:.Z-]+_[0-9a-f-]{36}$/.test(text)
const isNode = (text: string) => /^[a-z0-9-]{1,63}$/.test(text)

/** The filter that an address asks for; what is none is left out. Pure. */
export function toListFilter(search: URLSearchParams): ListFilter {
  const text = (name: string) => search.get(name)?.trim() ?? ''
  const kind = operationKind.options.find((one) => one === text('kind'))
  const state = operationState.options.find((one) => one === text('state'))
  const [by, node, before] = [text('by'), text('node').toLowerCase(), text('before')]
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(state === undefined ? {} : { state }),
    ...(by === '' || by.length > 100 ? {} : { by }),
    ...(isNode(node) ? { node } : {}),
    ...(isCursor(before) ? { before } : {}),
  }
}

/** Whether it narrows what is shown: a place in the list does not. */
export const isNarrowed = (filter: ListFilter) => Object.keys(filter).some((key) => key !== 'before')
