import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import { stillSignedIn } from '#lib/auth/session.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { DatabaseAway } from '#lib/db/away.ts'
import { database } from '#lib/db/client.ts'
import { listen, type Listening, type Notice } from '#lib/db/listen.ts'
import { listNodesById } from '#lib/db/nodes.ts'
import { demand } from './permission.ts'

/**
 * News for open pages: one line to Postgres per process, its notices gathered for a moment, each changed row read once and sent to
 * all. Whoever may not be here any more is cut off at once; whoever reads too slowly is too, and reads everything anew when it returns.
 */

const gatherMs = 250
/** Five hundred steps move within a second: pages read their operation about twice in it. */
const operationEveryMs = 500
const heartbeatMs = 15_000
const recheckMs = 60_000
const readyMs = 5_000
const queueBytes = 8 * 1024 * 1024
const perPerson = 64
const nodesPerEvent = 500

type Viewer = { user: SignedInUser; send: (text: string) => void; end: () => void }
type Hub = {
  viewers: Set<Viewer>
  listening: Listening
  nodes: Set<string>
  operations: Set<string>
  /** Operations that were told of lately, and when that was. */
  told: Map<string, number>
  /** Nodes whose events or inventory are new. */
  events: Set<string>
  gathering: NodeJS.Timeout | null
  timers: NodeJS.Timeout[]
}

/** Only globalThis is shared between Next's copy of this module and that of server.ts, which closes it. */
const shared = globalThis as typeof globalThis & { baseboardStreams?: Hub }

const event = (name: string, data: unknown) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`

/** Those that may be told of again; the others wait for the next flush. */
function takeOperations(hub: Hub): string[] {
  const nowMs = performance.now()
  for (const [id, atMs] of hub.told) if (nowMs - atMs >= operationEveryMs) hub.told.delete(id)
  const ready = [...hub.operations].filter((id) => !hub.told.has(id))
  for (const id of ready) {
    hub.operations.delete(id)
    hub.told.set(id, nowMs)
  }
  if (hub.operations.size > 0) flushSoon(hub)
  return ready
}

function flushSoon(hub: Hub): void {
  hub.gathering ??= setTimeout(() => void flush(hub).catch(() => endAll(hub)), gatherMs)
}

async function flush(hub: Hub): Promise<void> {
  hub.gathering = null
  const ids = [...hub.nodes]
  const operations = takeOperations(hub)
  const events = [...hub.events]
  hub.nodes.clear()
  hub.events.clear()
  const nodes = ids.length === 0 || hub.viewers.size === 0 ? [] : await listNodesById(ids)
  const there = new Set(nodes.map((node) => node.id))
  const removed = ids.filter((id) => !there.has(id))
  let text = ''
  for (let at = 0; at < nodes.length; at += nodesPerEvent) text += event('nodes', { nodes: nodes.slice(at, at + nodesPerEvent) })
  if (removed.length > 0) text += event('removed', { ids: removed })
  for (const id of operations) text += event('operation', { id })
  if (events.length > 0) text += event('events', { nodes: events })
  if (text !== '') for (const viewer of hub.viewers) viewer.send(text)
}

/** Ends the viewers that may no longer be here; one whose rights cannot be looked up ends too. */
async function recheck(viewers: Viewer[]): Promise<void> {
  for (const viewer of viewers) {
    const now = await stillSignedIn(viewer.user).catch(() => null)
    if (now === null) viewer.end()
    else viewer.user = now
  }
}

function onNotice(hub: Hub, { channel, payload }: Notice): void {
  if (channel === 'session') {
    void recheck([...hub.viewers].filter(({ user }) => user.id === payload || user.sessionId === payload))
    return
  }
  ;(channel === 'node' ? hub.nodes : channel === 'events' ? hub.events : hub.operations).add(payload)
  flushSoon(hub)
}

/** What was missed cannot be told apart from what was not: everyone comes back and reads anew. */
const endAll = (hub: Hub) => {
  for (const viewer of hub.viewers) viewer.end()
}

function startHub(): Hub {
  const hub = { viewers: new Set<Viewer>(), nodes: new Set<string>(), operations: new Set<string>(), told: new Map<string, number>(), events: new Set<string>(), gathering: null } as unknown as Hub
  hub.listening = listen(['node', 'operation', 'events', 'session'], (notice) => onNotice(hub, notice), { url: database().url, lost: () => endAll(hub) })
  const beat = setInterval(() => {
    // An event and no comment: a page cannot see comments, and must notice a line that died without a word.
    const text = event('beat', { now: new Date().toISOString() })
    for (const viewer of hub.viewers) viewer.send(text)
  }, heartbeatMs)
  const recheckAll = setInterval(() => void recheck([...hub.viewers]), recheckMs)
  hub.timers = [beat.unref(), recheckAll.unref()]
  return hub
}

async function demandReady(hub: Hub): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(new DatabaseAway('no line for news')), readyMs)))
  await Promise.race([hub.listening.ready, late]).finally(() => clearTimeout(timer))
}

/** The stream of one page, as bytes of `text/event-stream`. `signal` is the request's: it fires when the browser is gone. */
export async function openStream(user: SignedInUser, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  await demand(user, 'read')
  const hub = (shared.baseboardStreams ??= startHub())
  if ([...hub.viewers].filter((viewer) => viewer.user.id === user.id).length >= perPerson) {
    throw new BaseboardError('too-many-streams', 429, `${perPerson} streams of ${user.name} are open already`)
  }
  await demandReady(hub)
  const encoder = new TextEncoder()
  let end = (_finish?: () => void) => {}
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const viewer: Viewer = {
          user,
          send(text) {
            if (!hub.viewers.has(viewer)) return
            controller.enqueue(encoder.encode(text))
            // Too slow: what waits is thrown away with the stream.
            if ((controller.desiredSize ?? 0) < 0) end(() => controller.error(new Error('the reader is too slow')))
          },
          end: () => end(),
        }
        const gone = () => end(() => {})
        end = (finish = () => controller.close()) => {
          if (!hub.viewers.delete(viewer)) return
          signal.removeEventListener('abort', gone)
          finish()
        }
        hub.viewers.add(viewer)
        signal.addEventListener('abort', gone, { once: true })
        if (signal.aborted) return gone()
        viewer.send(`retry: 2000\n${event('hello', { now: new Date().toISOString() })}`)
        // A right that ended while this was being set up told nobody: look once more now that the viewer can be found.
        void recheck([viewer])
      },
      cancel: () => end(() => {}),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: queueBytes }),
  )
}

/** Ends every stream and the line to Postgres: for the stop of the process. */
export async function closeStreams(): Promise<void> {
  const hub = shared.baseboardStreams
  shared.baseboardStreams = undefined
  if (hub === undefined) return
  for (const timer of [...hub.timers, hub.gathering]) if (timer !== null) clearInterval(timer)
  endAll(hub)
  await hub.listening.close()
}
