import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { config } from '#lib/config/environment.ts'

/** `node` (an id), `operation` (an id), `events` (a node's id), `work` (nothing), `session` (an id that has ended), `alerts` (nothing). See the migrations for who tells what. */
export type Notice = { channel: string; payload: string }

export type ListenOptions = {
  /** Called after every connection but the first: news of the time between is lost, so a reader reads again from its revision. */
  reconnected?: () => void
  /** Called with why the line broke. It is being mended; say it once, do not end. */
  lost?: (error: unknown) => void
  /** Default: DATABASE_URL. */
  url?: string
}

export type Listening = { ready: Promise<void>; close: () => Promise<void> }

const heartbeatMs = 10_000
const answerMs = 5_000
const backOffMs = [100, 250, 500, 1_000, 2_000, 5_000]

const isChannel = (name: string) => /^[a-z_]{1,40}$/.test(name)

/** A line that is silently dead (a firewall, a host that vanished) breaks nothing by itself: ask, and give up on it in time. */
async function untilBroken(client: Client, signal: AbortSignal): Promise<unknown> {
  const broken = new Promise<unknown>((resolve) => {
    client.once('error', resolve)
    client.once('end', () => resolve(new Error('the connection ended')))
    signal.addEventListener('abort', () => resolve(undefined), { once: true })
    // It may have been closed while the connection was being made: an event that has passed does not come again.
    if (signal.aborted) resolve(undefined)
  })
  const heart = setInterval(() => {
    const late = setTimeout(() => client.emit('error', new Error(`no answer in ${answerMs} ms`)), answerMs)
    client.query('SELECT 1').then(
      () => clearTimeout(late),
      () => clearTimeout(late),
    )
  }, heartbeatMs)
  try {
    return await broken
  } finally {
    clearInterval(heart)
  }
}

/**
 * Keeps one connection that listens on the channels, and mends it with a growing pause. `ready` resolves with the first connection
 * (it rejects only when closed before). What `onNotice` throws is not caught.
 */
export function listen(channels: readonly string[], onNotice: (notice: Notice) => void, options: ListenOptions = {}): Listening {
  const bad = channels.find((channel) => !isChannel(channel))
  if (bad !== undefined) throw new RangeError(`"${bad}" is not a channel`)
  const url = options.url ?? config().DATABASE_URL
  const stop = new AbortController()
  let connections = 0
  let failures = 0
  let settle = { resolve: () => {}, reject: (_error: Error) => {} }
  const ready = new Promise<void>((resolve, reject) => (settle = { resolve, reject }))
  ready.catch(() => {})

  async function hold(): Promise<void> {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: answerMs, keepAlive: true, application_name: 'baseboard listen' })
    client.on('error', () => {})
    client.on('notification', ({ channel, payload = '' }) => onNotice({ channel, payload }))
    try {
      await client.connect()
      for (const channel of channels) await client.query(`LISTEN "${channel}"`)
      failures = 0
      connections += 1
      if (connections === 1) settle.resolve()
      else options.reconnected?.()
      const error = await untilBroken(client, stop.signal)
      if (error !== undefined) options.lost?.(error)
    } finally {
      await Promise.race([client.end().catch(() => {}), sleep(500, undefined, { ref: false })])
    }
  }

  const running = (async () => {
    while (!stop.signal.aborted) {
      await hold().catch((error: unknown) => options.lost?.(error))
      if (stop.signal.aborted) break
      await sleep(backOffMs[Math.min(failures++, backOffMs.length - 1)], undefined, { signal: stop.signal }).catch(() => {})
    }
    settle.reject(new Error('closed before the first connection'))
  })()

  return {
    ready,
    async close() {
      stop.abort()
      await running
    },
  }
}
