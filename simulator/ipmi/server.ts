import dgram from 'node:dgram'
import { IpmiError } from '#lib/ipmi/errors.ts'
import { payloadTypes } from '#lib/ipmi/session-packet.ts'
import type { Link } from '../link.ts'
import type { Machine } from '../machine.ts'
import type { LinkFaults, SessionQuirk } from '../personas.ts'
import type { SerialPort } from '../serial/port.ts'
import { guidOf } from './app-commands.ts'
import { freshBootOptions } from './boot-commands.ts'
import { keyOf } from './command-table.ts'
import { createConversation, sealInSession } from './conversation.ts'
import type { FanFamily } from './fan-rules.ts'
import { garbageKinds, spoil } from './garbage.ts'
import type { CommandContext } from './served-command.ts'
import { createSessionTable, type Peer, type SessionTable } from './sessions.ts'
import { createSolService, type AtPowerChange, type SolService } from './sol.ts'

export interface IpmiFace {
  port: number
  sessions: Pick<SessionTable, 'activeCount' | 'createdCount'>
  sol: Pick<SolService, 'occupy' | 'setEnabled' | 'holder' | 'activatedCount' | 'parameters'>
  /** Datagrams that arrived, lost ones included. */
  received: () => number
  /** How often this command has been asked. */
  asked: (command: { netFn: number; cmd: number }) => number
  forgetSessions: () => void
  /** The BMC restarts: it hears nothing. */
  setAway: (isAway: boolean) => void
  close: () => Promise<void>
}

export interface IpmiOptions {
  machine: Machine
  link: Link
  serial: SerialPort
  fans: FanFamily
  atPowerChange: AtPowerChange
  credentials: () => { username: string; password: string }
  address: string
  /** 0: any free one. */
  port: number
}

/** As Dell's and Supermicro's BMCs have them; FreeIPMI and ipmitool choose among them by themselves. */
const usualSuites: readonly number[] = [3, 17]
const sessionLimit = 16
/** Longer than a round trip on loopback, shorter than anyone's patience. */
const overtakenMs = 30
const restartMs = 1_000

/** Serves one machine over RMCP+ on its own UDP socket. Resolves when it listens; rejects when the port is taken. */
export async function startIpmi(options: IpmiOptions): Promise<IpmiFace> {
  const { machine, link } = options
  const cipherSuites = () => link.faults().cipherSuites ?? usualSuites
  const kg = () => {
    const key = link.faults().kg
    return key === undefined ? undefined : Buffer.from(key, 'hex')
  }
  const has = (quirk: SessionQuirk) => link.faults().quirks?.includes(quirk) === true
  const sessions = createSessionTable({
    limit: sessionLimit,
    guid: guidOf(machine.identity),
    username: () => options.credentials().username,
    password: () => options.credentials().password,
    cipherSuites,
    kg,
    has,
    now: machine.now,
  })
  const sol = createSolService({
    port: options.serial,
    runId: () => machine.run()?.id,
    atPowerChange: options.atPowerChange,
    isActive: (id) => sessions.peek(id) !== undefined,
    send: sendInSession,
  })
  const context: Omit<CommandContext, 'session'> = {
    machine,
    address: options.address,
    port: () => socket.address().port,
    sol,
    username: options.credentials().username,
    cipherSuites,
    solPort: () => link.faults().solPort,
    hasKg: () => kg() !== undefined,
    has,
    boot: freshBootOptions(),
    fans: options.fans,
    reservations: { sdr: 0, sel: 0 },
    onCommand: (netFn, cmd) => void asked.set(keyOf(netFn, cmd), (asked.get(keyOf(netFn, cmd)) ?? 0) + 1),
    sessions: { limit: sessionLimit, active: sessions.activeCount, close: sessions.close },
  }
  const converse = createConversation(sessions, context)
  const socket = dgram.createSocket('udp4')
  let received = 0
  let sent = 0
  let answered = 0
  const asked = new Map<number, number>()
  let isClosed = false
  let isAway = false

  socket.on('message', (datagram, peer) => {
    received++
    const answer = answerTo(datagram, peer)
    if (answer) sendTo(peer, answer)
  })

  function sendTo(peer: Peer, datagram: Buffer): void {
    const send = () => {
      if (!isClosed) socket.send(datagram, peer.port, peer.address, () => undefined)
    }
    const { duplicates, reorders } = link.faults()
    const delayMs = link.delayMs() + (reorders && sent++ % 2 === 0 ? overtakenMs : 0)
    for (let copies = duplicates ? 2 : 1; copies > 0; copies--) {
      if (delayMs > 0) setTimeout(send, delayMs).unref()
      else send()
    }
  }

  /** Whether it lives to give one more answer in a session. */
  function livesToAnswer({ hangsAfter, restartsAfter }: LinkFaults): boolean {
    answered++
    if (restartsAfter === undefined || answered % restartsAfter !== 0) return answered <= (hangsAfter ?? Infinity)
    sessions.forgetAll()
    isAway = true
    setTimeout(() => (isAway = false), restartMs).unref()
    return false
  }

  /** A packet of the serial console, which is no answer to anything. */
  function sendInSession(sessionId: number, payload: Buffer): void {
    const session = sessions.peek(sessionId)
    const faults = link.faults()
    if (!session?.peer || isAway || faults.silent || faults.hangsAfterLogin || link.loses()) return
    const datagram = sealInSession(session, payloadTypes.sol, payload)
    if (datagram) sendTo(session.peer, faults.garbage ? spoil(datagram, link.nextGarbage(garbageKinds)) : datagram)
  }

  function answerTo(datagram: Buffer, peer: Peer): Buffer | undefined {
    const faults = link.faults()
    if (isAway || faults.silent || link.loses()) return undefined
    const answer = tryTo(() => converse(datagram, peer))
    if (!answer || link.loses()) return undefined
    if (answer.isInSession && (faults.hangsAfterLogin || !livesToAnswer(faults))) return undefined
    if (faults.losesControlReply && answer.confirmsControl) return undefined
    return faults.garbage ? spoil(answer.datagram, link.nextGarbage(garbageKinds)) : answer.datagram
  }

  await bind(socket, options.address, options.port)
  return {
    port: socket.address().port,
    sessions,
    sol,
    received: () => received,
    asked: ({ netFn, cmd }) => asked.get(keyOf(netFn, cmd)) ?? 0,
    forgetSessions: sessions.forgetAll,
    setAway(next) {
      isAway = next
    },
    close: () =>
      new Promise((resolve) => {
        isClosed = true
        sol.close()
        socket.close(() => resolve())
      }),
  }
}

/** What is not IPMI gets no answer (IPMI 2.0 §6.12); any other error is a mistake of ours and must be heard. */
function tryTo<T>(action: () => T): T | undefined {
  try {
    return action()
  } catch (error) {
    if (error instanceof IpmiError) return undefined
    throw error
  }
}

function bind(socket: dgram.Socket, address: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.bind({ address, port, exclusive: true }, () => {
      socket.off('error', reject)
      // A datagram that could not be sent is a lost datagram.
      socket.on('error', () => undefined)
      resolve()
    })
  })
}
