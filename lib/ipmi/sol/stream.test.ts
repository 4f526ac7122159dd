import { describe, expect, test } from 'vitest'
import { decodeSolPacket, encodeSolPacket, nextSolSequence, operations, statuses, type SolPacket } from './packet.ts'
import * as stream from './stream.ts'
import type { SolStep, SolStream } from './stream.ts'

const rules = { ...stream.usualRules, maxSend: 10 }
const text = (bytes: readonly Buffer[]) => Buffer.concat(bytes).toString('latin1')
const sent = (step: SolStep) => step.send.map(decodeSolPacket).map((packet) => ({ ...packet, data: packet.data.toString('latin1') }))

const fromBmc = (packet: Partial<Omit<SolPacket, 'data'>> & { data?: string }): SolPacket => ({
  sequence: 0,
  ackSequence: 0,
  acceptedCount: 0,
  flags: 0,
  ...packet,
  data: Buffer.from(packet.data ?? '', 'latin1'),
})
const ack = (ackSequence: number, acceptedCount: number, flags = 0) => fromBmc({ ackSequence, acceptedCount, flags })

/** Follows one stream: each call goes on from the state before. */
function follow(initial: SolStream = stream.openStream(rules, false)) {
  let state = initial
  const on = (step: SolStep) => {
    state = step.state
    return step
  }
  return {
    state: () => state,
    receive: (packet: SolPacket, nowMs = 0) => on(stream.receivePacket(state, packet, nowMs)),
    write: (id: number, data: string, nowMs = 0) => on(stream.writeBytes(state, id, Buffer.from(data, 'latin1'), nowMs)),
    sendBreak: (id: number, nowMs = 0) => on(stream.writeBreak(state, id, nowMs)),
    tick: (nowMs: number) => on(stream.tick(state, nowMs)),
    start: (nowMs = 0) => on(stream.start(state, nowMs)),
    pause: () => on(stream.pauseStream(state)),
    resume: () => on(stream.resumeStream(state)),
  }
}

describe('packets', () => {
  test('the four header bytes and the characters', () => {
    // Sequence 5, acknowledges 14, of which 3 characters were taken, break, "ls".
    const bytes = Buffer.from('050e03106c73', 'hex')
    const packet = decodeSolPacket(bytes)
    expect(packet).toEqual({ sequence: 5, ackSequence: 14, acceptedCount: 3, flags: operations.generateBreak, data: Buffer.from('ls') })
    expect(encodeSolPacket(packet)).toEqual(bytes)
  })

  test('reserved bits of the sequence numbers are not believed, short packets not at all', () => {
    expect(decodeSolPacket(Buffer.of(0xf1, 0x2f, 0, 0))).toMatchObject({ sequence: 1, ackSequence: 15 })
    expect(() => decodeSolPacket(Buffer.of(1, 2, 3))).toThrow('too short')
  })

  test('numbers run from 1 to 15 and never through 0', () => {
    expect(Array.from({ length: 16 }).reduce<number[]>((all) => [...all, nextSolSequence(all.at(-1)!)], [14])).toEqual([
      14, 15, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
    ])
  })
})

describe('from the BMC', () => {
  test('characters are delivered and acknowledged alone, with their count', () => {
    const step = follow().receive(fromBmc({ sequence: 3, data: 'hello' }))
    expect(text(step.deliver)).toBe('hello')
    expect(sent(step)).toEqual([{ sequence: 0, ackSequence: 3, acceptedCount: 5, flags: 0, data: '' }])
  })

  test('a repeat is acknowledged again and not delivered again', () => {
    const console = follow()
    console.receive(fromBmc({ sequence: 3, data: 'hello' }))
    const step = console.receive(fromBmc({ sequence: 3, data: 'hello' }))
    expect(step.deliver).toEqual([])
    expect(sent(step)).toMatchObject([{ ackSequence: 3, acceptedCount: 5 }])
  })

  test('of a repeat that has grown only the new end is delivered', () => {
    const console = follow()
    console.receive(fromBmc({ sequence: 3, data: 'hello' }))
    const step = console.receive(fromBmc({ sequence: 3, data: 'hello, world' }))
    expect(text(step.deliver)).toBe(', world')
    expect(sent(step)).toMatchObject([{ ackSequence: 3, acceptedCount: 12 }])
  })

  test('1 follows 15; a number that jumps is new all the same', () => {
    const console = follow()
    const seen = [15, 1, 9].map((sequence) => text(console.receive(fromBmc({ sequence, data: `<${sequence}>` })).deliver))
    expect(seen).toEqual(['<15>', '<1>', '<9>'])
  })

  test('a packet without number carries no characters', () => {
    expect(follow().receive(fromBmc({ sequence: 0, data: 'noise' }))).toMatchObject({ deliver: [], send: [] })
  })

  test('deactivated: what came with it is delivered, then nothing more happens', () => {
    const console = follow()
    const step = console.receive(fromBmc({ sequence: 1, data: 'bye', flags: statuses.deactivated }))
    expect(text(step.deliver)).toBe('bye')
    expect(step.state.end).toBe('deactivated')
    expect(console.receive(fromBmc({ sequence: 2, data: 'ghost' }))).toMatchObject({ deliver: [], send: [] })
    expect(stream.dueAtMs(console.state())).toBeUndefined()
  })

  test('overrun and break are told each time, availability when it changes', () => {
    const console = follow()
    const notices = [statuses.transmitOverrun, statuses.breakDetected, statuses.transferUnavailable, statuses.transferUnavailable, 0].map(
      (flags) => console.receive(fromBmc({ flags })).notices,
    )
    expect(notices).toEqual([['overrun'], ['break'], ['unavailable'], [], ['available']])
  })
})

describe('to the BMC', () => {
  test('one packet is outstanding; what is typed meanwhile goes together in the next', () => {
    const console = follow()
    expect(sent(console.write(1, 'l'))).toMatchObject([{ sequence: 1, ackSequence: 0, data: 'l' }])
    expect(console.write(2, 's').send).toEqual([])
    expect(console.write(3, '\r').send).toEqual([])
    const first = console.receive(ack(1, 1))
    expect(first.accepted).toEqual([1])
    expect(sent(first)).toMatchObject([{ sequence: 2, data: 's\r' }])
    expect(console.receive(ack(2, 2)).accepted).toEqual([2, 3])
  })

  test('no packet has more characters than the BMC takes', () => {
    const console = follow()
    expect(sent(console.write(1, 'abcdefghijklm'))).toMatchObject([{ sequence: 1, data: 'abcdefghij' }])
    const step = console.receive(ack(1, 10))
    expect(step.accepted).toEqual([])
    expect(sent(step)).toMatchObject([{ sequence: 2, data: 'klm' }])
    expect(console.receive(ack(2, 3)).accepted).toEqual([1])
  })

  test('a lost packet or acknowledgement: the same again under the same number', () => {
    const console = follow()
    const [first] = console.write(1, 'x').send
    expect(stream.dueAtMs(console.state())).toBe(200)
    expect(console.tick(199).send).toEqual([])
    expect(console.tick(200).send).toEqual([first])
    expect(stream.dueAtMs(console.state())).toBe(500)
    expect(console.tick(500).send).toEqual([first])
    expect(console.receive(ack(1, 1), 600).accepted).toEqual([1])
    expect(console.receive(ack(1, 1), 601)).toMatchObject({ accepted: [], send: [] })
    expect(stream.dueAtMs(console.state())).toBeUndefined()
  })

  test('an acknowledgement of another number is none', () => {
    const console = follow()
    console.write(1, 'x')
    expect(console.receive(ack(7, 1)).accepted).toEqual([])
  })

  test('partial acceptance: the rest under a new number', () => {
    const console = follow()
    console.write(1, 'abc')
    console.write(2, 'de')
    const step = console.receive(ack(1, 2))
    expect(step.accepted).toEqual([])
    expect(sent(step)).toMatchObject([{ sequence: 2, data: 'cde' }])
  })

  test('more accepted than was sent is not believed', () => {
    const console = follow()
    console.write(1, 'abc')
    console.write(2, 'de')
    expect(console.receive(ack(1, 200)).accepted).toEqual([1])
    expect(sent(console.tick(200))).toMatchObject([{ data: 'de' }])
  })

  test('NACK with a part accepted: waits, then the rest under a new number', () => {
    const console = follow()
    console.write(1, 'abcd')
    expect(console.receive(ack(1, 3, statuses.nack)).send).toEqual([])
    expect(stream.dueAtMs(console.state())).toBe(200)
    expect(sent(console.tick(200))).toMatchObject([{ sequence: 2, data: 'd' }])
  })

  test('after a NACK the BMC’s repeated acknowledgement without it lets us go on at once, and counts nothing twice', () => {
    const console = follow()
    console.write(1, 'abcd')
    console.write(2, 'e')
    expect(console.receive(ack(1, 4, statuses.nack)).accepted).toEqual([1])
    const step = console.receive(ack(1, 4), 50)
    expect(step.accepted).toEqual([])
    expect(sent(step)).toMatchObject([{ sequence: 2, data: 'e' }])
  })

  test('a host that takes nothing for seconds: what was typed is refused, not kept for later', () => {
    const console = follow()
    console.write(1, 'reboot\r')
    let refused: readonly number[] = []
    let nowMs = 0
    for (let sequence = 1; refused.length === 0 && nowMs < 60_000; sequence = nextSolSequence(sequence)) {
      console.receive(ack(sequence, 0, statuses.nack | statuses.transferUnavailable), nowMs)
      nowMs = stream.dueAtMs(console.state())!
      refused = console.tick(nowMs).refused
    }
    expect(refused).toEqual([1])
    expect(nowMs).toBeGreaterThanOrEqual(3000)
    expect(nowMs).toBeLessThan(5000)
    expect(sent(console.write(2, 'x', nowMs))).toMatchObject([{ data: 'x' }])
  })

  test('a break has its place among the characters, and is repeated like them', () => {
    const console = follow()
    console.write(1, 'a')
    console.sendBreak(2)
    console.write(3, 'h')
    const second = console.receive(ack(1, 1))
    expect(sent(second)).toEqual([{ sequence: 2, ackSequence: 0, acceptedCount: 0, flags: operations.generateBreak, data: '' }])
    expect(console.tick(200).send).toEqual(second.send)
    const third = console.receive(ack(2, 0), 210)
    expect(third.accepted).toEqual([2])
    expect(sent(third)).toMatchObject([{ sequence: 3, flags: 0, data: 'h' }])
  })

  test('the opening empty packet takes number 1, and is given up by a BMC that acknowledges none', () => {
    const console = follow(stream.openStream(rules))
    expect(sent(console.start())).toMatchObject([{ sequence: 1, data: '' }])
    console.write(1, 'x')
    const last = runOut(console)
    expect(sent(last)).toMatchObject([{ sequence: 2, data: 'x' }])
  })

  test('never answered: an empty packet asks, and its acknowledgement proves the one before', () => {
    const console = follow()
    console.write(1, 'x')
    console.write(2, 'y')
    expect(sent(runOut(console))).toMatchObject([{ sequence: 2, data: '' }])
    const step = console.receive(ack(2, 0), 20_000)
    expect(step.accepted).toEqual([1])
    expect(sent(step)).toMatchObject([{ sequence: 3, data: 'y' }])
  })

  test('nor is that answered: the stream has ended', () => {
    const console = follow()
    console.write(1, 'x')
    runOut(console)
    runOut(console)
    expect(console.state().end).toBe('unanswered')
  })

  test('unanswered, but the answer comes late after all', () => {
    const console = follow()
    console.write(1, 'x')
    runOut(console)
    expect(console.receive(ack(1, 1), 20_000).accepted).toEqual([1])
    expect(stream.dueAtMs(console.state())).toBeUndefined()
  })
})

/** Lets all tries of the present packet go unanswered; gives the step after the last. */
function runOut(console: ReturnType<typeof follow>): SolStep {
  const { sequence } = console.state().outgoing!
  for (;;) {
    const step = console.tick(stream.dueAtMs(console.state())!)
    if (step.state.outgoing?.sequence !== sequence || step.state.end) return step
  }
}

describe('a slow consumer', () => {
  test('while paused, bytes are kept and acknowledged late: the BMC has one packet outstanding and waits', () => {
    const console = follow()
    console.pause()
    expect(console.receive(fromBmc({ sequence: 1, data: 'one' }), 0)).toMatchObject({ deliver: [], send: [] })
    expect(console.receive(fromBmc({ sequence: 1, data: 'one' }), 100)).toMatchObject({ deliver: [], send: [] })
    expect(stream.dueAtMs(console.state())).toBe(300)
    expect(sent(console.tick(300))).toMatchObject([{ ackSequence: 1, acceptedCount: 3 }])
    console.receive(fromBmc({ sequence: 2, data: 'two' }), 310)
    const step = console.resume()
    expect(text(step.deliver)).toBe('onetwo')
    expect(sent(step)).toMatchObject([{ ackSequence: 2, acceptedCount: 3 }])
    expect(text(console.receive(fromBmc({ sequence: 3, data: 'three' })).deliver)).toBe('three')
  })

  test('no more is kept than allowed', () => {
    const console = follow(stream.openStream({ ...rules, backlogBytes: 8 }, false))
    console.pause()
    console.receive(fromBmc({ sequence: 1, data: '12345' }), 0)
    console.tick(300)
    console.receive(fromBmc({ sequence: 2, data: '6789a' }), 310)
    expect(stream.dueAtMs(console.state())).toBeUndefined()
    expect(console.state().backlogLength).toBe(5)
    expect(text(console.resume().deliver)).toBe('12345')
    expect(text(console.receive(fromBmc({ sequence: 2, data: '6789a' })).deliver)).toBe('6789a')
  })
})

describe('5 % loss each way, in simulated time', () => {
  const lineCount = 100_000
  const lines = (name: string) => Array.from({ length: lineCount }, (_, i) => `${name} ${i}\n`).join('')

  test('both directions at once: every line once, in order', () => {
    const typed = lines('in')
    const printed = lines('out')
    let console = stream.openStream({ ...rules, maxSend: 250 })
    const bmc = createModelBmc(printed)
    const roll = dice(42)
    const arrived: Buffer[] = []
    let nowMs = 0
    let accepted = 0
    const handle = (step: SolStep): void => {
      console = step.state
      accepted += step.accepted.length
      arrived.push(...step.deliver)
      for (const bytes of step.send) if (roll() > 0.05) answer(bmc.receive(decodeSolPacket(bytes), nowMs))
    }
    const answer = (packets: readonly SolPacket[]): void => {
      for (const packet of packets) if (roll() > 0.05) handle(stream.receivePacket(console, packet, nowMs))
    }
    handle(stream.start(console, nowMs))
    handle(stream.writeBytes(console, 1, Buffer.from(typed), nowMs))
    answer(bmc.begin(nowMs))
    const isDone = () => accepted === 1 && bmc.isDone()
    for (let i = 0; i < 1_000_000 && !isDone(); i++) {
      const consoleDue = stream.dueAtMs(console) ?? Infinity
      nowMs = Math.min(consoleDue, bmc.dueAtMs())
      if (consoleDue <= nowMs) handle(stream.tick(console, nowMs))
      else answer(bmc.tick(nowMs))
    }
    expect(console.end).toBeUndefined()
    expect(text(arrived) === printed).toBe(true)
    expect(bmc.typed() === typed).toBe(true)
    expect(bmc.repeats()).toBeGreaterThan(300)
  })
})

/** The least BMC there can be: one packet outstanding, repeats after 100 ms, takes at most 37 characters at a time. */
function createModelBmc(output: string) {
  const typed: string[] = []
  let sequence = 0
  let outstanding: SolPacket | undefined
  let offset = 0
  let dueAtMs = Infinity
  let repeats = 0
  let last = { sequence: 0, count: 0 }
  const next = (nowMs: number): SolPacket[] => {
    const data = Buffer.from(output.slice(offset, offset + 200))
    outstanding = data.length > 0 ? fromBmc({ sequence: (sequence = nextSolSequence(sequence)), data: data.toString() }) : undefined
    dueAtMs = outstanding ? nowMs + 100 : Infinity
    return outstanding ? [outstanding] : []
  }
  return {
    begin: next,
    dueAtMs: () => dueAtMs,
    isDone: () => offset >= output.length,
    typed: () => typed.join(''),
    repeats: () => repeats,
    tick(nowMs: number) {
      repeats++
      dueAtMs = nowMs + 100
      return [outstanding!]
    },
    receive(packet: SolPacket, nowMs: number): SolPacket[] {
      const answers: SolPacket[] = []
      if (packet.sequence !== 0) {
        if (packet.sequence !== last.sequence) {
          last = { sequence: packet.sequence, count: Math.min(37, packet.data.length) }
          typed.push(packet.data.toString('latin1', 0, last.count))
        }
        answers.push(ack(last.sequence, last.count))
      }
      if (outstanding && packet.ackSequence === outstanding.sequence) {
        offset += packet.acceptedCount
        answers.push(...next(nowMs))
      }
      return answers
    },
  }
}

function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
