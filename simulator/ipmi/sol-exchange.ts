import { encodeSolPacket, nextSolSequence, operations, statuses, type SolPacket } from '#lib/ipmi/sol/packet.ts'
import type { SerialPort } from '../serial/port.ts'

/** How this BMC sends: how many characters at once, how often again, and after how long (SOL parameter 4). */
export interface SolHabits {
  mostCharacters: number
  retries: number
  retryMs: number
}

/**
 * The BMC's end of one active SOL payload (IPMI 2.0 §15.9 to §15.11): packets in, packets out, no socket and no timer. What is not
 * acknowledged after all retries is dropped, as the specification has it.
 */
export interface SolExchange {
  receive: (packet: SolPacket, nowMs: number) => Buffer[]
  /** The serial port has something new: output, or room for what was typed. */
  look: (nowMs: number) => Buffer[]
  tick: (nowMs: number) => Buffer[]
  dueMs: () => number
}

interface Outstanding {
  sequence: number
  data: Buffer
  bytes: Buffer
  tries: number
  dueMs: number
}

interface Answer {
  ackSequence: number
  acceptedCount: number
  flags: number
}

const noAnswer: Answer = { ackSequence: 0, acceptedCount: 0, flags: 0 }

export function createSolExchange(port: SerialPort, habits: SolHabits): SolExchange {
  let sequence = 0
  let outstanding: Outstanding | undefined
  /** Characters that the console did not accept: they go first, in another packet. */
  let rest: Buffer = Buffer.alloc(0)
  let last: Answer = noAnswer
  let owesResume = false

  function receive(packet: SolPacket, nowMs: number): Buffer[] {
    if (outstanding && packet.ackSequence === outstanding.sequence && (packet.flags & operations.nack) === 0) {
      rest = Buffer.from(outstanding.data.subarray(packet.acceptedCount))
      outstanding = undefined
    }
    return sendNext(packet.sequence === 0 ? undefined : take(packet), nowMs)
  }

  /** Types what it carries, unless it is a repeat; gives the acknowledgement. */
  function take(packet: SolPacket): Answer {
    if (packet.sequence === last.ackSequence) return last
    if (packet.flags & operations.generateBreak) port.sendBreak()
    const isPowered = port.isPowered()
    const acceptedCount = isPowered ? port.write(packet.data) : 0
    owesResume = acceptedCount < packet.data.length
    const flags = (owesResume ? statuses.nack : 0) | (isPowered ? 0 : statuses.transferUnavailable)
    last = { ackSequence: packet.sequence, acceptedCount, flags }
    return last
  }

  function look(nowMs: number): Buffer[] {
    if (!owesResume || !port.isPowered()) return sendNext(undefined, nowMs)
    owesResume = false
    last = { ...last, flags: 0 }
    return sendNext(last, nowMs)
  }

  /** The next characters with the acknowledgement in the same packet, or the acknowledgement alone. */
  function sendNext(answer: Answer | undefined, nowMs: number): Buffer[] {
    const data = outstanding ? nothing : rest.length > 0 ? rest : port.read(habits.mostCharacters)
    if (data.length === 0) return answer ? [encodeSolPacket({ sequence: 0, data: nothing, ...answer })] : []
    rest = nothing
    sequence = nextSolSequence(sequence)
    const bytes = encodeSolPacket({ sequence, data, ...(answer ?? noAnswer) })
    outstanding = { sequence, data, bytes, tries: 1, dueMs: nowMs + habits.retryMs }
    return [bytes]
  }

  function tick(nowMs: number): Buffer[] {
    if (!outstanding || nowMs < outstanding.dueMs) return []
    if (outstanding.tries > habits.retries) {
      outstanding = undefined
      return sendNext(undefined, nowMs)
    }
    outstanding = { ...outstanding, tries: outstanding.tries + 1, dueMs: nowMs + habits.retryMs }
    return [outstanding.bytes]
  }

  return { receive, look, tick, dueMs: () => outstanding?.dueMs ?? Infinity }
}

const nothing = Buffer.alloc(0)
