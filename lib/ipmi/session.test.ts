import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, describe, expect, test } from 'vitest'
import { chassisControl, getChassisStatus } from './commands/chassis.ts'
import { getSensorReading, getSensorThresholds } from './commands/sensor.ts'
import { openSession, type OpenOptions } from './connect.ts'
import { IpmiError } from './errors.ts'
import { encodeResponse } from './message.ts'
import { pingBmc } from './probe.ts'
import { refusedPackets } from './refused.ts'
import type { IpmiSession } from './session.ts'
import { decodePacket, encodeLegacyPacket, encodePlainPacket, payloadTypes } from './session-packet.ts'
import { FakeBmc, runFakeBmc, type FakeBmcConfig, type RunningBmc } from './testing/fake-bmc.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

type Deliver = Parameters<typeof runFakeBmc>[1]
type Running = RunningBmc & { readonly session: IpmiSession }

async function connect(config: FakeBmcConfig | FakeBmc = {}, deliver?: Deliver, options?: OpenOptions): Promise<Running> {
  const running = await runFakeBmc(config instanceof FakeBmc ? config : new FakeBmc(config), deliver)
  closers.push(running.close)
  const session = await openSession({ host: '127.0.0.1', port: running.port, username: 'admin', password: 'secret' }, options)
  closers.push(() => session.close())
  return { ...running, session }
}

function spin(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

/** Chassis status "on", no events, nothing else. */
const powerIsOn = () => ({ data: Buffer.of(0x01, 0, 0) })
const sessionIdOf = (bmc: FakeBmc) => [...bmc.sessions.keys()].at(-1)!

describe('a session', () => {
  test('sends a command, decodes its answer, and is closed at the BMC', async () => {
    const { bmc, session, port } = await connect({ answer: powerIsOn })
    expect(session).toMatchObject({ address: `127.0.0.1:${port}`, cipherSuiteId: 17, privilege: 'administrator', isOpen: true })
    expect(await session.send(getChassisStatus, undefined)).toMatchObject({ isPowerOn: true })
    await session.close()
    expect(session.isOpen).toBe(false)
    expect(bmc.requests.at(-1)).toMatchObject({ netFn: 6, cmd: 0x3c })
    await expect(session.send(getChassisStatus, undefined)).rejects.toMatchObject({ kind: 'aborted' })
  })

  test('a refusal has its code and address in the text', async () => {
    const { session, port } = await connect({ answer: () => ({ completionCode: 0xd4 }) })
    await expect(session.send(getChassisStatus, undefined)).rejects.toMatchObject({
      kind: 'completion-code',
      completionCode: 0xd4,
      message: `127.0.0.1:${port}: Get Chassis Status: insufficient privilege (D4h)`,
    })
  })

  test('an answer that is too short is an error of that command alone', async () => {
    const { session } = await connect({ answer: () => ({ data: Buffer.of(1) }) })
    await expect(session.send(getChassisStatus, undefined)).rejects.toMatchObject({ kind: 'malformed' })
    expect(session.isOpen).toBe(true)
  })

  test('a busy BMC is asked again for a read, not for a control command', async () => {
    let calls = 0
    const { session } = await connect({ answer: () => (calls++ < 2 ? { completionCode: 0xc0 } : powerIsOn()) })
    expect(await session.send(getChassisStatus, undefined)).toMatchObject({ isPowerOn: true })
    expect(calls).toBe(3)
    calls = 0
    await expect(session.send(chassisControl, { action: 'power-up' })).rejects.toMatchObject({ completionCode: 0xc0 })
    expect(calls).toBe(1)
  })

  test('another controller’s answer comes by itself; one that never comes, or a BMC that says nothing, costs that command alone', async () => {
    const to = { address: 0x2c, channel: 0 }
    let isPassedOn = true
    const bmc = new FakeBmc({ answer: ({ cmd }) => (isPassedOn || cmd !== 0x34 ? {} : undefined) })
    const { session } = await connect(bmc, (answers, send) => {
      answers.forEach(send)
      const request = bmc.requests.at(-1)
      if (request?.cmd !== 0x34 || request.data[6] !== 0x2d) return
      // The answer of 2Ch with the number that both requests have.
      const payload = encodeResponse({ netFn: 5, cmd: 0x2d, completionCode: 0, rqSeq: request.rqSeq, data: Buffer.of(0x62, 0xc0), responderAddress: 0x2c })
      send(bmc.seal(sessionIdOf(bmc), payloadTypes.ipmi, payload))
    })
    expect(await session.send(getSensorReading, { number: 0x34, lun: 0 }, { to })).toMatchObject({ raw: 0x62 })
    await expect(session.send(getSensorThresholds, { number: 0x34, lun: 0 }, { to, timeoutMs: 60 })).rejects.toMatchObject({ kind: 'timeout' })
    isPassedOn = false
    await expect(session.send(getSensorThresholds, { number: 0x34, lun: 0 }, { to, timeoutMs: 60 })).rejects.toMatchObject({ kind: 'timeout' })
    expect(session.isOpen).toBe(true)
  })

  test('checklist 7: two commands in flight get their own answers, also in the wrong order', async () => {
    const held: Buffer[] = []
    const bmc = new FakeBmc({ answer: ({ data }) => ({ data: Buffer.of(data[0]!, 0x40) }) })
    const inReversedPairs: Deliver = (answers, send) => {
      if (bmc.requests.at(-1)?.netFn !== 4) return answers.forEach(send)
      held.push(...answers)
      if (held.length === 2) held.splice(0).toReversed().forEach(send)
    }
    const { session } = await connect(bmc, inReversedPairs, { window: 2 })
    const readings = await Promise.all([10, 20, 30, 40].map((number) => session.send(getSensorReading, { number, lun: 0 })))
    expect(readings.map((reading) => reading.raw)).toEqual([10, 20, 30, 40])
    expect(session.counters).toMatchObject({ unmatched: 0, retransmitted: 0 })
  })

  test('never more commands outstanding than the window', async () => {
    let outstanding = 0
    let most = 0
    const deliver: Deliver = (answers, send, request) => {
      if (!decodePacket(request).encrypted) return answers.forEach(send)
      most = Math.max(most, ++outstanding)
      setTimeout(() => {
        outstanding--
        answers.forEach(send)
      }, 5)
    }
    const { session } = await connect({ answer: ({ data }) => ({ data: Buffer.of(data[0]!, 0x40) }) }, deliver, { window: 9 })
    await Promise.all(Array.from({ length: 100 }, (_, number) => session.send(getSensorReading, { number, lun: 0 })))
    expect(most).toBeLessThanOrEqual(4)
  })

  test('serial over LAN finds its way to its handler', async () => {
    const { bmc, send, session } = await connect()
    const received = new Promise((resolve) => session.onPayload(payloadTypes.sol, resolve))
    send(bmc.seal(sessionIdOf(bmc), payloadTypes.sol, Buffer.from('login:')))
    expect(await received).toEqual(Buffer.from('login:'))
  })
})

describe('lost and repeated packets', () => {
  test('answers that waited in the socket while this process was busy are not lost', async () => {
    // More than one turn of the event loop reads from a socket.
    const count = 60
    const held: (() => void)[] = []
    let isHolding = false
    let before = Number.NaN
    const sessions: IpmiSession[] = []
    const retransmitted = () => sessions.reduce((sum, one) => sum + one.counters.retransmitted, 0)
    // Once every question is there: all answers at once, and before anyone can read them the process is busy past every timeout.
    const answerTogether: Deliver = (answers, send) => {
      if (!isHolding) return answers.forEach(send)
      for (const answer of answers) held.push(() => send(answer))
      if (held.length < count) return
      isHolding = false
      for (const release of held) release()
      setImmediate(() => {
        before = retransmitted()
        spin(2_500)
      })
    }
    const { session, port, clientPort } = await connect({ answer: powerIsOn }, answerTogether)
    const sharedPort = clientPort()
    sessions.push(session)
    while (sessions.length < count) {
      const another = await openSession({ host: '127.0.0.1', port, username: 'admin', password: 'secret', cipherSuites: [3] })
      closers.push(() => another.close())
      // The fake answers to one port; sessions take turns on our shared sockets.
      if (clientPort() === sharedPort) sessions.push(another)
    }
    isHolding = true
    const states = await Promise.all(sessions.map((one) => one.send(getChassisStatus, undefined)))
    expect(states.filter((state) => state.isPowerOn)).toHaveLength(count)
    expect(retransmitted()).toBe(before)
  })

  test('a lost answer to a read is asked for again', async () => {
    let losses = 2
    const answersOf = lossy(() => losses-- > 0)
    const { bmc, session } = await connect({ answer: powerIsOn }, answersOf)
    expect(await session.send(getChassisStatus, undefined)).toMatchObject({ isPowerOn: true })
    expect(bmc.requests.filter((request) => request.netFn === 0)).toHaveLength(3)
    expect(session.counters.retransmitted).toBe(2)
  })

  test('checklist 55: a control command is sent once, and a lost reply says so', async () => {
    const { bmc, session } = await connect({ answer: () => ({}) }, lossy(() => true))
    const control = session.send(chassisControl, { action: 'power-cycle' }, { timeoutMs: 900 })
    await expect(control).rejects.toMatchObject({ kind: 'reply-lost' })
    expect(bmc.requests.filter((request) => request.netFn === 0)).toHaveLength(1)
    expect(session.isOpen).toBe(true)
  })

  test('a repeated answer is dropped and counted', async () => {
    const twice: Deliver = (answers, send) => [...answers, ...answers].forEach(send)
    const { session } = await connect({ answer: powerIsOn }, twice)
    await session.send(getChassisStatus, undefined)
    await session.send(getChassisStatus, undefined)
    expect(session.counters.replayed).toBeGreaterThanOrEqual(1)
    expect(session.counters.unmatched).toBe(0)
  })

  test('a BMC that forgot the session: session-lost, for everything under way', async () => {
    const { session } = await connect({ answer: () => undefined })
    const options = { timeoutMs: 600 }
    const all = [1, 2, 3].map((number) => session.send(getSensorReading, { number, lun: 0 }, options))
    const outcomes = await Promise.allSettled(all)
    expect(outcomes.map((outcome) => outcome.status === 'rejected' && (outcome.reason as IpmiError).kind)).toEqual(Array(3).fill('session-lost'))
    expect(session.isOpen).toBe(false)
    await expect(session.send(getChassisStatus, undefined)).rejects.toMatchObject({ kind: 'session-lost' })
  })

  test('a session is not given up for fewer than four unanswered tries, however slow the BMC was before', async () => {
    let losses = 0
    let isLate = true
    const deliver: Deliver = (answers, send, request) => {
      const isInside = decodePacket(request).encrypted
      if (isInside && losses-- > 0) return
      // The first answers take so long that the session grows patient: two tries alone fill the five seconds.
      if (isInside && isLate) setTimeout(() => answers.forEach(send), 900)
      else answers.forEach(send)
    }
    const { session } = await connect({ answer: powerIsOn }, deliver)
    await session.send(getChassisStatus, undefined, { timeoutMs: 5_000 })
    isLate = false
    losses = 3
    expect(await session.send(getChassisStatus, undefined)).toMatchObject({ isPowerOn: true })
    expect(session.counters.retransmitted).toBeGreaterThanOrEqual(3)
    expect(session.isOpen).toBe(true)
  }, 30_000)

  test('one command that hangs is a timeout while others are answered', async () => {
    const answer: FakeBmcConfig['answer'] = ({ netFn }) => (netFn === 0 ? powerIsOn() : undefined)
    const { session } = await connect({ answer }, undefined, { window: 2 })
    const hanging = session.send(getSensorReading, { number: 1, lun: 0 }, { timeoutMs: 600 })
    await session.send(getChassisStatus, undefined)
    await expect(hanging).rejects.toMatchObject({ kind: 'timeout' })
    expect(session.isOpen).toBe(true)
  })

  /** Loses answers inside the session, except the first (Set Session Privilege). */
  function lossy(isLost: () => boolean): Deliver {
    let first = true
    return (answers, send, request) => {
      const isInside = decodePacket(request).encrypted
      if (isInside && !first && isLost()) return
      if (isInside) first = false
      answers.forEach(send)
    }
  }
})

describe('commands that yield', () => {
  const sensor = (number: number) => ({ number, lun: 0 })
  const numbersOf = (bmc: FakeBmc) => bmc.requests.filter(({ netFn }) => netFn === 0 || netFn === 4).map(({ netFn, data }) => (netFn === 0 ? 'status' : data[0]))
  const answer: FakeBmcConfig['answer'] = ({ netFn, data }) => (netFn === 0 ? powerIsOn() : { data: Buffer.of(data[0]!, 0x40) })

  test('stand behind all others, whoever came first', async () => {
    const { bmc, session } = await connect({ answer })
    const readings = [1, 2, 3, 4].map((number) => session.send(getSensorReading, sensor(number), { yields: true }))
    await Promise.all([...readings, session.send(getChassisStatus, undefined), session.send(getChassisStatus, undefined)])
    // The first was on its way already.
    expect(numbersOf(bmc)).toEqual([1, 'status', 'status', 2, 3, 4])
  })

  test('wait while one reads on and on, but not for ever', async () => {
    const { bmc, session } = await connect({ answer })
    await session.send(getChassisStatus, undefined)
    const reading = session.send(getSensorReading, sensor(1), { yields: true })
    while (!numbersOf(bmc).includes(1)) {
      await session.send(getChassisStatus, undefined)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    expect((await reading).raw).toBe(1)
    // In 400 ms of quiet it would have been second; it came after 2 s.
    expect(numbersOf(bmc).indexOf(1)).toBeGreaterThan(8)
  })

  test('are rejected with the session, sent or not', async () => {
    const { session } = await connect({ answer })
    await session.send(getChassisStatus, undefined)
    const reading = session.send(getSensorReading, sensor(1), { yields: true })
    const outcome = expect(reading).rejects.toMatchObject({ kind: 'aborted' })
    await session.close()
    await outcome
  })
})

describe('abort', () => {
  test('a command that waits is never sent', async () => {
    const { bmc, session } = await connect({ answer: ({ netFn }) => (netFn === 4 ? undefined : powerIsOn()) })
    const blocking = session.send(getSensorReading, { number: 1, lun: 0 }, { timeoutMs: 400 })
    const controller = new AbortController()
    const control = session.send(chassisControl, { action: 'power-down' }, { signal: controller.signal })
    controller.abort()
    await expect(control).rejects.toMatchObject({ kind: 'aborted' })
    await expect(blocking).rejects.toBeInstanceOf(IpmiError)
    expect(bmc.requests.some((request) => request.netFn === 0 && request.cmd === 2)).toBe(false)
  })

  test('a control command that has left is a lost reply', async () => {
    const controller = new AbortController()
    const { session } = await connect({
      answer: () => {
        controller.abort()
        return undefined
      },
    })
    const control = session.send(chassisControl, { action: 'power-down' }, { signal: controller.signal })
    await expect(control).rejects.toMatchObject({ kind: 'reply-lost' })
  })

  test('a login can be aborted', async () => {
    const silent = await silentPort()
    const login = openSession({ host: '127.0.0.1', port: silent, username: 'admin', password: 'x' }, { signal: AbortSignal.timeout(50) })
    await expect(login).rejects.toMatchObject({ kind: 'aborted' })
  })
})

describe('checklist 4: forgeries leave the session as it was', () => {
  type Forgery = (bmc: FakeBmc, id: number) => Buffer
  const message = encodeResponse({ netFn: 1, cmd: 1, rqSeq: 0, completionCode: 0, data: Buffer.of(0, 0, 0) })
  const consoleSessionId = (bmc: FakeBmc, id: number) => bmc.sessions.get(id)!.exchange.consoleSessionId
  const forgeries: Record<string, Forgery> = {
    'not signed and not encrypted': (bmc, id) =>
      encodePlainPacket({ payloadType: 0, sessionId: consoleSessionId(bmc, id), sequence: 50, payload: message }),
    'signed with another key': (bmc, id) => {
      const datagram = bmc.seal(id, 0, message, 50)
      datagram[datagram.length - 1] = datagram.at(-1)! ^ 1
      return datagram
    },
    'the encrypted bit cleared': (bmc, id) => {
      const datagram = bmc.seal(id, 0, message, 51)
      datagram[5] = 0x40
      return datagram
    },
    'outside any session': () => encodeLegacyPacket(message),
    'an old sequence number': (bmc, id) => bmc.seal(id, 0, message, 1),
    'for another session': (bmc, id) => {
      const datagram = bmc.seal(id, 0, message, 52)
      datagram.writeUInt32LE(0x12345678, 6)
      return datagram
    },
    'no RMCP at all': () => Buffer.from('GET / HTTP/1.1\r\n\r\n'),
  }

  test('from another address, and right in everything else', async () => {
    const { bmc, session, clientPort } = await connect({ answer: powerIsOn })
    await session.send(getChassisStatus, undefined)
    const { received } = session.counters
    const before = refusedPackets()['wrong-address']
    const forger = createSocket('udp4')
    closers.push(() => forger.close())
    forger.send(bmc.seal(sessionIdOf(bmc), 0, message, 53), clientPort(), '127.0.0.1')
    await expect.poll(() => session.counters.dropped['wrong-address']).toBe(1)
    expect(session.counters.received).toBe(received)
    expect(refusedPackets()['wrong-address']).toBe(before + 1)
    expect(await session.send(getChassisStatus, undefined)).toMatchObject({ isPowerOn: true })
  })

  test('checklist 7: an answer of one BMC that comes from another', async () => {
    const [one, other] = [await connect({ answer: powerIsOn }), await connect({ answer: powerIsOn })]
    other.send(one.bmc.seal(sessionIdOf(one.bmc), 0, message, 53))
    await expect.poll(() => other.session.counters.dropped['wrong-session']).toBe(1)
    for (const { session } of [one, other]) expect(await session.send(getChassisStatus, undefined)).toMatchObject({ isPowerOn: true })
  })

  test.each(Object.keys(forgeries))('%s', async (name) => {
    const { bmc, send, session } = await connect({ answer: powerIsOn })
    await session.send(getChassisStatus, undefined)
    const before = dropCount(session)
    send(forgeries[name]!(bmc, sessionIdOf(bmc)))
    await expect.poll(() => dropCount(session)).toBe(before + 1)
    bmc.sessions.get(sessionIdOf(bmc))!.sequence = 100
    expect(await session.send(getChassisStatus, undefined)).toMatchObject({ isPowerOn: true })
  })

  test('from another address', async () => {
    const { bmc, session, clientPort } = await connect({ answer: powerIsOn })
    const stranger = createSocket('udp4')
    closers.push(() => stranger.close())
    stranger.send(bmc.seal(sessionIdOf(bmc), 0, message), clientPort(), '127.0.0.1')
    await expect.poll(() => session.counters.dropped['wrong-address']).toBe(1)
    expect(await session.send(getChassisStatus, undefined)).toMatchObject({ isPowerOn: true })
  })

  function dropCount(session: IpmiSession): number {
    const { forged, replayed, unmatched, dropped } = session.counters
    return forged + replayed + unmatched + dropped.garbage + dropped['wrong-address'] + dropped['wrong-session']
  }
})

async function silentPort(): Promise<number> {
  const socket = createSocket('udp4')
  closers.push(() => socket.close())
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return socket.address().port
}

describe('who is there', () => {
  test('a BMC says what it can', async () => {
    const running = await runFakeBmc(new FakeBmc())
    closers.push(running.close)
    expect(await pingBmc({ host: '127.0.0.1', port: running.port })).toMatchObject({ supportsIpmi20: true, requiresKg: false })
  })

  test('silence, refusal and garbage are three different errors, for ping and login', async () => {
    const silent = await silentPort()
    const garbage = createSocket('udp4')
    closers.push(() => garbage.close())
    garbage.on('message', (_, from) => garbage.send('220 mail.example ESMTP', from.port, from.address))
    garbage.bind(0, '127.0.0.1')
    await once(garbage, 'listening')
    const expected = { [silent]: 'timeout', [garbage.address().port]: 'not-a-bmc', 9: 'refused' }
    for (const [port, kind] of Object.entries(expected)) {
      const target = { host: '127.0.0.1', port: Number(port) }
      await expect(pingBmc(target, { timeoutMs: 1_200 })).rejects.toMatchObject({ kind, address: `127.0.0.1:${port}` })
      const login = openSession({ ...target, username: 'admin', password: 'secret' }, { silenceMs: 2_000 })
      await expect(login).rejects.toMatchObject({ kind, address: `127.0.0.1:${port}` })
    }
  })

  test('checklist 9: what does not fit is refused before anything is sent', async () => {
    const target = { host: '127.0.0.1', username: 'admin', password: 'secret' }
    const invalid = [
      { ...target, password: 'x'.repeat(21) },
      { ...target, password: 'ü'.repeat(11) },
      { ...target, username: 'x'.repeat(17) },
      { ...target, username: '' },
      { ...target, password: '' },
      { ...target, port: 0 },
      { ...target, port: 65_536 },
      { ...target, kg: Buffer.alloc(19) },
      { ...target, cipherSuites: [] },
    ]
    for (const each of invalid) await expect(openSession(each)).rejects.toMatchObject({ kind: 'invalid-argument' })
  })
})
