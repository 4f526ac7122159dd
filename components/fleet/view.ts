import type { HealthLevel } from '#lib/domain/health.ts'
import { asOf } from '#lib/domain/as-of.ts'
import type { Node } from '#lib/domain/node.ts'
import { byName } from '#lib/domain/natural-order.ts'
import { parseSelection, toMatcher, type SelectionProblem } from '#lib/domain/selection.ts'

export const columns = ['name', 'rack', 'power', 'health', 'model', 'bmc', 'hottest', 'watts', 'seen'] as const
export type Column = (typeof columns)[number]
/** `trouble` is the order that the page opens with: what needs somebody first, then by name. */
export type Order = { by: Column | 'trouble'; descending: boolean }

export const facets = ['health', 'power', 'model', 'rack', 'group'] as const
export type Facet = (typeof facets)[number]

/** What the address says is shown: the box, the chips and the order. */
export type View = { text: string; chosen: Record<Facet, readonly string[]>; order: Order }

/** Reads a view from the query of the address; what it does not know is ignored. */
export function toView(search: URLSearchParams): View {
  const sort = search.get('sort') ?? ''
  const by = columns.find((column) => column === sort.replace(/^-/, ''))
  const chosen = (facet: Facet) => search.getAll(facet).filter((value) => value !== '')
  return {
    text: search.get('q') ?? '',
    chosen: { health: chosen('health'), power: chosen('power'), model: chosen('model'), rack: chosen('rack'), group: chosen('group') },
    order: by === undefined ? { by: 'trouble', descending: false } : { by, descending: sort.startsWith('-') },
  }
}

/** The query that says the same; empty for the view that the page opens with. */
export function toQuery(view: View): string {
  const search = new URLSearchParams()
  if (view.text !== '') search.set('q', view.text)
  for (const facet of facets) for (const value of view.chosen[facet]) search.append(facet, value)
  if (view.order.by !== 'trouble') search.set('sort', `${view.order.descending ? '-' : ''}${view.order.by}`)
  const text = search.toString()
  return text === '' ? '' : `?${text}`
}

/** Of no kind anything is chosen. */
export const nothingChosen: View['chosen'] = { health: [], power: [], model: [], rack: [], group: [] }

/** The values by which a chip filters a node at a moment. */
function valuesOf(node: Node, facet: Facet, nowMs: number): readonly string[] {
  switch (facet) {
    case 'health':
      return [asOf(node, nowMs).health.level]
    case 'power':
      return [asOf(node, nowMs).power]
    case 'model':
      return node.identity.model === undefined ? [] : [node.identity.model]
    case 'rack':
      return node.rack === null ? [] : [node.rack]
    case 'group':
      return node.groups
  }
}

const levelOrder: readonly string[] = ['critical', 'warning', 'unknown', 'ok']
const byLevel = (a: string, b: string) => levelOrder.indexOf(a) - levelOrder.indexOf(b)

/** What a chip offers: each value of the fleet with how many nodes have it, most first; health from worst to best. */
export function countFacet(nodes: readonly Node[], facet: Facet, nowMs: number): { value: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const node of nodes) for (const value of valuesOf(node, facet, nowMs)) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => (facet === 'health' ? byLevel(a.value, b.value) : b.count - a.count || byName(a.value, b.value)))
}

/** How much a node needs somebody: a fault seen now before one that cannot be seen, silence before health. */
function troubleOf(node: Node, level: HealthLevel): number {
  if (level === 'critical') return 5
  if (level === 'warning') return 4
  if (node.bmc.state === 'failed') return 3
  return level === 'unknown' ? 2 : 0
}

/** Places of names in natural order, by node id. Comparing ten thousand names takes long; this is done again only when one changes. */
export function createNameRanks(): (nodes: readonly Node[]) => ReadonlyMap<string, number> {
  let known: readonly Node[] = []
  let ranks: ReadonlyMap<string, number> = new Map()
  return (nodes) => {
    const same = nodes.length === known.length && nodes.every((node, index) => node.id === known[index]?.id && node.name === known[index]?.name)
    known = nodes
    if (!same) {
      const sorted = [...nodes].sort((a, b) => byName(a.name, b.name))
      ranks = new Map(sorted.map((node, index) => [node.id, index]))
    }
    return ranks
  }
}

type SortKey = number | string | null

function toSortKey(node: Node, by: Order['by'], nowMs: number): SortKey {
  switch (by) {
    case 'trouble':
      return -troubleOf(node, asOf(node, nowMs).health.level)
    case 'name':
      return 0
    case 'rack':
      return node.rack
    case 'power':
      return asOf(node, nowMs).power
    case 'health':
      return -troubleOf(node, asOf(node, nowMs).health.level)
    case 'model':
      return node.identity.model?.toLowerCase() ?? null
    case 'bmc':
      return node.bmc.address.toLowerCase()
    case 'hottest':
      return node.bmc.state === 'ok' ? (node.hottest?.reading ?? null) : null
    case 'watts':
      return node.bmc.state === 'ok' ? node.watts : null
    case 'seen':
      return node.seenAt === null ? null : -Date.parse(node.seenAt)
  }
}

function compareKeys(a: SortKey, b: SortKey, sign: number): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  if (typeof a === 'number' && typeof b === 'number') return sign * (a - b)
  return sign * byName(String(a), String(b))
}

/** Within a rack from the top down, as one stands before it; those without a place last. */
const byPosition = (a: Node, b: Node) => (b.position ?? -1) - (a.position ?? -1)

/** The rows in an order; nodes without a value stand last in either direction, equals stand by name. */
export function sortNodes(nodes: readonly Node[], order: Order, ranks: ReadonlyMap<string, number>, nowMs: number): Node[] {
  const sign = order.descending ? -1 : 1
  const keyed = nodes.map((node) => ({ node, key: toSortKey(node, order.by, nowMs), rank: ranks.get(node.id) ?? 0 }))
  const nameSign = order.by === 'name' ? sign : 1
  const inRack = order.by === 'rack' ? byPosition : () => 0
  return keyed.sort((a, b) => compareKeys(a.key, b.key, sign) || inRack(a.node, b.node) || nameSign * (a.rank - b.rank)).map(({ node }) => node)
}

/** The nodes that a view shows, unordered, and what could not be read in its box. */
export function filterNodes(nodes: readonly Node[], view: View, nowMs: number): { nodes: Node[]; problem: SelectionProblem | null } {
  const selection = parseSelection(view.text)
  const matches = toMatcher(selection, nowMs)
  const active = facets.filter((facet) => view.chosen[facet].length > 0)
  const kept = nodes.filter(
    (node) =>
      active.every((facet) => valuesOf(node, facet, nowMs).some((value) => view.chosen[facet].includes(value))) && matches(node),
  )
  return { nodes: kept, problem: selection.problem }
}

/** The five figures above the rows. Only what is fresh counts: a silent node adds no watts and no heat. */
export type Figures = {
  total: number
  on: number
  off: number
  changing: number
  unreachable: number
  unknown: number
  byHealth: Record<HealthLevel, number>
  watts: number
  wattsFrom: number
  hottest: { node: string; name: string; reading: number; health: HealthLevel } | null
  latencyMs: number | null
}

export function toFigures(nodes: readonly Node[], nowMs: number): Figures {
  const figures: Figures = {
    total: nodes.length,
    on: 0,
    off: 0,
    changing: 0,
    unreachable: 0,
    unknown: 0,
    byHealth: { ok: 0, warning: 0, critical: 0, unknown: 0 },
    watts: 0,
    wattsFrom: 0,
    hottest: null,
    latencyMs: null,
  }
  const latencies: number[] = []
  for (const node of nodes) addNode(figures, latencies, node, nowMs)
  latencies.sort((a, b) => a - b)
  return { ...figures, latencyMs: latencies[Math.floor(latencies.length / 2)] ?? null }
}

function addNode(figures: Figures, latencies: number[], node: Node, nowMs: number): void {
  const { power, health } = asOf(node, nowMs)
  figures.byHealth[health.level] += 1
  if (node.bmc.state === 'failed') figures.unreachable += 1
  else if (power === 'on') figures.on += 1
  else if (power === 'off') figures.off += 1
  else if (power === 'unknown') figures.unknown += 1
  else figures.changing += 1
  if (node.bmc.state === 'ok' && node.bmc.latencyMs !== null) latencies.push(node.bmc.latencyMs)
  if (health.level === 'unknown') return
  if (node.watts !== null) {
    figures.watts += node.watts
    figures.wattsFrom += 1
  }
  if (node.hottest !== null && node.hottest.reading > (figures.hottest?.reading ?? -Infinity)) {
    figures.hottest = { node: node.name, ...node.hottest }
  }
}

/** The full length of the watt bars: the next round figure above the thirstiest node, so that it seldom changes. */
export function toWattScale(nodes: readonly Node[]): number {
  const most = nodes.reduce((max, node) => Math.max(max, node.watts ?? 0), 0)
  const steps = [100, 200, 500, 1000, 2000, 3000, 5000, 10_000, 20_000, 50_000]
  return steps.find((step) => step >= most) ?? most
}
