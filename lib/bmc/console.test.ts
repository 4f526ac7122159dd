import { createSocket } from 'node:dgram'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startRack, type Rack } from '#simulator/rack.ts'
import { openConsole, type BmcConsole, type ConsoleEnd, type ConsoleOptions } from './console.ts'
import type { IpmiAccess } from './ipmi-access.ts'
import type { BmcTarget } from './target.ts'

let rack: Rack
let open: BmcConsole[] = []
beforeEach(async () => {
  rack = await startRack({ nodes: [{ name: 'n1', make: 'dell', persona: 'healthy', protocol: 'ipmi', faces: ['ipmi'] }] })
})
afterEach(async () => {
  await Promise.all(open.map((each) => each.close()))
  open = []
  await rack.close()
})

const node = () => rack.node('n1')

function target(ipmi: IpmiAccess = {}): BmcTarget {
  const { ports, username, password } = node().describe()
  return { address: 'bmc-of-n1', ip: '127.0.0.1', port: ports.ipmi!, username, password, pin: null, ipmi }
}

async function openOne(options: Partial<ConsoleOptions> = {}, ipmi?: IpmiAccess): Promise<{ console: BmcConsole; seen: () => string; ended: () => Promise<ConsoleEnd> }> {
  let text = ''
  let end: ConsoleEnd | undefined
  const console = await openConsole(target(ipmi), {
    onBytes: (bytes) => {
      text += bytes.toString('latin1')
    },
    onEnd: (reason) => {
      end = reason
    },
    ...options,
  })
  open.push(console)
  const ended = async () => {
    for (;;) {
      if (end !== undefined) return end
      await sleep(10)
    }
  }
  return { console, seen: () => text, ended }
}

const sessions = () => node().ipmi!.sessions.activeCount()

test('types, reads and leaves nothing behind', async () => {
  const { console, seen } = await openOne()
  expect(console.via).toBe('sol')
  expect(await console.write(Buffer.from('\r'))).toBe('accepted')
  while (!seen().includes('login: ')) await sleep(10)
  expect(sessions()).toBe(1)
  await console.close()
  expect(sessions()).toBe(0)
})

/** What a BMC does that serves its console at another port: here that port leads to the same one. */
async function forward(to: number): Promise<{ port: number; count: () => number; close: () => void }> {
  const front = createSocket('udp4')
  const back = createSocket('udp4')
  let client: { port: number; address: string } | undefined
  let count = 0
  front.on('message', (datagram, from) => {
    client = from
    count++
    back.send(datagram, to, '127.0.0.1')
  })
  back.on('message', (datagram) => client && front.send(datagram, client.port, client.address))
  await new Promise<void>((done) => front.bind(0, '127.0.0.1', done))
  return { port: front.address().port, count: () => count, close: () => [front, back].forEach((socket) => socket.close()) }
}

async function seesLogin({ console, seen }: Awaited<ReturnType<typeof openOne>>): Promise<void> {
  expect(await console.write(Buffer.from('\r'))).toBe('accepted')
  while (!seen().includes('login: ')) await sleep(10)
}

test('a console at another port of the BMC is opened there', async () => {
  const elsewhere = await forward(node().describe().ports.ipmi!)
  node().setFaults({ solPort: elsewhere.port })
  const opened = await openOne()
  expect(elsewhere.count()).toBeGreaterThan(0)
  expect(sessions(), 'none is left where it was').toBe(1)
  await seesLogin(opened)
  await opened.console.close()
  elsewhere.close()
})

test('a port for the console where nothing is is passed over, and not asked where the workaround is set', async () => {
  const elsewhere = await forward(node().describe().ports.ipmi!)
  elsewhere.close()
  node().setFaults({ solPort: elsewhere.port })
  const found = await openOne()
  await seesLogin(found)
  await found.console.close()
  const before = node().ipmi!.sessions.createdCount()
  await seesLogin(await openOne({}, { workarounds: new Set(['solport'] as const) }))
  expect(node().ipmi!.sessions.createdCount()).toBe(before + 1)
}, 20_000)

test.each([17, 3, 8, 12, 16, 2, 0] as const)('is protected as its session is: suite %d', async (suite) => {
  node().setFaults({ cipherSuites: [suite] })
  await seesLogin(await openOne({}, { cipherSuites: [suite] }))
})

test('packet sizes that cannot be are not believed', async () => {
  node().setFaults({ quirks: ['solpayloadsize'] })
  await seesLogin(await openOne())
})

test('a held console is console-busy, with the address that was typed, and leaves no session', async () => {
  const first = await openOne()
  await expect(openOne()).rejects.toMatchObject({ name: 'BmcError', kind: 'console-busy', message: expect.stringContaining('bmc-of-n1:') as string })
  expect(sessions()).toBe(1)
  await openOne({ takeOver: true })
  expect(await first.ended()).toMatchObject({ kind: 'taken' })
  expect(sessions()).toBe(1)
})

test('switched off at the BMC is unsupported, a wrong password is credentials', async () => {
  node().ipmi!.sol.parameters.set(1, Buffer.of(0))
  await expect(openOne()).rejects.toMatchObject({ kind: 'unsupported' })
  node().setPersona('wrong-password')
  await expect(openOne()).rejects.toMatchObject({ kind: 'credentials' })
})

test('a BMC that forgot us ends the session; one that falls silent is lost', async () => {
  const first = await openOne()
  node().restartBmc()
  expect(await first.ended()).toMatchObject({ kind: 'session-ended', text: expect.stringContaining('bmc-of-n1:') as string })
  const second = await openOne()
  node().setPersona('unreachable')
  expect(await second.ended()).toMatchObject({ kind: 'lost' })
  await expect(second.console.write(Buffer.from('x'))).rejects.toMatchObject({ name: 'BmcError', kind: 'unreachable' })
}, 40_000)

test('an aborted opening holds nothing', async () => {
  const abort = new AbortController()
  const opening = openOne({ signal: abort.signal })
  abort.abort()
  await expect(opening).rejects.toMatchObject({ name: 'BmcError' })
  expect(node().ipmi!.sol.holder()).toBe(0)
})
