import { describe, expect, test } from 'vitest'
import { cipherSuites, deriveSessionKeys, type CipherSuiteId, type SessionKeys } from '#lib/ipmi/cipher-suites.ts'
import { decodeResponse, encodeRequest } from '#lib/ipmi/message.ts'
import {
  decodeOpenSessionResponse,
  decodeRakp2,
  decodeRakp4,
  encodeOpenSessionRequest,
  encodeRakp1,
  encodeRakp3,
  isAccepted,
  rakpStatus,
} from '#lib/ipmi/rakp.ts'
import { rakp2Code, rakp3Code, sessionIntegrityKey, type RakpExchange } from '#lib/ipmi/rakp-codes.ts'
import { decodePacket, encodeLegacyPacket, encodePlainPacket, openPacket, payloadTypes, sealPacket } from '#lib/ipmi/session-packet.ts'
import { createMachine } from '../machine.ts'
import { identify } from '../makes.ts'
import { guidOf } from './app-commands.ts'
import { freshBootOptions } from './boot-commands.ts'
import { createConversation } from './conversation.ts'
import { fanFamilies } from './fan-families.ts'
import { createSerialPort } from '../serial/port.ts'
import { createSessionTable } from './sessions.ts'
import { createSolService } from './sol.ts'

const consoleSessionId = 0xa0a1a2a3
const consoleRandom = Buffer.alloc(16, 0x5a)
const administrator = 0x14

/** A BMC without a socket, and the console's side of talking to it. */
function setUp(offered: readonly number[] = [3, 17]) {
  const clock = { nowMs: Date.UTC(2026, 10, 23) }
  const machine = createMachine({ identity: identify('dell', 'n1', 7), seed: 7, now: () => clock.nowMs })
  const sessions = createSessionTable({
    limit: 2,
    guid: guidOf(machine.identity),
    username: () => 'admin',
    password: () => 'secret',
    cipherSuites: () => offered,
    kg: () => undefined,
    has: () => false,
    now: () => clock.nowMs,
  })
  const sol = createSolService({
    port: createSerialPort(machine),
    runId: () => machine.run()?.id,
    atPowerChange: 'stays',
    isActive: (id) => sessions.peek(id) !== undefined,
    send: () => undefined,
  })
  const converse = createConversation(sessions, {
    port: () => 623,
    sol,
    machine,
    address: '127.0.0.1',
    username: 'admin',
    cipherSuites: () => offered,
    hasKg: () => false,
    solPort: () => undefined,
    has: () => false,
    boot: freshBootOptions(),
    fans: fanFamilies.none,
    reservations: { sdr: 0, sel: 0 },
    onCommand: () => {},
    sessions: { limit: 2, active: sessions.activeCount, close: sessions.close },
  })
  const plain = (payloadType: number, payload: Buffer) => {
    const answer = converse(encodePlainPacket({ payloadType, sessionId: 0, sequence: 0, payload }))
    return answer && decodePacket(answer.datagram).payload
  }

  function open(suiteId: CipherSuiteId) {
    const { authentication, integrity, confidentiality } = cipherSuites[suiteId]
    const request = encodeOpenSessionRequest({ tag: 1, privilege: 4, consoleSessionId, authentication, integrity, confidentiality })
    return decodeOpenSessionResponse(plain(payloadTypes.openSessionRequest, request)!)
  }

  function logIn(password = 'secret', suiteId: CipherSuiteId = 17) {
    const opened = open(suiteId)
    if (!isAccepted(opened)) throw new Error(`refused with status ${opened.status}`)
    const { managedSystemSessionId } = opened
    const username = Buffer.from('admin')
    const rakp1 = encodeRakp1({ tag: 2, managedSystemSessionId, consoleRandom, role: administrator, username })
    const rakp2 = decodeRakp2(plain(payloadTypes.rakp1, rakp1)!)
    if (!isAccepted(rakp2)) throw new Error(`refused with status ${rakp2.status}`)
    const exchange: RakpExchange = {
      suite: cipherSuites[suiteId],
      consoleSessionId,
      managedSystemSessionId,
      consoleRandom,
      managedSystemRandom: rakp2.managedSystemRandom,
      guid: rakp2.guid,
      role: administrator,
      username,
      password: Buffer.from(password),
    }
    const code = rakp3Code(exchange)
    const rakp4 = decodeRakp4(plain(payloadTypes.rakp3, encodeRakp3({ tag: 3, status: 0, managedSystemSessionId, code }))!)
    const keys = deriveSessionKeys(exchange.suite, sessionIntegrityKey(exchange))
    return { managedSystemSessionId, keys, rakp4, rakp2Fits: rakp2Code(exchange).equals(rakp2.code) }
  }

  return { machine, sessions, clock, converse, plain, open, logIn }
}

type Login = ReturnType<ReturnType<typeof setUp>['logIn']>

function requestPacket({ keys, managedSystemSessionId }: Login, sequence: number, netFn: number, cmd: number, ...data: number[]): Buffer {
  const payload = encodeRequest({ netFn, cmd, data: Buffer.from(data), rqSeq: sequence & 0x3f })
  return sealPacket({ payloadType: payloadTypes.ipmi, sessionId: managedSystemSessionId, sequence, payload }, keys)
}

const open = (datagram: Buffer, keys: SessionKeys) => decodeResponse(openPacket(decodePacket(datagram), keys))

describe('session setup', () => {
  test.each([3, 17] as const)('suite %d: both sides come to the same codes', (suite) => {
    const { logIn, sessions } = setUp()
    const { rakp4, rakp2Fits } = logIn('secret', suite)
    expect(rakp2Fits).toBe(true)
    expect(rakp4.status).toBe(rakpStatus.ok)
    expect(sessions.activeCount()).toBe(1)
  })

  test('a wrong password shows in RAKP 2 and is refused in RAKP 4', () => {
    const { logIn, sessions } = setUp()
    const { rakp4, rakp2Fits } = logIn('guess')
    expect(rakp2Fits).toBe(false)
    expect(rakp4.status).toBe(rakpStatus.invalidIntegrityCheck)
    expect(sessions.activeCount()).toBe(0)
  })

  test('a suite that is not offered is refused', () => {
    expect(setUp([0]).open(17).status).toBe(rakpStatus.noMatchingCipherSuite)
    expect(setUp([3]).open(17).status).toBe(rakpStatus.noMatchingCipherSuite)
  })

  test('there are as many sessions as slots, and idle ones give theirs up', () => {
    const { open, logIn, clock } = setUp()
    logIn()
    logIn()
    expect(open(3).status).toBe(rakpStatus.insufficientResources)
    clock.nowMs += 61_000
    expect(open(3).status).toBe(rakpStatus.ok)
  })
})

describe('commands', () => {
  test('before a session only its own setup is answered', () => {
    const { converse } = setUp()
    const ask = (netFn: number, cmd: number, ...data: number[]) => {
      const request = encodeLegacyPacket(encodeRequest({ netFn, cmd, data: Buffer.from(data), rqSeq: 1 }))
      return decodeResponse(decodePacket(converse(request)!.datagram).payload)
    }
    expect(ask(0x06, 0x38, 0x8e, 0x04).completionCode).toBe(0x00)
    expect(ask(0x00, 0x01).completionCode).toBe(0xd4)
  })

  test('power needs the operator level that Set Session Privilege gives', () => {
    const { logIn, converse, machine } = setUp()
    const login = logIn()
    const ask = (sequence: number, netFn: number, cmd: number, ...data: number[]) =>
      open(converse(requestPacket(login, sequence, netFn, cmd, ...data))!.datagram, login.keys).completionCode
    expect(ask(1, 0x00, 0x02, 0x00)).toBe(0xd4)
    expect(machine.commands).toHaveLength(0)
    expect(ask(2, 0x06, 0x3b, 0x03)).toBe(0x00)
    expect(ask(3, 0x00, 0x02, 0x00)).toBe(0x00)
    expect(machine.commands.map(({ action }) => action)).toEqual(['ForceOff'])
    expect(ask(4, 0x00, 0x02, 0x02)).toBe(0xd5)
  })

  test('a replayed packet is dropped, one that comes late is not', () => {
    const { logIn, converse } = setUp()
    const login = logIn()
    const [one, two, three] = [1, 2, 3].map((sequence) => requestPacket(login, sequence, 0x06, 0x01))
    expect(converse(one!)).toBeDefined()
    expect(converse(three!)).toBeDefined()
    expect(converse(two!)).toBeDefined()
    expect(converse(two!)).toBeUndefined()
    expect(converse(three!)).toBeUndefined()
  })

  test('an altered packet is not believed', () => {
    const { logIn, converse, machine } = setUp()
    const login = logIn()
    const datagram = requestPacket(login, 1, 0x00, 0x02, 0x00)
    datagram[20] = datagram[20]! ^ 1
    expect(() => converse(datagram)).toThrow('integrity')
    expect(machine.commands).toHaveLength(0)
  })

  test('a record is read in parts under a reservation, which a new one cancels', () => {
    const { logIn, converse } = setUp()
    const login = logIn()
    let sequence = 0
    const storage = (cmd: number, ...data: number[]) =>
      open(converse(requestPacket(login, ++sequence, 0x0a, cmd, ...data))!.datagram, login.keys)
    const reservation = [...storage(0x22).data]
    // All of a full sensor record at once is too much.
    expect(storage(0x23, ...reservation, 0, 0, 0, 0xff).completionCode).toBe(0xca)
    const head = storage(0x23, ...reservation, 0, 0, 0, 5)
    // Next record 2; then id 1, SDR version 51h, type full, 43 fixed bytes and the 10 of "Inlet Temp".
    expect([...head.data]).toEqual([2, 0, 1, 0, 0x51, 0x01, 53])
    expect(storage(0x23, ...reservation, 1, 0, 5, 16).data).toHaveLength(18)
    storage(0x22)
    expect(storage(0x23, ...reservation, 1, 0, 5, 16).completionCode).toBe(0xc5)
  })
})
