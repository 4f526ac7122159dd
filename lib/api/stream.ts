import type { QueryClient } from '@tanstack/react-query'
import type * as z from 'zod/mini'
import type { Node } from '#lib/domain/node.ts'
import type { NodeDetail, nodeList } from './contract.ts'
import { paths } from './paths.ts'
import { keys } from './queries.ts'
import { toChangedNodes, toEventNodeIds, toOperationId, toRemovedIds, toServerTime } from './stream-events.ts'

type NodeList = z.infer<typeof nodeList>

/** `live`: events arrive. `lost`: they did, or never could; `since` says from when nothing was heard (ms since 1970). */
export type StreamState = { state: 'connecting' | 'live'; since: null } | { state: 'lost'; since: number }

export type StreamOptions = {
  onState?: (state: StreamState) => void
  /** The server's clock minus ours, in ms: ages are told by the server's. */
  onClock?: (offsetMs: number) => void
  /** It broke off: the server is away, or no longer wants us. Which of the two, an EventSource does not tell. */
  onBroken?: () => void
}

const flushMs = 200
const streamEvents = ['open', 'hello', 'beat', 'nodes', 'removed', 'events', 'operation'] as const
/** Logs of a large fleet grow at any moment; a page asks for them no oftener than this. */
const eventsFlushMs = 1_000
/** The server sends something every 15 s: after two that did not come the line is dead, whatever the browser still believes. */
const deadAfterMs = 32_000
const firstRetryMs = 1_000
const longestRetryMs = 15_000

/** Puts changed rows into the list, each only if it is newer than what is there; new ones go to the end. Pure. */
export function mergeNodes(list: NodeList, changed: readonly Node[]): NodeList {
  const byId = new Map(changed.map((node) => [node.id, node]))
  const nodes = list.nodes.map((old) => {
    const fresh = byId.get(old.id)
    byId.delete(old.id)
    return fresh !== undefined && fresh.revision >= old.revision ? fresh : old
  })
  return { nodes: byId.size === 0 ? nodes : [...nodes, ...byId.values()] }
}

/** Takes removed nodes out of the list. Pure. */
export const withoutNodes = (list: NodeList, ids: ReadonlySet<string>): NodeList => ({
  nodes: list.nodes.filter((node) => !ids.has(node.id)),
})

/** When the probes were of which this row has the findings. */
const probesOf = ({ bmc }: Node): string => bmc.endpoints.map(({ facts }) => facts.probedAt ?? '').join()

/**
 * The page of a node has more than its row: what a probe found that it can do. After a new probe it is read again, not patched: patched it
 * would pass for fresh.
 */
function patchDetail(client: QueryClient, node: Node): void {
  const key = keys.node(node.name)
  const old = client.getQueryData<NodeDetail>(key)
  if (old === undefined || old.id !== node.id || node.revision < old.revision) return
  if (probesOf(old) === probesOf(node)) client.setQueryData<NodeDetail>(key, { ...old, maintenance: undefined, ...node })
  else void client.invalidateQueries({ queryKey: key, exact: true })
}

function patchCache(client: QueryClient, changed: readonly Node[], removed: ReadonlySet<string>): void {
  client.setQueryData<NodeList>(keys.nodes, (list) => {
    if (list === undefined) return undefined
    const kept = removed.size === 0 ? list : withoutNodes(list, removed)
    return changed.length === 0 ? kept : mergeNodes(kept, changed)
  })
  for (const node of changed) patchDetail(client, node)
}

/**
 * Reads again what shows events or the inventory of these nodes: the newest page, not the rows that somebody is reading.
 * A node whose name is not known here makes all of it be read.
 */
function readEventsAgain(client: QueryClient, ids: ReadonlySet<string>): void {
  const nodes = client.getQueryData<NodeList>(keys.nodes)?.nodes.filter(({ id }) => ids.has(id)) ?? []
  const names = new Set(nodes.map(({ name }) => name))
  const isAll = names.size < ids.size
  const isOfThese = (node: unknown) => isAll || node === null || (typeof node === 'string' && names.has(node))
  void client.invalidateQueries({ queryKey: [...keys.events, 'newest'], predicate: ({ queryKey }) => isOfThese(queryKey[2]) })
  void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === 'node' && queryKey[2] === 'inventory' && isOfThese(queryKey[1]) })
}

/**
 * Listens to `GET /api/stream` and keeps the query cache current: changed nodes are patched in (gathered for 200 ms, so that a
 * burst is one render), an operation is read again. After a gap everything is read again once. Gives the function that ends it.
 */
export function openStream(client: QueryClient, { onState, onClock, onBroken }: StreamOptions = {}): () => void {
  let source: EventSource | null = null
  let retryTimer: ReturnType<typeof setTimeout> | undefined
  let flushTimer: ReturnType<typeof setTimeout> | undefined
  let eventsTimer: ReturnType<typeof setTimeout> | undefined
  let deadTimer: ReturnType<typeof setTimeout> | undefined
  let retryMs = firstRetryMs
  let lostAt: number | null = null
  let hadGap = false
  let closed = false
  const changed = new Map<string, Node>()
  const removed = new Set<string>()
  const eventful = new Set<string>()

  const flush = () => {
    flushTimer = undefined
    patchCache(client, [...changed.values()], removed)
    changed.clear()
    removed.clear()
  }
  const flushEvents = () => {
    eventsTimer = undefined
    readEventsAgain(client, eventful)
    eventful.clear()
  }
  const flushSoon = () => {
    flushTimer ??= setTimeout(flush, flushMs)
  }

  const live = () => {
    retryMs = firstRetryMs
    lostAt = null
    onState?.({ state: 'live', since: null })
    if (!hadGap) return
    hadGap = false
    void client.invalidateQueries()
  }

  const lost = () => {
    hadGap = true
    lostAt ??= Date.now()
    onState?.({ state: 'lost', since: lostAt })
  }

  /** Something came: the line lives. When nothing more does, another is made. */
  const heard = () => {
    clearTimeout(deadTimer)
    deadTimer = setTimeout(() => {
      source?.close()
      lost()
      onBroken?.()
      connect()
    }, deadAfterMs)
  }

  function connect(): void {
    const opened = new EventSource(paths.stream())
    source = opened
    heard()
    opened.addEventListener('open', live)
    for (const name of streamEvents) opened.addEventListener(name, heard)
    for (const name of ['hello', 'beat']) {
      opened.addEventListener(name, ({ data }: MessageEvent<string>) => {
        const at = toServerTime(data)
        if (at !== null) onClock?.(at - Date.now())
      })
    }
    opened.addEventListener('nodes', ({ data }: MessageEvent<string>) => {
      for (const node of toChangedNodes(data)) {
        changed.set(node.id, node)
        removed.delete(node.id)
      }
      flushSoon()
    })
    opened.addEventListener('removed', ({ data }: MessageEvent<string>) => {
      for (const id of toRemovedIds(data)) {
        removed.add(id)
        changed.delete(id)
      }
      flushSoon()
    })
    opened.addEventListener('events', ({ data }: MessageEvent<string>) => {
      for (const id of toEventNodeIds(data)) eventful.add(id)
      eventsTimer ??= setTimeout(flushEvents, eventsFlushMs)
    })
    opened.addEventListener('operation', ({ data }: MessageEvent<string>) => {
      const id = toOperationId(data)
      if (id === null) return
      void client.invalidateQueries({ queryKey: keys.operation(id) })
      void client.invalidateQueries({ queryKey: keys.operations })
    })
    opened.addEventListener('error', () => {
      lost()
      onBroken?.()
      // The browser retries a broken connection by itself, and gives up on an answer that is not a stream (401, 503): that is ours.
      if (opened.readyState !== EventSource.CLOSED || closed) return
      clearTimeout(deadTimer)
      retryTimer = setTimeout(connect, retryMs)
      retryMs = Math.min(retryMs * 2, longestRetryMs)
    })
  }

  onState?.({ state: 'connecting', since: null })
  connect()
  return () => {
    closed = true
    source?.close()
    clearTimeout(retryTimer)
    clearTimeout(flushTimer)
    clearTimeout(eventsTimer)
    clearTimeout(deadTimer)
  }
}
