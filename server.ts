import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import https from 'node:https'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import next from 'next'
import { config, ConfigError, siteUrl, type Config } from '#lib/config/environment.ts'
import { relayFolderName } from '#lib/config/relay.ts'
import { startBudgets } from '#lib/data/budget-runner.ts'
import { startSchedules } from '#lib/data/schedule-runner.ts'
import { closeStreams } from '#lib/data/stream.ts'
import { database } from '#lib/db/client.ts'
import { createConsoleRelay } from './web/console-relay.ts'
import { prepare, refuse } from './web/front-door.ts'

/** web: hands requests to Next, with what must hold for all of them. It never opens a socket to a BMC. */

const stopWithinMs = 4_500
const dev = process.env.NODE_ENV !== 'production'

function createServer(settings: Config): http.Server {
  const options = { maxHeaderSize: 32 * 1024, connectionsCheckingInterval: 2_000 }
  const server =
    settings.TLS_CERT !== undefined && settings.TLS_KEY !== undefined
      ? https.createServer({ ...options, cert: readFileSync(settings.TLS_CERT), key: readFileSync(settings.TLS_KEY), minVersion: 'TLSv1.2' })
      : http.createServer(options)
  // Slow senders: the head within 10 s, the whole within 30 s. Node counts from the connection on.
  server.headersTimeout = 10_000
  server.requestTimeout = 30_000
  server.keepAliveTimeout = 60_000
  server.maxHeadersCount = 100
  return server
}

async function main(): Promise<void> {
  const settings = config()
  const door = { proxies: settings.TRUSTED_PROXY ?? [], dev }
  // Of the working directory, as Next's own build is.
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
  process.env['BASEBOARD_VERSION'] = version
  process.env['NEXT_TELEMETRY_DISABLED'] = '1'
  // next-auth may believe x-forwarded-host and -proto: they are ours.
  process.env['AUTH_TRUST_HOST'] = 'true'

  const server = createServer(settings)
  // Next listens to 'upgrade' by itself and answers beside us; this emitter is what it gets instead of the server.
  const nextUpgrades = new EventEmitter()
  const app = next({ dev, hostname: settings.HOST, port: settings.PORT, httpServer: nextUpgrades as unknown as http.Server })
  await app.prepare()
  const handle = app.getRequestHandler()

  // Next's own listeners only log, and would leave a process alive whose state nobody knows.
  process.removeAllListeners('uncaughtException')
  process.removeAllListeners('unhandledRejection')
  process.on('uncaughtException', (error) => {
    console.error('web: uncaught', error)
    process.exit(1)
  })
  process.on('unhandledRejection', (reason) => console.error('web: unhandled rejection', reason))

  server.on('request', (req: IncomingMessage, res: ServerResponse) => {
    if (!prepare(req, res, door)) return
    handle(req, res).catch((error: unknown) => {
      console.error(`web: ${req.headers['x-request-id'] as string}`, error)
      if (res.headersSent) res.destroy()
      else refuse(res, { status: 500, code: 'fault', message: 'something went wrong here' })
    })
  })
  const relay = createConsoleRelay({ door, folder: join(settings.DATA_DIR, relayFolderName) })
  server.on('upgrade', (req: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (dev && req.url?.startsWith('/_next/') === true) nextUpgrades.emit('upgrade', req, socket, head)
    else relay.upgrade(req, socket, head)
  })

  const complain = (text: string) => console.error(`web: ${text}`)
  const schedules = startSchedules(complain)
  const budgets = startBudgets(complain)
  let stopping = false
  async function stop(): Promise<void> {
    if (stopping) return
    stopping = true
    setTimeout(() => process.exit(1), stopWithinMs).unref()
    server.close()
    server.closeIdleConnections()
    await Promise.all([closeStreams(), relay.close(), schedules.stop(), budgets.stop()])
    setTimeout(() => server.closeAllConnections(), 1_000).unref()
    await new Promise<void>((resolve) => (server.listening ? server.once('close', resolve) : resolve()))
    await app.close()
    if (settings.DATABASE_URL !== undefined) await database().close()
    process.exit(0)
  }
  process.on('SIGTERM', () => void stop())
  process.on('SIGINT', () => void stop())
  if (settings.BASEBOARD_SUPERVISED) process.stdin.resume().on('end', () => void stop()).on('error', () => void stop())

  server.on('error', (error: NodeJS.ErrnoException) => {
    console.error(error.code === 'EADDRINUSE' ? `web: port ${settings.PORT} of ${settings.HOST} is in use: stop what holds it, or set PORT` : `web: ${error.message}`)
    process.exit(1)
  })
  server.listen(settings.PORT, settings.HOST, () => console.log(`web: ${siteUrl(settings)}`))
}

main().catch((error: unknown) => {
  const line = error instanceof ConfigError ? error.message : error instanceof Error && /production build/.test(error.message) ? 'there is no build: run npm run build' : error
  console.error('web:', line)
  process.exit(1)
})
