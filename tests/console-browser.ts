import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocket } from 'ws'
import { consoleFrame, type ConsoleFrame, type ConsoleRequest } from '#lib/domain/console.ts'
import { createConsoleRelay, type ConsoleRelayOptions } from '../web/console-relay.ts'
import { until } from './conductor-rig.ts'

export type TestWeb = { port: number; site: string; close: () => Promise<void>; kill: () => void }

/** The part of web that upgrades, on a port of its own. */
export async function startWeb(options: Omit<ConsoleRelayOptions, 'door'>): Promise<TestWeb> {
  const relay = createConsoleRelay({ door: { proxies: [], dev: false }, ...options })
  const server = createServer((_, response) => response.writeHead(404).end())
  const sockets = new Set<import('node:net').Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  server.on('upgrade', relay.upgrade)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    site: `http://127.0.0.1:${port}`,
    kill() {
      for (const socket of sockets) socket.destroy()
    },
    async close() {
      await relay.close()
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

export type Browser = Awaited<ReturnType<typeof openBrowser>>

/** Opens a console as a page does. Rejects with the status of a refused handshake. */
export function openBrowser(web: TestWeb, target: string, protocols: string[], headers: Record<string, string>) {
  const line = new WebSocket(`ws://127.0.0.1:${web.port}${target}`, protocols, { headers, perMessageDeflate: false })
  const frames: ConsoleFrame[] = []
  const pictures: Buffer[] = []
  const chunks: Buffer[] = []
  let offset = 0
  let stream = ''
  let mark = 0
  let pictureNext = false
  let closedWith: number | null = null
  line.on('message', (data: Buffer, isBinary: boolean) => {
    if (isBinary) {
      if (pictureNext) pictures.push(data)
      else {
        chunks.push(data)
        offset += data.length
      }
      pictureNext = false
      return
    }
    const frame = consoleFrame.parse(JSON.parse(data.toString()))
    frames.push(frame)
    if (frame.type === 'screen' || frame.type === 'resume') [stream, offset] = [frame.stream, frame.offset]
    if (frame.type === 'mark' || frame.type === 'size') mark = frame.id
    pictureNext = frame.type === 'screen'
  })
  const browser = {
    line,
    frames,
    pictures,
    text: () => Buffer.concat(chunks).toString(),
    place: () => `?stream=${stream}&offset=${offset}&mark=${mark}`,
    closedWith: () => closedWith,
    last: <T extends ConsoleFrame['type']>(type: T) => frames.findLast((frame) => frame.type === type) as Extract<ConsoleFrame, { type: T }> | undefined,
    marks: () => frames.flatMap((frame) => (frame.type === 'mark' ? [frame.kind] : [])),
    type: (text: string) => line.send(Buffer.from(text)),
    ask: (request: ConsoleRequest) => line.send(JSON.stringify(request)),
    sees: (text: string | RegExp, ms = 15_000) => until(() => new RegExp(text).test(browser.text()), ms, `«${text}» on the console`),
    hasState: (state: string, ms = 15_000) => until(() => browser.last('state')?.state === state, ms, `the state ${state}`),
  }
  return new Promise<typeof browser>((resolve, reject) => {
    line.on('close', (code) => (closedWith = code))
    line.on('open', () => resolve(browser))
    line.on('error', reject)
    line.on('unexpected-response', (_, response) => {
      response.resume()
      reject(new Error(String(response.statusCode)))
    })
  })
}
