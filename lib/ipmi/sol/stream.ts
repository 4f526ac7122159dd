import { encodeSolPacket, nextSolSequence, operations, statuses, type SolPacket } from './packet.ts'

/**
 * The console's side of serial over LAN (IPMI 2.0 §15) as pure steps: a state and an event give the next state, the packets to
 * send and the bytes to deliver. Time is a number that the caller brings.
 *
 * - One packet of ours is outstanding; unanswered, it is sent again under the same sequence number.
 * - A packet of theirs with the number of the one before is a repeat: acknowledged again, and only what it has in addition counts.
 * - What a BMC did not accept (partial acceptance, NACK) goes under a new number: OpenIPMI and OpenBMC remember the old one as done.
 * - Acknowledgements travel alone: OpenBMC drops a packet, characters and all, when the acknowledgement in it is stale.
 * - OpenBMC also drops repeats of what it has accepted without acknowledging again. After the last try an empty packet under the
 *   next number asks whether it went on: if that is acknowledged, the one before had arrived.
 *
 * Back-pressure: while paused, every acknowledgement waits `pausedAckMs` and the bytes are kept here, so the BMC, which has one
 * packet outstanding itself, is slowed to a trickle and holds the host back. A NACK is what §15.11 has for it, but OpenBMC answers
 * one by sending again at once, for ever, and OpenIPMI's never resumes; and without any acknowledgement BMCs drop the packet after
 * their retries (OpenBMC: 7 of 100 ms). Only when `backlogBytes` are kept are packets left unanswered.
 */
export type SolRules = {
  /** Characters in one packet to the BMC. */
  readonly maxSend: number
  /** How long to wait for an acknowledgement of the first try, the second, … */
  readonly retryMs: readonly number[]
  /** How long a BMC may go on refusing characters until they are given up: typed keys must not run when a host starts later. */
  readonly refusedAfterMs: number
  readonly pausedAckMs: number
  readonly backlogBytes: number
}

export const usualRules: SolRules = {
  maxSend: 60,
  retryMs: [200, 300, 400, 600, 800, 1000, 1000, 1000],
  refusedAfterMs: 3_000,
  pausedAckMs: 300,
  backlogBytes: 256 * 1024,
}

type Item =
  | { readonly kind: 'bytes'; readonly id: number; readonly data: Buffer }
  | { readonly kind: 'break'; readonly id: number }
  /** Nothing but a number to acknowledge. */
  | { readonly kind: 'empty' }

type Outgoing = {
  readonly sequence: number
  readonly kind: Item['kind']
  /** Characters in it, from the front of the queue. */
  readonly length: number
  readonly bytes: Buffer
  /** 0 is the first. */
  readonly attempt: number
  readonly dueAtMs: number
}

export type SolStream = {
  readonly rules: SolRules
  readonly queue: readonly Item[]
  readonly nextSequence: number
  readonly outgoing: Outgoing | undefined
  /** Sent to the last and never answered, while an empty packet asks whether it arrived. */
  readonly unproven: Outgoing | undefined
  /** The BMC cannot take more: until when to wait, the packet it said so of, how often in a row, and when it is enough. */
  readonly hold: { readonly untilMs: number; readonly sequence: number; readonly count: number; readonly giveUpAtMs: number } | undefined
  readonly received: { readonly sequence: number; readonly length: number } | undefined
  readonly isPaused: boolean
  readonly backlog: readonly Buffer[]
  readonly backlogLength: number
  /** An acknowledgement that waits because the consumer is slow. */
  readonly lateAck: { readonly sequence: number; readonly length: number; readonly dueAtMs: number } | undefined
  readonly isTransferAvailable: boolean
  readonly end: SolStreamEnd | undefined
}

/** `deactivated`: the BMC says so. `unanswered`: it acknowledges nothing any more. */
export type SolStreamEnd = 'deactivated' | 'unanswered'

/** What a BMC tells besides characters: it lost some, the host sent a break, the host can (not) be reached. */
export type SolNotice = 'overrun' | 'break' | 'unavailable' | 'available'

export type SolStep = {
  readonly state: SolStream
  /** Payloads to send now, in order. */
  readonly send: readonly Buffer[]
  readonly deliver: readonly Buffer[]
  /** Ids of writes and breaks that the BMC has accepted whole. */
  readonly accepted: readonly number[]
  /** Ids that it would not take. */
  readonly refused: readonly number[]
  readonly notices: readonly SolNotice[]
}

/** `opensWithEmpty` spends sequence number 1 on an empty packet: OpenIPMI takes a first 1 for a repeat of the last session's. */
export function openStream(rules: SolRules = usualRules, opensWithEmpty = true): SolStream {
  return {
    rules,
    queue: opensWithEmpty ? [{ kind: 'empty' }] : [],
    nextSequence: 1,
    outgoing: undefined,
    unproven: undefined,
    hold: undefined,
    received: undefined,
    isPaused: false,
    backlog: [],
    backlogLength: 0,
    lateAck: undefined,
    isTransferAvailable: true,
    end: undefined,
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
type Draft = {
  readonly state: Mutable<SolStream>
  readonly send: Buffer[]
  readonly deliver: Buffer[]
  readonly accepted: number[]
  readonly refused: number[]
  readonly notices: SolNotice[]
}

/** Works on a copy: the state given stays as it is. */
function step(state: SolStream, change: (draft: Draft) => void): SolStep {
  const draft: Draft = { state: { ...state }, send: [], deliver: [], accepted: [], refused: [], notices: [] }
  if (state.end === undefined) change(draft)
  return draft
}

/** Characters for the host. `id` comes back in `accepted` or `refused`. Empty ones are refused by nobody: do not send any. */
export function writeBytes(state: SolStream, id: number, data: Buffer, nowMs: number): SolStep {
  return step(state, (draft) => {
    draft.state.queue = [...draft.state.queue, { kind: 'bytes', id, data }]
    sendNext(draft, nowMs)
  })
}

/** A break on the host's serial line (IPMI 2.0 §15.9, operation bit 4), in its place among the characters. */
export function writeBreak(state: SolStream, id: number, nowMs: number): SolStep {
  return step(state, (draft) => {
    draft.state.queue = [...draft.state.queue, { kind: 'break', id }]
    sendNext(draft, nowMs)
  })
}

/** Starts what was queued before the stream was open. */
export function start(state: SolStream, nowMs: number): SolStep {
  return step(state, (draft) => sendNext(draft, nowMs))
}

/** From now on bytes are kept, and acknowledged late. */
export function pauseStream(state: SolStream): SolStep {
  return step(state, (draft) => {
    draft.state.isPaused = true
  })
}

export function resumeStream(state: SolStream): SolStep {
  return step(state, (draft) => {
    const { backlog, lateAck } = draft.state
    if (backlog.length > 0) draft.deliver.push(Buffer.concat(backlog))
    Object.assign(draft.state, { isPaused: false, backlog: [], backlogLength: 0, lateAck: undefined })
    if (lateAck) draft.send.push(acknowledgement(lateAck.sequence, lateAck.length))
  })
}

/** The next moment at which `tick` has something to do; undefined when only an event can change anything. */
export function dueAtMs({ outgoing, hold, lateAck, end }: SolStream): number | undefined {
  if (end !== undefined) return undefined
  const due = Math.min(outgoing?.dueAtMs ?? Infinity, hold?.untilMs ?? Infinity, lateAck?.dueAtMs ?? Infinity)
  return due === Infinity ? undefined : due
}

/** Time has come: repeats what was not answered, tries again what was refused, sends an acknowledgement that waited. */
export function tick(state: SolStream, nowMs: number): SolStep {
  return step(state, (draft) => {
    const { lateAck, hold, outgoing } = draft.state
    if (lateAck && nowMs >= lateAck.dueAtMs) {
      draft.send.push(acknowledgement(lateAck.sequence, lateAck.length))
      draft.state.lateAck = undefined
    }
    if (hold && nowMs >= hold.untilMs) {
      if (nowMs >= hold.giveUpAtMs) giveUpQueue(draft)
      else draft.state.hold = { ...hold, untilMs: Infinity }
      sendNext(draft, nowMs)
    } else if (outgoing && nowMs >= outgoing.dueAtMs) repeat(draft, outgoing, nowMs)
  })
}

/** A packet of the BMC. Its data is kept by nobody but the receiver of `deliver`, so it may be a view. */
export function receivePacket(state: SolStream, packet: SolPacket, nowMs: number): SolStep {
  return step(state, (draft) => {
    noticeFlags(draft, packet.flags)
    if (packet.ackSequence !== 0) onAcknowledgement(draft, packet, nowMs)
    if (packet.sequence !== 0) onCharacters(draft, packet, nowMs)
    if (packet.flags & statuses.deactivated) end(draft, 'deactivated')
    else sendNext(draft, nowMs)
  })
}

function noticeFlags(draft: Draft, flags: number): void {
  const isAvailable = (flags & statuses.transferUnavailable) === 0
  if (isAvailable !== draft.state.isTransferAvailable) {
    draft.state.isTransferAvailable = isAvailable
    draft.notices.push(isAvailable ? 'available' : 'unavailable')
  }
  if (flags & statuses.transmitOverrun) draft.notices.push('overrun')
  if (flags & statuses.breakDetected) draft.notices.push('break')
}

function onCharacters(draft: Draft, { sequence, data }: SolPacket, nowMs: number): void {
  const { state } = draft
  const known = state.received?.sequence === sequence ? state.received.length : undefined
  const fresh = known === undefined ? data : data.subarray(known)
  if (state.isPaused && state.backlogLength + fresh.length > state.rules.backlogBytes) return
  if (fresh.length > 0) take(draft, fresh)
  const length = Math.max(known ?? 0, data.length)
  state.received = { sequence, length }
  if (!state.isPaused) draft.send.push(acknowledgement(sequence, length))
  else if (state.lateAck?.sequence !== sequence) state.lateAck = { sequence, length, dueAtMs: nowMs + state.rules.pausedAckMs }
  else state.lateAck = { ...state.lateAck, length }
}

function take(draft: Draft, bytes: Buffer): void {
  const { state } = draft
  if (!state.isPaused) {
    draft.deliver.push(bytes)
    return
  }
  state.backlog = [...state.backlog, bytes]
  state.backlogLength += bytes.length
}

const acknowledgement = (ackSequence: number, acceptedCount: number) =>
  encodeSolPacket({ sequence: 0, ackSequence, acceptedCount: Math.min(acceptedCount, 255), flags: 0, data: nothing })

const nothing = Buffer.alloc(0)

function onAcknowledgement(draft: Draft, packet: SolPacket, nowMs: number): void {
  const { state } = draft
  const isNack = (packet.flags & statuses.nack) !== 0
  if (state.unproven) {
    // Either the late answer to it, or the answer to the question behind it: both say that it arrived.
    if (packet.ackSequence !== state.unproven.sequence && packet.ackSequence !== state.outgoing?.sequence) return
    const all = packet.ackSequence === state.unproven.sequence ? packet.acceptedCount : state.unproven.length
    const settled = state.unproven
    Object.assign(state, { unproven: undefined, outgoing: undefined })
    return settle(draft, settled, all, isNack, nowMs)
  }
  if (packet.ackSequence === state.outgoing?.sequence) {
    const settled = state.outgoing
    state.outgoing = undefined
    return settle(draft, settled, packet.acceptedCount, isNack, nowMs)
  }
  // The BMC repeats its last acknowledgement, without NACK, when it can take characters again.
  if (!isNack && packet.ackSequence === state.hold?.sequence) state.hold = undefined
}

/** A packet was answered: what it accepted leaves the queue; what it did not is sent anew, after a pause when it said "not now". */
function settle(draft: Draft, outgoing: Outgoing, acceptedCount: number, isNack: boolean, nowMs: number): void {
  const { state } = draft
  const count = Math.min(acceptedCount, outgoing.length)
  const isWhole = count === outgoing.length && (outgoing.kind === 'bytes' || !isNack)
  if (isWhole && outgoing.kind !== 'bytes') removeFirst(draft)
  else removeCharacters(draft, count)
  const hasProgress = count > 0 || isWhole
  if (!isNack && hasProgress) {
    state.hold = undefined
    return
  }
  const before = hasProgress ? undefined : state.hold
  const waitMs = Math.min(1000, state.rules.retryMs[0]! * 2 ** (before?.count ?? 0))
  state.hold = {
    untilMs: nowMs + waitMs,
    sequence: outgoing.sequence,
    count: (before?.count ?? 0) + 1,
    giveUpAtMs: before?.giveUpAtMs ?? nowMs + state.rules.refusedAfterMs,
  }
}

function removeFirst(draft: Draft): void {
  const [first, ...rest] = draft.state.queue
  if (first && first.kind !== 'empty') draft.accepted.push(first.id)
  draft.state.queue = rest
}

function removeCharacters(draft: Draft, count: number): void {
  let left = count
  while (left > 0) {
    const first = draft.state.queue[0]
    if (first?.kind !== 'bytes') return
    if (first.data.length > left) {
      draft.state.queue = [{ ...first, data: first.data.subarray(left) }, ...draft.state.queue.slice(1)]
      return
    }
    left -= first.data.length
    removeFirst(draft)
  }
}

/** The host does not take characters: nobody wants them typed whenever it does. */
function giveUpQueue(draft: Draft): void {
  for (const item of draft.state.queue) if (item.kind !== 'empty') draft.refused.push(item.id)
  Object.assign(draft.state, { queue: [], hold: undefined })
}

function sendNext(draft: Draft, nowMs: number): void {
  const { state } = draft
  if (state.outgoing || (state.hold && nowMs < state.hold.untilMs && state.hold.untilMs !== Infinity)) return
  const first = state.queue[0]
  if (!first) return
  const data = first.kind === 'bytes' ? joinCharacters(state.queue, state.rules.maxSend) : nothing
  transmit(draft, first.kind, data, nowMs)
}

/** As many characters from the front of the queue as fit one packet. */
function joinCharacters(queue: readonly Item[], most: number): Buffer {
  const parts: Buffer[] = []
  let room = most
  for (const item of queue) {
    if (item.kind !== 'bytes' || room === 0) break
    parts.push(item.data.subarray(0, room))
    room -= parts.at(-1)!.length
  }
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts)
}

function transmit(draft: Draft, kind: Item['kind'], data: Buffer, nowMs: number): void {
  const { state } = draft
  const sequence = state.nextSequence
  const flags = kind === 'break' ? operations.generateBreak : 0
  const bytes = encodeSolPacket({ sequence, ackSequence: 0, acceptedCount: 0, flags, data })
  state.nextSequence = nextSolSequence(sequence)
  state.outgoing = { sequence, kind, length: data.length, bytes, attempt: 0, dueAtMs: nowMs + state.rules.retryMs[0]! }
  draft.send.push(bytes)
}

function repeat(draft: Draft, outgoing: Outgoing, nowMs: number): void {
  const { state } = draft
  const attempt = outgoing.attempt + 1
  const waitMs = state.rules.retryMs[attempt]
  if (waitMs !== undefined) {
    state.outgoing = { ...outgoing, attempt, dueAtMs: nowMs + waitMs }
    draft.send.push(outgoing.bytes)
    return
  }
  if (state.unproven) return end(draft, 'unanswered')
  if (outgoing.kind === 'empty') {
    // A BMC that does not acknowledge packets without characters: nothing was in it.
    Object.assign(state, { outgoing: undefined, queue: state.queue.slice(1) })
    return sendNext(draft, nowMs)
  }
  state.unproven = outgoing
  transmit(draft, 'empty', nothing, nowMs)
}

function end(draft: Draft, reason: SolStreamEnd): void {
  draft.state.end = reason
}
