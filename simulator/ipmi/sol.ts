import { decodeSolPacket, encodeSolPacket, statuses } from '#lib/ipmi/sol/packet.ts'
import type { SerialPort } from '../serial/port.ts'
import { createSolExchange, type SolExchange, type SolHabits } from './sol-exchange.ts'

/** What becomes of an open console when the host's power changes: on some makes it is closed, with a word or without. */
export type AtPowerChange = 'stays' | 'closes' | 'vanishes'

export interface SolOptions {
  port: SerialPort
  /** Which run the host is in: another one is a power change. */
  runId: () => number | undefined
  atPowerChange: AtPowerChange
  /** Whether a session is still there. */
  isActive: (sessionId: number) => boolean
  /** Seals and sends a payload in a session. */
  send: (sessionId: number, payload: Buffer) => void
}

export type Activation = 'activated' | 'already-active' | 'disabled'

/** The serial console of one BMC: at most one session has it. */
export interface SolService {
  activate: (sessionId: number) => Activation
  /** False when it was not active. */
  deactivate: () => boolean
  /** The session that holds it; `somebodyElse` for a persona's unknown holder, 0 for none. */
  holder: () => number
  /** Somebody who is not of this test holds it, until it is deactivated. */
  occupy: (isOccupied: boolean) => void
  /** Switches serial over LAN on or off, as its configuration does. */
  setEnabled: (isEnabled: boolean) => void
  receive: (sessionId: number, payload: Buffer) => void
  /** Parameters by number, as the BMC stores them (IPMI 2.0 table 26-5). */
  parameters: Map<number, Buffer>
  /** How often a console was activated. */
  activatedCount: () => number
  close: () => void
}

export const somebodyElse = 0x5eaf00d5
export const habits: SolHabits = { mostCharacters: 200, retries: 7, retryMs: 100 }
const enableParameter = 1

export function createSolService(options: SolOptions): SolService {
  const { port } = options
  let active: { sessionId: number; exchange: SolExchange; runId: number | undefined } | undefined
  let isOccupied = false
  let activations = 0
  let timer: NodeJS.Timeout | undefined
  const parameters = new Map<number, Buffer>([
    [0, Buffer.of(0)],
    [enableParameter, Buffer.of(1)],
    // Encryption and authentication forced, administrators and operators.
    [2, Buffer.of(0xc3)],
    [3, Buffer.of(1, 96)],
    [4, Buffer.of(habits.retries, habits.retryMs / 10)],
    [5, Buffer.of(10)],
    [6, Buffer.of(10)],
  ])

  function transmit(payloads: readonly Buffer[]): void {
    if (!active) return
    if (!options.isActive(active.sessionId)) return stop()
    for (const payload of payloads) options.send(active.sessionId, payload)
    arm()
  }

  function arm(): void {
    clearTimeout(timer)
    const dueMs = active?.exchange.dueMs() ?? Infinity
    if (dueMs === Infinity) return
    timer = setTimeout(() => active && transmit(active.exchange.tick(realNow())), Math.max(1, dueMs - realNow())).unref()
  }

  /** Retries are of the network: they run by the real clock, whatever the machine's is. */
  const realNow = () => performance.now()

  function stop(): void {
    active = undefined
    clearTimeout(timer)
    port.detach()
  }

  function onPortChange(): void {
    if (!active) return
    const runId = options.runId()
    if (runId !== active.runId) {
      active.runId = runId
      if (options.atPowerChange === 'closes') return closeWithWord()
      if (options.atPowerChange === 'vanishes') return stop()
    }
    transmit(active.exchange.look(realNow()))
  }

  function closeWithWord(): void {
    transmit([encodeSolPacket({ sequence: 0, ackSequence: 0, acceptedCount: 0, flags: statuses.deactivated, data: Buffer.alloc(0) })])
    stop()
  }

  return {
    activate(sessionId) {
      if (active && !options.isActive(active.sessionId)) stop()
      if (parameters.get(enableParameter)?.[0] !== 1) return 'disabled'
      if (active || isOccupied || port.isAttached()) return 'already-active'
      activations++
      active = { sessionId, exchange: createSolExchange(port, habits), runId: options.runId() }
      // After the answer to the command, so that the console is not surprised by characters.
      setImmediate(() => active?.sessionId === sessionId && port.attach(onPortChange))
      return 'activated'
    },
    deactivate() {
      const wasActive = active !== undefined || isOccupied
      isOccupied = false
      if (active) closeWithWord()
      return wasActive
    },
    holder() {
      if (active && !options.isActive(active.sessionId)) stop()
      return active?.sessionId ?? (isOccupied ? somebodyElse : 0)
    },
    setEnabled: (isEnabled) => void parameters.set(enableParameter, Buffer.of(isEnabled ? 1 : 0)),
    occupy(next) {
      isOccupied = next
    },
    receive(sessionId, payload) {
      if (active?.sessionId === sessionId) transmit(active.exchange.receive(decodeSolPacket(payload), realNow()))
    },
    parameters,
    activatedCount: () => activations,
    close: stop,
  }
}
