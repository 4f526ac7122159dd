import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, describe, expect, test } from 'vitest'
import { getChassisStatus } from '#lib/ipmi/commands/chassis.ts'
import { openSession, type OpenOptions } from '#lib/ipmi/connect.ts'
import { decodeSdrs } from '#lib/ipmi/sdr/record.ts'
import { readSdrRepository } from '#lib/ipmi/sdr/repository.ts'
import { readSensors } from '#lib/ipmi/sensor/read.ts'
import type { IpmiSession } from '#lib/ipmi/session.ts'
import type { SimulatedNode } from '../node.ts'
import type { PersonaName } from '../personas.ts'
import { startRack } from '../rack.ts'

// Our client against BMCs and networks that misbehave (checklist 7, and the reliability figures of the same list).

const opened: { close: () => unknown }[] = []
afterEach(async () => {
  for (const each of opened.splice(0).toReversed()) await each.close()
})

async function startNodes(...personas: PersonaName[]): Promise<readonly SimulatedNode[]> {
  const nodes = personas.map((persona, i) => ({ name: `n${i}`, make: 'dell', persona, protocol: 'ipmi', faces: ['ipmi'] }) as const)
  const rack = await startRack({ nodes })
  opened.push(rack)
  return rack.nodes
}

async function open(node: SimulatedNode, options?: OpenOptions): Promise<IpmiSession> {
  const { address: host, ports, username, password } = node.describe()
  const session = await openSession({ host, port: ports.ipmi!, username, password, cipherSuites: [3] }, options)
  opened.push(session)
  return session
}

async function readAll(session: IpmiSession) {
  const { records } = decodeSdrs((await readSdrRepository(session)).raw)
  return readSensors(session, records)
}

describe('a network that', () => {
  test.each(['duplicates', 'reorders'] as const)('%s packets: every answer goes to its question', async (persona) => {
    const [healthy, odd] = await startNodes('healthy', persona)
    const [straight, crooked] = [await open(healthy!), await open(odd!, { window: 4 })]
    const names = (values: Awaited<ReturnType<typeof readAll>>) => values.map(({ number, name, kind, unit }) => [number, name, kind, unit])
    expect(names(await readAll(crooked))).toEqual(names(await readAll(straight)))
    if (persona === 'duplicates') expect(crooked.counters.replayed).toBeGreaterThan(0)
    expect(crooked.counters).toMatchObject({ forged: 0 })
  }, 30_000)

  test('refuses by ICMP, in a storm: who is refused is told so, and a live session beside it does not notice', async () => {
    const [healthy] = await startNodes('healthy')
    const session = await open(healthy!)
    const closed = await Promise.all(Array.from({ length: 40 }, closedPort))
    const logins = closed.map((port) => openSession({ host: '127.0.0.1', port, username: 'admin', password: 'x' }))
    const outcomes = Promise.allSettled(logins)
    for (let i = 0; i < 20; i++) expect(await session.send(getChassisStatus, undefined)).toMatchObject({ isPowerOn: true })
    const kinds = (await outcomes).map((outcome) => (outcome.status === 'rejected' ? (outcome.reason as { kind: string }).kind : 'open'))
    expect(new Set(kinds)).toEqual(new Set(['refused']))
    expect(session.isOpen).toBe(true)
  }, 30_000)
})

describe('a BMC that', () => {
  test('hangs within the walk through its SDRs: the session is given up, with an error of its own', async () => {
    const [node] = await startNodes('hangs-in-sdr')
    const session = await open(node!, { timeoutMs: 500 })
    await expect(readAll(session)).rejects.toMatchObject({ kind: 'session-lost' })
    expect(session.isOpen).toBe(false)
  }, 60_000)

  test('restarts within a sweep: the next login is let in, and reads to the end', async () => {
    const [node] = await startNodes('restarts-often')
    const first = await open(node!, { timeoutMs: 500 })
    const { records } = decodeSdrs((await readSdrRepository(first)).raw)
    const sweep = async () => {
      for (;;) await readSensors(first, records)
    }
    await expect(sweep()).rejects.toMatchObject({ kind: 'session-lost' })
    const again = await open(node!)
    const values = await readSensors(again, records)
    expect(values.filter(({ available }) => available).length).toBeGreaterThan(0)
    expect(values).toHaveLength(node!.machine.sensors.length)
  }, 60_000)
})

async function closedPort(): Promise<number> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}
