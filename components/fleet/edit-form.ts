import type { BulkEdit, Place } from '#lib/domain/bulk-edit.ts'
import { byName } from '#lib/domain/natural-order.ts'

type Labels = 'groups' | 'tags'

/** What is to change on the selected nodes. Of a label that is not in the map, of null and of an empty position or list of attributes, all stays as it is. */
export type EditForm = { groups: ReadonlyMap<string, boolean>; tags: ReadonlyMap<string, boolean>; rack: string | null; position: string; attributes: string; protected: boolean | null }

export const untouched: EditForm = { groups: new Map(), tags: new Map(), rack: null, position: '', attributes: '', protected: null }

/** Takes the position away. */
const noPosition = '-'

const mostUnits = 100

/** What is sent of it; an empty rack means none. What cannot be read is left out: ask `problemsOf` before. */
export function toEdit({ groups, tags, rack, position, attributes, protected: shield }: EditForm): BulkEdit {
  const having = (labels: ReadonlyMap<string, boolean>, on: boolean) => [...labels].filter(([, wanted]) => wanted === on).map(([name]) => name)
  const lists = { addGroups: having(groups, true), removeGroups: having(groups, false), addTags: having(tags, true), removeTags: having(tags, false) }
  return {
    ...Object.fromEntries(Object.entries(lists).filter(([, names]) => names.length > 0)),
    ...(rack === null ? {} : { rack: rack.trim() === '' ? null : rack.trim() }),
    ...toPositionEdit(position.trim()),
    ...toAttributesEdit(attributes),
    ...(shield === null ? {} : { protected: shield }),
  }
}

export type EditProblem = 'position' | 'attributes'

export function problemsOf({ position, attributes }: Pick<EditForm, 'position' | 'attributes'>): EditProblem[] {
  const unit = position.trim()
  const isUnit = unit === '' || unit === noPosition || (/^\d{1,3}$/.test(unit) && Number(unit) <= mostUnits)
  return [...(isUnit ? [] : ['position' as const]), ...(toAttributes(attributes) === null ? ['attributes' as const] : [])]
}

function toPositionEdit(unit: string): Pick<BulkEdit, 'position'> {
  if (unit === '' || problemsOf({ position: unit, attributes: '' }).length > 0) return {}
  return { position: unit === noPosition ? null : Number(unit) }
}

function toAttributesEdit(text: string): Pick<BulkEdit, 'attributes'> {
  const attributes = toAttributes(text)
  return attributes === null || Object.keys(attributes).length === 0 ? {} : { attributes }
}

const longestKey = 63
const longestValue = 255

/** Lines of `key=value`, which set it, and of a `key` alone, which takes it away; null when a line is neither. */
function toAttributes(text: string): Record<string, string | null> | null {
  const lines = text.split('\n').map((line) => line.trim()).filter((line) => line !== '')
  const pairs = lines.map((line): [string, string | null] => {
    const at = line.indexOf('=')
    return at < 0 ? [line, null] : [line.slice(0, at).trim(), line.slice(at + 1).trim()]
  })
  const isWrong = pairs.some(([key, value]) => key === '' || key.length > longestKey || (value?.length ?? 0) > longestValue)
  return isWrong ? null : Object.fromEntries(pairs)
}

/** Every label of the fleet with how many of the chosen nodes have it. */
export function countLabels(chosen: readonly Place[], all: readonly Place[], field: Labels): { name: string; count: number }[] {
  const counts = new Map<string, number>(all.flatMap((node) => node[field].map((name) => [name, 0] as const)))
  for (const node of chosen) for (const name of node[field]) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].map(([name, count]) => ({ name, count })).sort((a, b) => byName(a.name, b.name))
}

export type LabelState = boolean | 'mixed'

const stateNow = (count: number, total: number): LabelState => (count === total ? true : count === 0 ? false : 'mixed')

/** How a label will be: as it was asked, else as it is. */
export const stateOf = (asked: boolean | undefined, count: number, total: number): LabelState => asked ?? stateNow(count, total)

/** What the next press asks for: on all, then on none, then as it is; undefined asks nothing. */
export function nextAsked(asked: boolean | undefined, count: number, total: number): boolean | undefined {
  const now = stateNow(count, total)
  if (asked === undefined) return now !== true
  return asked && now === 'mixed' ? false : undefined
}

/** The value that all have; undefined when they differ. */
export function commonOf<T>(values: readonly T[]): T | undefined {
  const [first] = values
  return values.every((value) => value === first) ? first : undefined
}
