import { isRedfishError } from '#lib/redfish/errors.ts'
import { probeServiceRoot } from '#lib/redfish/probe.ts'
import type { RedfishSession } from '#lib/redfish/session.ts'
import { createWebSocketLine, LineClosed, LineFull, type LineEnd, type WebSocketLine } from '#lib/redfish/websocket-line.ts'
import type { WebSocket } from '#lib/redfish/websocket.ts'
import type { BmcConsole, ConsoleEnd, ConsoleOptions } from './console.ts'
import { BmcError } from './errors.ts'
import { toAddress, toBmcError } from './failure.ts'
import { openRedfishSession, toRedfishTarget } from './redfish-session.ts'
import type { BmcTarget } from './target.ts'
import { toPlainText } from './text.ts'
import { within } from './within.ts'

/**
 * Where OpenBMC's web server has the host's serial console: by its id since 2023, of which `default` is the host's, and before that at
 * one path alone (bmcweb features/serial/obmc_console.hpp).
 */
const paths = ['/console/default', '/console0'] as const

const limits = { connectMs: 5_000, totalMs: 15_000, maxPayloadBytes: 64 * 1024, closeMs: 1_000 } as const
const confirmMs = 10_000
const explainMs = 2_000

/**
 * Opens the serial console over OpenBMC's WebSocket, in a Redfish session of its own that ends with it. All who open it share the
 * line, so nobody is displaced and `takeOver` changes nothing; a break cannot be sent. Rejects with a BmcError: `unsupported` where the
 * BMC has no such WebSocket, `credentials` where this user may not, `console-busy` at the BMC's limit, and as a login does.
 */
export async function openWebSocketConsole(target: BmcTarget, options: ConsoleOptions): Promise<BmcConsole> {
  const address = toAddress(target.address, target.port)
  const session = await openRedfishSession(target, options.signal, { closeMs: limits.closeMs })
  try {
    const socket = await openSocket(session, address, options.signal)
    return await openOnSocket(socket, session, address, target, options)
  } catch (error) {
    await session.close()
    throw toBmcError(error, address)
  }
}

async function openSocket(session: RedfishSession, address: string, signal: AbortSignal | undefined): Promise<WebSocket> {
  const said: string[] = []
  for (const path of paths) {
    try {
      return await session.openWebSocket(path, { ...limits, signal })
    } catch (error) {
      const failure = toRefusal(error, address)
      if (failure.kind !== 'unsupported') throw failure
      said.push(failure.message.replace(`${address}: `, ''))
    }
  }
  throw new BmcError('unsupported', address, `${address}: this BMC has no serial console over WebSocket: ${said.join('; ')}`)
}

/** bmcweb answers 404 where a path is none of its WebSockets, 401 and 403 where the user lacks the privilege. */
function toRefusal(error: unknown, address: string): BmcError {
  const failure = toBmcError(error, address)
  if (!isRedfishError(error) || error.status === undefined || failure.kind === 'credentials') return failure
  const { status } = error
  if (status === 429 || status === 503) return new BmcError('console-busy', address, failure.message, { cause: error })
  return status < 500 || status === 501 ? new BmcError('unsupported', address, failure.message, { cause: error }) : failure
}

async function openOnSocket(
  socket: WebSocket,
  session: RedfishSession,
  address: string,
  target: BmcTarget,
  options: ConsoleOptions,
): Promise<BmcConsole> {
  let isOpen = false
  let isClosed = false
  let ended: LineEnd | undefined
  const line = createWebSocketLine(socket, {
    onBytes: options.onBytes,
    onEnd(end) {
      ended = end
      if (isOpen) void finish(end)
    },
  })

  async function finish(end: LineEnd): Promise<void> {
    if (isClosed) return
    const [kind, text] = await explainEnd(end, { ...target, pin: session.fingerprint ?? target.pin })
    await session.close()
    if (isClosed) return
    isClosed = true
    options.onEnd({ kind, address, text: `${address}: ${text}` })
  }

  await confirm(line, address, options.signal)
  // The first sign of life and the end may have come in one packet.
  if (ended !== undefined) throw toEarlyEnd(ended, address)
  isOpen = true

  return {
    via: 'websocket',
    canBreak: false,
    address,
    async write(bytes) {
      try {
        await line.write(bytes)
        return 'accepted'
      } catch (error) {
        throw toWriteError(error, address)
      }
    },
    // The protocol has no frame for it.
    sendBreak: async () => 'refused',
    pause: line.pause,
    resume: line.resume,
    async close() {
      isClosed = true
      await line.close()
      await session.close()
    },
  }
}

/**
 * bmcweb upgrades first and looks for the console then: until it has it, it reads no frame and answers no ping, and where it does not
 * get it, it closes with a sentence.
 */
async function confirm(line: WebSocketLine, address: string, signal: AbortSignal | undefined): Promise<void> {
  const late = () => new BmcError('unreachable', address, `${address}: the WebSocket of the serial console was opened and stayed silent`)
  try {
    await within(line.confirmed, confirmMs, signal, late)
  } catch (error) {
    await line.close()
    throw error instanceof LineClosed ? toEarlyEnd(error.end, address) : error
  }
}

function toEarlyEnd(end: LineEnd, address: string): BmcError {
  const text = `${address}: the BMC opened the WebSocket of the serial console and closed it at once${toDetail(end)}`
  if (/max(?:imum)?\b.*\bsessions|too many|in use|busy/i.test(end.reason)) return new BmcError('console-busy', address, text)
  if (/unauthori[sz]ed|forbidden|permission|privilege/i.test(end.reason)) return new BmcError('credentials', address, text)
  return new BmcError(end.error === undefined ? 'failed' : 'garbled', address, text)
}

function toDetail({ code, reason, error }: LineEnd): string {
  if (error !== undefined) return ` (${toPlainText(error.message, 120)})`
  if (reason !== '') return ` (${toPlainText(reason, 120)})`
  return code === 1006 ? '' : ` (code ${code})`
}

async function explainEnd(end: LineEnd, target: BmcTarget): Promise<[ConsoleEnd['kind'], string]> {
  const detail = toDetail(end)
  if (end.error !== undefined) return ['session-ended', `the connection of the serial console failed${detail}`]
  if (end.code !== 1006) return ['closed-by-bmc', `the BMC closed the serial console${detail}`]
  const deadlines = { connectMs: explainMs, headersMs: explainMs, idleMs: explainMs, totalMs: explainMs }
  const { found } = await probeServiceRoot(toRedfishTarget(target), deadlines)
  if (found) return ['session-ended', 'the BMC ended the connection of the serial console']
  return ['lost', 'the BMC does not answer any more']
}

function toWriteError(error: unknown, address: string): BmcError {
  if (error instanceof LineFull) return new BmcError('failed', address, `${address}: ${error.message}`)
  if (error instanceof LineClosed) return new BmcError('unreachable', address, `${address}: the serial console ended before the BMC had read what was typed`)
  return toBmcError(error, address)
}
