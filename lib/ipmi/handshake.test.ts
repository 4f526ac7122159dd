import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { IpmiErrorKind } from './errors.ts'
import type { Handshake, HandshakeConfig, HandshakeStep } from './handshake-state.ts'
import { beginHandshake, onHandshakeGarbage, onHandshakePacket, onHandshakeSilence } from './handshake.ts'
import { decodePacket } from './session-packet.ts'
import { FakeBmc, type FakeBmcConfig } from './testing/fake-bmc.ts'
import { loginTimeoutMs, measure, type RoundTrip } from './timing.ts'

const config: HandshakeConfig = {
  username: Buffer.from('admin'),
  password: Buffer.from('secret'),
  privilege: 'administrator',
  consoleSessionId: 0x0badcafe,
  randomBytes,
}

type Sent = Extract<HandshakeStep, { kind: 'send' }>

const sent = (step: HandshakeStep): Sent => {
  if (step.kind !== 'send') throw new Error(`expected something to send, got ${step.kind}`)
  return step
}

/** Silences until a new sequence begins; `last` is what was sent last in the one before. */
function beginAnew(step: Sent): { readonly step: Sent; readonly last: Sent } {
  const next = sent(onHandshakeSilence(step.state))
  return next.state.phase.name === 'open-session' ? { step: next, last: step } : beginAnew(next)
}

const deliver = (state: Handshake, datagram: Buffer) => onHandshakePacket(state, decodePacket(datagram))

type Fault = (index: number) => 'deliver' | 'lose-request' | 'lose-answer'

/** Plays the handshake to its end; a lost packet becomes a silence. */
function play(bmc: FakeBmc, ours: Partial<HandshakeConfig> = {}, fault: Fault = () => 'deliver'): HandshakeStep {
  let step = beginHandshake({ ...config, ...ours })
  for (let index = 0; index < 200 && step.kind === 'send'; index++) {
    const { state, datagram }: Sent = step
    const outcome = fault(index)
    const answers = outcome === 'lose-request' ? [] : bmc.receive(datagram)
    const answer = outcome === 'deliver' ? answers[0] : undefined
    step = answer ? deliver(state, answer) : onHandshakeSilence(state)
  }
  return step
}

const failure = (step: HandshakeStep) => (step.kind === 'failed' ? { kind: step.error.kind, text: step.error.message } : step.kind)

describe('a login', () => {
  test('asks in this order, takes suite 17, and agrees on the keys', () => {
    const bmc = new FakeBmc()
    const step = play(bmc)
    expect(bmc.seen).toEqual(['capabilities', 'cipher suites', 'open session', 'rakp 1', 'rakp 3'])
    if (step.kind !== 'established') throw new Error(step.kind)
    expect(step.session.keys.suite.id).toBe(17)
    expect(step.session.privilege).toBe('administrator')
    expect(step.session.keys).toEqual(bmc.sessions.get(step.session.managedSystemSessionId)?.keys)
  })

  test.each([
    { name: 'only 3 is listed', bmc: { listedSuites: [0, 1, 2, 3] }, suite: 3 },
    { name: '17 is on a later page of the list', bmc: { listedSuites: [0, 1, 2, 3, 6, 7, 8, 11, 12, 15, 16, 17] }, suite: 17 },
    { name: '17 is listed but switched off', bmc: { acceptedSuites: [3] }, suite: 3 },
    { name: 'the list stays unanswered', bmc: { listedSuites: false }, suite: 17 },
    { name: 'the list is empty', bmc: { listedSuites: [] }, suite: 17 },
    { name: 'a fixed list is given', ours: { cipherSuites: [3] }, bmc: {}, suite: 3 },
    { name: 'K_G is set on both sides', ours: { kg: Buffer.alloc(20, 7) }, bmc: { kg: Buffer.alloc(20, 7) }, suite: 17 },
    { name: 'the v2.0 bit is refused with CCh', bmc: { capabilitiesCode: (v2: boolean) => (v2 ? 0xcc : 0) }, suite: 17 },
    { name: 'the capabilities are refused altogether', bmc: { capabilitiesCode: () => 0xc1 }, suite: 17 },
  ] as { name: string; ours?: Partial<HandshakeConfig>; bmc: FakeBmcConfig; suite: number }[])('when $name', ({ ours, bmc, suite }) => {
    const step = play(new FakeBmc(bmc), ours)
    expect(step.kind === 'established' && step.session.keys.suite.id).toBe(suite)
  })

  test.each([
    { name: 'RAKP 2 refuses the role', bmc: { status: { rakp2: (role: number) => (role === 0x14 ? 0x09 : 0) } } },
    { name: 'RAKP 2 calls the administrator unknown', bmc: { status: { rakp2: (role: number) => (role === 0x14 ? 0x0d : 0) } } },
    { name: 'Set Session Privilege says 80h', bmc: { privilegeCode: (level: number) => (level === 4 ? 0x80 : 0) } },
    { name: 'Set Session Privilege says 81h', bmc: { privilegeCode: (level: number) => (level === 4 ? 0x81 : 0) } },
  ] as { name: string; bmc: FakeBmcConfig }[])('becomes operator when $name', ({ bmc }) => {
    const step = play(new FakeBmc(bmc))
    expect(step.kind === 'established' && step.session.privilege).toBe('operator')
  })
})

describe('a refusal', () => {
  type Case = { name: string; bmc: FakeBmcConfig; ours?: Partial<HandshakeConfig>; kind: IpmiErrorKind; text: string }
  test.each([
    { name: 'unknown user', bmc: { username: 'root' }, kind: 'wrong-user', text: 'RAKP 2 refused: unknown user name' },
    { name: 'wrong password', bmc: { password: 'other' }, kind: 'wrong-password', text: 'RAKP 2: wrong password (its code does not match)' },
    { name: 'status 0Fh', bmc: { status: { rakp4: () => 0x0f } }, kind: 'wrong-password', text: 'RAKP 4 refused: wrong password' },
    {
      name: 'a K_G that we do not know',
      bmc: { kg: Buffer.alloc(20, 7) },
      kind: 'wrong-password',
      text: 'RAKP 4: wrong key (the BMC has a key K_G and we have none)',
    },
    {
      name: 'another K_G than ours',
      bmc: { kg: Buffer.alloc(20, 7) },
      ours: { kg: Buffer.alloc(20, 8) },
      kind: 'wrong-password',
      text: 'RAKP 4: wrong key (the BMC has a key K_G and ours is another)',
    },
    { name: 'no free session', bmc: { status: { openSession: 0x01 } }, kind: 'insufficient-resources', text: 'Open Session refused: no free session' },
    {
      name: 'checklist 1: only cipher suite 0',
      bmc: { listedSuites: [0] },
      kind: 'no-cipher-suite',
      text: 'no common cipher suite: the BMC offers 0, we speak 17 and 3',
    },
    {
      name: 'a fixed suite that the BMC lacks',
      bmc: { acceptedSuites: [3] },
      ours: { cipherSuites: [17] },
      kind: 'no-cipher-suite',
      text: 'Open Session refused: no matching cipher suite',
    },
    { name: 'an unknown status', bmc: { status: { rakp4: () => 0x42 } }, kind: 'protocol', text: 'RAKP 4 refused: status 42h' },
    {
      name: 'no privilege at all',
      bmc: { privilegeCode: () => 0x81 },
      kind: 'completion-code',
      text: 'Set Session Privilege Level: that privilege exceeds the limit of the user or channel (81h)',
    },
  ] as Case[])('$name', ({ bmc, ours, kind, text }) => {
    expect(failure(play(new FakeBmc(bmc), ours))).toEqual({ kind, text })
  })

  test('a K_G that we do not have leaves one session at the BMC, not two', () => {
    const bmc = new FakeBmc({ kg: Buffer.alloc(20, 7) })
    play(bmc)
    expect(bmc.seen.filter((one) => one === 'rakp 3')).toHaveLength(1)
  })

  test('checklist 1: a BMC without a safe suite sees no RAKP packet', () => {
    const bmc = new FakeBmc({ listedSuites: [0, 1, 2, 6, 7, 11] })
    play(bmc)
    expect(bmc.seen).not.toContain('open session')
    expect(bmc.seen).not.toContain('rakp 1')
  })
})

describe('checklist 2: a BMC that has done better', () => {
  test('is not asked for its list again, and logs in with what it has done', () => {
    const bmc = new FakeBmc()
    const step = play(bmc, { leastSuite: 17 })
    expect(bmc.seen).toEqual(['capabilities', 'open session', 'rakp 1', 'rakp 3'])
    expect(step.kind === 'established' && step.session.keys.suite.id).toBe(17)
  })

  test('may do better still', () => {
    const step = play(new FakeBmc(), { leastSuite: 3 })
    expect(step.kind === 'established' && step.session.keys.suite.id).toBe(17)
  })

  const text = (least: number, now: string) => `the BMC has done cipher suite ${least} before and ${now}: no login with a weaker one`
  test.each([
    { name: 'now refuses it', bmc: { acceptedSuites: [3] }, ours: { leastSuite: 17 }, text: text(17, 'refuses it now') },
    { name: 'now lists only MD5', bmc: { listedSuites: [8, 12] }, ours: { leastSuite: 3 }, kind: 'no-cipher-suite', text: 'no common cipher suite: the BMC offers 8, 12, we speak 17 and 3' },
    { name: 'lists 3 and refuses it', bmc: { listedSuites: [3], acceptedSuites: [] }, ours: { leastSuite: 3 }, text: text(3, 'now offers 3') },
    { name: 'is to be asked for less', bmc: {}, ours: { leastSuite: 17, cipherSuites: [3] }, text: text(17, 'refuses it now') },
    { name: 'falls to MD5 where that would do', bmc: { acceptedSuites: [8] }, ours: { leastSuite: 3, cipherSuites: [3, 8] }, text: text(3, 'refuses it now') },
  ] as { name: string; bmc: FakeBmcConfig; ours: Partial<HandshakeConfig>; kind?: IpmiErrorKind; text: string }[])('$name', ({ bmc: config, ours, kind, text }) => {
    const bmc = new FakeBmc(config)
    expect(failure(play(bmc, ours))).toEqual({ kind: kind ?? 'downgrade', text })
    expect(bmc.seen, 'nothing made of the password, nor the name').not.toContain('rakp 1')
  })
})

describe('who is asked for', () => {
  const roles = (bmc: FakeBmcConfig, ours: Partial<HandshakeConfig> = {}) => {
    const seen: number[] = []
    const rakp2 = (role: number) => {
      seen.push(role)
      return bmc.status?.rakp2?.(role) ?? 0
    }
    const step = play(new FakeBmc({ ...bmc, status: { ...bmc.status, rakp2 } }), ours)
    return { seen, privilege: step.kind === 'established' ? step.session.privilege : step.kind }
  }
  const unless = (wanted: number) => ({ status: { rakp2: (role: number) => (role === wanted ? 0 : 0x0d) } })

  test('by name alone first, as administrator', () => expect(roles({})).toEqual({ seen: [0x14], privilege: 'administrator' }))
  test('as operator, then by name and role', () => {
    expect(roles(unless(0x13))).toEqual({ seen: [0x14, 0x13], privilege: 'operator' })
    expect(roles(unless(0x04))).toEqual({ seen: [0x14, 0x13, 0x04], privilege: 'administrator' })
    expect(roles(unless(0x03))).toEqual({ seen: [0x14, 0x13, 0x04, 0x03], privilege: 'operator' })
  })
  test('is what the BMC says that it has set, where it says so', () => {
    expect(roles({ grants: 0x03 })).toEqual({ seen: [0x14], privilege: 'operator' })
    expect(roles({ grants: 0x00 })).toEqual({ seen: [0x14], privilege: 'administrator' })
  })
  test('a user who may only look, where that is what is wanted', () => {
    expect(roles(unless(0x12), { privilege: 'user' })).toEqual({ seen: [0x12], privilege: 'user' })
    expect(roles(unless(0x02), { privilege: 'user' })).toEqual({ seen: [0x12, 0x02], privilege: 'user' })
  })
})

describe('checklist 3: codes of the BMC', () => {
  for (const suite of [17, 3] as const) {
    const bits = { rakp2: suite === 17 ? 256 : 160, rakp4: suite === 17 ? 128 : 96 }
    for (const message of ['rakp2', 'rakp4'] as const) {
      test(`suite ${suite}: no ${message} with one flipped bit is accepted`, () => {
        for (let bit = 0; bit < bits[message]; bit++) {
          const forge = (which: string, code: Buffer) => {
            if (which === message) code[bit >> 3] = code[bit >> 3]! ^ (1 << (bit & 7))
            return code
          }
          const bmc = new FakeBmc({ forge })
          expect(failure(play(bmc, { cipherSuites: [suite] })), `bit ${bit}`).toMatchObject({ kind: 'wrong-password' })
          expect(bmc.seen.includes('rakp 3'), 'no RAKP 3 after a bad RAKP 2').toBe(message === 'rakp4')
        }
      })

      test(`suite ${suite}: a ${message} with a code of another length is refused`, () => {
        for (const change of [(code: Buffer) => code.subarray(1), (code: Buffer) => Buffer.concat([code, Buffer.of(0)]), () => Buffer.alloc(0)]) {
          const forge = (which: string, code: Buffer) => (which === message ? change(code) : code)
          expect(failure(play(new FakeBmc({ forge }), { cipherSuites: [suite] }))).toMatchObject({ kind: 'wrong-password' })
        }
      })
    }
  }
})

describe('lost packets', () => {
  // 0 capabilities, 1 cipher suites, 2 open session, 3 RAKP 1, 4 RAKP 3, 5 privilege
  for (let lost = 0; lost < 6; lost++) {
    for (const what of ['lose-request', 'lose-answer'] as const) {
      test(`${what} ${lost}: logs in nevertheless`, () => {
        const bmc = new FakeBmc()
        expect(play(bmc, {}, (index) => (index === lost ? what : 'deliver')).kind).toBe('established')
        // A lost RAKP message is repeated in its place.
        const takesAnotherPlace = lost === 2 && what === 'lose-answer'
        expect(bmc.seen.filter((name) => name === 'open session')).toHaveLength(takesAnotherPlace ? 2 : 1)
      })
    }
  }

  for (const { message, first } of [{ message: 'rakp 1', first: 3 }, { message: 'rakp 3', first: 4 }]) {
    test(`the answers to ${message} lost three times: a new sequence begins`, () => {
      const bmc = new FakeBmc()
      expect(play(bmc, {}, (index) => (index >= first && index < first + 3 ? 'lose-answer' : 'deliver')).kind).toBe('established')
      expect(bmc.seen.filter((name) => name === message)).toHaveLength(4)
      expect(bmc.seen.filter((name) => name === 'open session')).toHaveLength(2)
    })
  }

  test('a BMC that refuses a repeated RAKP 3 is logged in to by a new sequence', () => {
    const bmc: FakeBmc = new FakeBmc({ status: { rakp4: () => (bmc.seen.filter((name) => name === 'rakp 3').length === 2 ? 0x02 : 0) } })
    expect(play(bmc, {}, (index) => (index === 4 ? 'lose-answer' : 'deliver')).kind).toBe('established')
    expect(bmc.seen.filter((name) => name === 'open session')).toHaveLength(2)
  })

  test('every fifth packet lost', () => {
    expect(play(new FakeBmc(), {}, (index) => (index % 5 === 4 ? 'lose-answer' : 'deliver')).kind).toBe('established')
  })
})

describe('late answers', () => {
  /** A clock that only this test moves: every answer takes `delayMs`, and we lose patience as `loginTimeoutMs` says. */
  function playSlowly(bmc: FakeBmc, delayMs: (packet: number) => number, limitMs = 60_000): { step: HandshakeStep; nowMs: number } {
    let nowMs = 0
    let packets = 0
    const losses = new Map<string, number>()
    let roundTrip: RoundTrip | undefined
    const onTheWay: { atMs: number; datagram: Buffer }[] = []
    const sentAtMs = new Map<number, number>()
    let impatientAtMs = 0
    let state: Handshake | undefined
    let step = beginHandshake(config)
    for (;;) {
      if (step.kind === 'established' || step.kind === 'failed') return { step, nowMs }
      if (step.kind === 'send') {
        state = step.state
        sentAtMs.set(state.tag, nowMs)
        for (const datagram of bmc.receive(step.datagram)) onTheWay.push({ atMs: nowMs + delayMs(packets++), datagram })
        impatientAtMs = nowMs + loginTimeoutMs(roundTrip, losses.get(state.phase.name) ?? 0)
      }
      if (step.kind === 'wait') state = step.state
      onTheWay.sort((a, b) => a.atMs - b.atMs)
      const next = onTheWay[0]
      if (next && next.atMs <= impatientAtMs) {
        nowMs = next.atMs
        step = deliver(state!, onTheWay.shift()!.datagram)
        if (step.kind === 'send') roundTrip = measure(roundTrip, nowMs - sentAtMs.get(step.answers!)!)
      } else {
        nowMs = impatientAtMs
        const { name } = state!.phase
        losses.set(name, (losses.get(name) ?? 0) + 1)
        step = onHandshakeSilence(state!)
      }
      if (nowMs > limitMs) return { step, nowMs }
    }
  }

  test('a BMC that answers each packet after 2 to 4 s is logged in to, with one sequence', () => {
    const bmc = new FakeBmc()
    const { step, nowMs } = playSlowly(bmc, (packet) => 2_000 + ((packet * 769) % 2_000))
    expect(step.kind).toBe('established')
    expect(bmc.seen.filter((name) => name === 'open session')).toHaveLength(1)
    // Six exchanges of at most 4 s.
    expect(nowMs).toBeLessThan(24_000)
  })

  test('a BMC that answers questions at once and needs 3 s for RAKP is logged in to', () => {
    const bmc = new FakeBmc()
    const { step, nowMs } = playSlowly(bmc, () => (bmc.seen.at(-1)!.startsWith('rakp') ? 3_000 : 10))
    expect(step.kind).toBe('established')
    expect(nowMs).toBeLessThan(10_000)
  })

  test('the same when its table has four places, all soon taken by our own tries', () => {
    const bmc = new FakeBmc({ places: 4 })
    const { step } = playSlowly(bmc, () => (bmc.seen.at(-1)!.startsWith('rakp') ? 3_000 : 10))
    expect(step.kind).toBe('established')
  })

  test('a table that our own lost tries have filled is waited for; one that others have filled is an error', () => {
    const bmc = new FakeBmc({ places: 1 })
    const capabilities = sent(beginHandshake({ ...config, cipherSuites: [17] }))
    const first = sent(deliver(capabilities.state, bmc.receive(capabilities.datagram)[0]!))
    const refusals = new FakeBmc({ places: 0 })
    expect(deliver(first.state, refusals.receive(first.datagram)[0]!)).toMatchObject({ kind: 'failed', error: { kind: 'insufficient-resources' } })
    bmc.receive(first.datagram)
    const second = sent(onHandshakeSilence(first.state))
    const refused = deliver(second.state, bmc.receive(second.datagram)[0]!)
    expect(refused).toMatchObject({ kind: 'wait', state: { refusal: { kind: 'insufficient-resources' } } })
  })

  test('in a full table RAKP 1 is sent anew where an earlier try has a place', () => {
    const bmc = new FakeBmc({ places: 1 })
    const capabilities = sent(beginHandshake({ ...config, cipherSuites: [17] }))
    const first = sent(deliver(capabilities.state, bmc.receive(capabilities.datagram)[0]!))
    const lost = sent(deliver(first.state, bmc.receive(first.datagram)[0]!))
    const { step: second } = beginAnew(lost)
    const anew = sent(deliver(second.state, bmc.receive(second.datagram)[0]!))
    expect(anew).toMatchObject({ state: { phase: { managedSystemSessionId: (lost.state.phase as { managedSystemSessionId: number }).managedSystemSessionId } } })
    const [late] = bmc.receive(lost.datagram)
    const [answer] = bmc.receive(anew.datagram)
    expect(deliver(anew.state, late!).kind).toBe('ignore')
    expect(deliver(anew.state, answer!)).toMatchObject({ kind: 'send', state: { phase: { name: 'rakp-3' } } })
  })

  test('the first sequence is followed when its answer comes after the second began', () => {
    const bmc = new FakeBmc()
    const capabilities = sent(beginHandshake({ ...config, cipherSuites: [17] }))
    const first = sent(deliver(capabilities.state, bmc.receive(capabilities.datagram)[0]!))
    const second = sent(onHandshakeSilence(first.state))
    const rakp1 = sent(deliver(second.state, bmc.receive(first.datagram)[0]!))
    expect(rakp1).toMatchObject({ answers: first.state.tag, state: { phase: { name: 'rakp-1' } } })
    const { step: third, last } = beginAnew(rakp1)
    const rakp3 = sent(deliver(third.state, bmc.receive(last.datagram)[0]!))
    expect(rakp3).toMatchObject({ answers: last.state.tag, state: { phase: { name: 'rakp-3' } } })
    expect(bmc.sessions.has((rakp3.state.phase as { exchange: { managedSystemSessionId: number } }).exchange.managedSystemSessionId)).toBe(true)
  })

  test('a late "invalid session id" to the first sequence does not end the second', () => {
    const bmc = new FakeBmc({ status: { rakp2: () => 0x02 } })
    const capabilities = sent(beginHandshake({ ...config, cipherSuites: [17] }))
    const first = sent(deliver(capabilities.state, bmc.receive(capabilities.datagram)[0]!))
    const rakp1 = sent(deliver(first.state, bmc.receive(first.datagram)[0]!))
    const { step: second, last } = beginAnew(rakp1)
    expect(deliver(second.state, bmc.receive(last.datagram)[0]!).kind).toBe('wait')
  })
})

describe('garbled answers', () => {
  const spoilOnce = () => {
    let isSpoilt = false
    return (which: string, code: Buffer) => {
      if (which !== 'rakp2' || isSpoilt) return code
      isSpoilt = true
      return Buffer.concat([code.subarray(0, -1), Buffer.of(code.at(-1)! ^ 0xff)])
    }
  }

  test('one spoilt RAKP 2 is no wrong password: a second sequence logs in', () => {
    const bmc = new FakeBmc({ forge: spoilOnce() })
    expect(play(bmc).kind).toBe('established')
    expect(bmc.seen.filter((name) => name === 'rakp 1')).toHaveLength(2)
  })

  test('a wrong password is tried twice, and no RAKP 3 is ever sent that could count towards a lockout', () => {
    const bmc = new FakeBmc({ password: 'other' })
    expect(failure(play(bmc))).toMatchObject({ kind: 'wrong-password' })
    expect(bmc.seen.filter((name) => name === 'rakp 1')).toHaveLength(2)
    expect(bmc.seen).not.toContain('rakp 3')
  })

  test('wrong codes among garbage are called garbled', () => {
    const bmc = new FakeBmc({ password: 'other' })
    let step = beginHandshake(config)
    while (step.kind === 'send') step = deliver(onHandshakeGarbage(step.state), bmc.receive(step.datagram)[0]!)
    expect(failure(step)).toMatchObject({ kind: 'malformed' })
  })
})

describe('packets that are not the answer', () => {
  test('late and repeated answers are ignored', () => {
    const bmc = new FakeBmc()
    const capabilities = sent(beginHandshake(config))
    const answer = bmc.receive(capabilities.datagram)[0]!
    const suites = sent(deliver(capabilities.state, answer))
    expect(deliver(suites.state, answer).kind).toBe('ignore')
    const open = sent(deliver(suites.state, bmc.receive(suites.datagram)[0]!))
    const response = bmc.receive(open.datagram)[0]!
    const rakp1 = sent(deliver(open.state, response))
    expect(deliver(rakp1.state, response)).toEqual({ kind: 'ignore', reason: 'an answer to an earlier message' })
  })

  test('an answer for another session id is ignored', () => {
    const bmc = new FakeBmc()
    const open = openSessionStep(bmc)
    const answer = bmc.receive(open.datagram)[0]!
    answer.writeUInt32LE(0x01020304, 20)
    expect(deliver(open.state, answer)).toEqual({ kind: 'ignore', reason: 'an answer for another session' })
  })

  test('a BMC that answers with another suite than asked is not talked to', () => {
    const bmc = new FakeBmc()
    const open = openSessionStep(bmc)
    const answer = bmc.receive(open.datagram)[0]!
    // Authentication algorithm: 16 bytes of headers, 12 before the algorithms, 4 before the number.
    answer[16 + 12 + 4] = 0
    expect(failure(deliver(open.state, answer))).toMatchObject({ kind: 'protocol' })
  })

  test('any truncated or altered answer is ignored or refused, never thrown', () => {
    const bmc = new FakeBmc()
    let step = sent(beginHandshake(config))
    for (;;) {
      const answer = bmc.receive(step.datagram)[0]!
      for (let length = 16; length < answer.length; length++) {
        const cut = Buffer.from(answer.subarray(0, length))
        if (cut[4] === 0x06) cut.writeUInt16LE(length - 16, 14)
        else cut[13] = Math.max(0, length - 14)
        const outcome = deliver(step.state, cut)
        // A code of another length is a wrong one: the sequence begins anew, and nothing was believed.
        if (outcome.kind === 'send') expect(outcome.state.phase.name, `cut at ${length}`).toBe('open-session')
        else expect(['ignore', 'failed']).toContain(outcome.kind)
      }
      const next = deliver(step.state, answer)
      if (next.kind === 'established') return
      step = sent(next)
    }
  })

  function openSessionStep(bmc: FakeBmc): Extract<HandshakeStep, { kind: 'send' }> {
    const capabilities = sent(beginHandshake({ ...config, cipherSuites: [17] }))
    return sent(deliver(capabilities.state, bmc.receive(capabilities.datagram)[0]!))
  }
})
