import type { ServerResponse } from 'node:http'
import type { Link } from '../link.ts'
import type { Machine } from '../machine.ts'
import { describe } from './log-service.ts'
import type { Resource } from './resource.ts'

/** How an event stream can be of no use. */
export type StreamFault = 'page' | 'endless' | 'drip' | 'closes' | 'deaf'

/** The listeners of one BMC's event stream. */
export interface EventStream {
  serve: (response: ServerResponse) => void
  openCount: () => number
  /** How often somebody began to listen. */
  servedCount: () => number
  /** Cuts them, as a restart of the BMC does. */
  cut: () => void
}

/** What changes by itself, such as a temperature that passes its limit, is noticed so often. */
const lookEveryMs = 5_000
const dripMs = 1_000

/** Server-sent events (DSP0266 §13.6) of one machine: one for each change of its power, one for each new entry of its log. */
export function createEventStream(machine: Machine, link: Link): EventStream {
  const listeners = new Set<ServerResponse>()
  let unwatch: (() => void) | undefined
  let looking: NodeJS.Timeout | undefined
  let due: NodeJS.Timeout | undefined
  let power = machine.power()
  let lastEntry = 0
  let sent = 0
  let served = 0

  const newestEntry = () => machine.log.records().at(-1)?.id ?? 0

  function look(): void {
    clearTimeout(due)
    const now = machine.power()
    if (now !== power) send({ EventType: 'StatusChange', MessageId: 'ResourceEvent.1.0.ResourceChanged', Message: 'The power state has changed.' })
    power = now
    const entries = machine.log.records().filter(({ id }) => id > lastEntry)
    lastEntry = newestEntry()
    for (const record of entries) {
      const { message, severity } = describe(record)
      send({ EventType: 'Alert', MessageId: 'Event.1.0.Log', Message: message, Severity: severity })
    }
    const dueMs = machine.dueMs()
    if (dueMs !== undefined) due = setTimeout(look, Math.max(1, dueMs - machine.now())).unref()
  }

  function send(event: Resource): void {
    const { silent, eventStream } = link.faults()
    if (silent || eventStream === 'deaf') return
    sent += 1
    const id = String(sent)
    const data = { '@odata.type': '#Event.v1_7_0.Event', Id: id, Name: 'Event', Events: [{ EventId: id, Severity: 'OK', ...event }] }
    for (const response of listeners) response.write(`id: ${id}\ndata: ${JSON.stringify(data)}\n\n`)
  }

  function add(response: ServerResponse): void {
    listeners.add(response)
    power = machine.power()
    lastEntry = newestEntry()
    unwatch ??= machine.watch(look)
    looking ??= setInterval(look, lookEveryMs).unref()
    look()
    response.on('close', () => {
      listeners.delete(response)
      if (listeners.size > 0) return
      unwatch?.()
      clearInterval(looking)
      clearTimeout(due)
      unwatch = undefined
      looking = undefined
    })
  }

  return {
    serve(response) {
      served += 1
      const { eventStream: fault } = link.faults()
      if (fault === 'page') return void response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>Welcome</html>')
      response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' }).flushHeaders()
      if (fault === 'closes') return void response.end()
      if (fault === 'endless') return pour(response)
      if (fault === 'drip') return drip(response)
      add(response)
    },
    openCount: () => listeners.size,
    servedCount: () => served,
    cut() {
      for (const response of listeners) response.destroy()
    },
  }
}

/** One line without end, as fast as it is taken. */
function pour(response: ServerResponse): void {
  const piece = 'x'.repeat(16 * 1024)
  response.once('drain', () => pour(response))
  let hasRoom = !response.destroyed
  while (hasRoom) hasRoom = response.write(piece)
}

function drip(response: ServerResponse): void {
  const timer = setInterval(() => response.write('d'), dripMs).unref()
  response.on('close', () => clearInterval(timer))
}
