import type { ConsoleWay } from '#lib/domain/bmc.ts'
import { openSession } from '#lib/ipmi/connect.ts'
import { IpmiError } from '#lib/ipmi/errors.ts'
import { pingBmc } from '#lib/ipmi/probe.ts'
import type { IpmiSession } from '#lib/ipmi/session.ts'
import { openSol, SolElsewhere, type Sol, type SolEnd } from '#lib/ipmi/sol/open.ts'
import { isNothingThere, toAddress, toBmcError } from './failure.ts'
import { toIpmiTarget } from './ipmi-access.ts'
import type { BmcTarget } from './target.ts'

/**
 * Why a console ended that we did not close.
 * - `closed-by-bmc` it deactivated the console, as some do when the host is cycled; open it again
 * - `taken` another session holds it now; opening it again without `takeOver` will say `console-busy`
 * - `session-ended` the BMC answers, but not in our session: it restarted, or dropped it
 * - `lost` the BMC does not answer at all
 */
export type ConsoleEndKind = 'closed-by-bmc' | 'taken' | 'session-ended' | 'lost'
export type ConsoleEnd = { readonly kind: ConsoleEndKind; readonly address: string; readonly text: string }

/**
 * Signs of the BMC beside the bytes. `overrun`: it had to drop output of the host. `break`: the host sent one.
 * `host-unavailable`: what is typed does not reach the host, since it is off or in reset; `host-available`: it does again.
 */
export type ConsoleNotice = 'overrun' | 'break' | 'host-unavailable' | 'host-available'

export type ConsoleOptions = {
  /** What the host prints: in order, every byte once, from the opening on; BMCs do not replay what was before. Called synchronously. */
  readonly onBytes: (bytes: Buffer) => void
  /** At most once, never after `close`. The session at the BMC is closed already. */
  readonly onEnd: (end: ConsoleEnd) => void
  readonly onNotice?: (notice: ConsoleNotice) => void
  /** Ends the console of whoever holds it first. Without it a held one is refused with `console-busy`. */
  readonly takeOver?: boolean
  readonly signal?: AbortSignal
}

/** An open serial console of one node, in a session of its own. */
export interface BmcConsole {
  readonly via: ConsoleWay
  /** False where this way carries no break: then `sendBreak` answers `refused`. */
  readonly canBreak: boolean
  readonly address: string
  /**
   * Types on the host's serial line. `accepted`: the BMC has every byte. `refused`: the host is off or reads nothing, and the bytes
   * are thrown away. Rejects with a BmcError when the console ends before, or when 1 MiB already waits.
   */
  write(bytes: Uint8Array): Promise<'accepted' | 'refused'>
  /** A serial break, in its place among the bytes: the first half of SysRq. */
  sendBreak(): Promise<'accepted' | 'refused'>
  /** No `onBytes` until `resume`. The BMC is slowed down, not stopped: up to 256 KiB are kept, then bytes may be lost. */
  pause(): void
  resume(): void
  /** Deactivates the payload and closes the session; 2 s at most. Never rejects. */
  close(): Promise<void>
}

const pingTimeoutMs = 1_000

/**
 * Opens the serial console over IPMI, encrypted. Rejects with a BmcError: `console-busy` when somebody holds it, `unsupported` when
 * the BMC has none or has it switched off, and as a login does. At most one per BMC: the caller sees to that.
 */
export async function openConsole(target: BmcTarget, options: ConsoleOptions): Promise<BmcConsole> {
  const address = toAddress(target.address, target.port)
  try {
    return await openAt(target, address, options).catch((error: unknown) => {
      if (error instanceof SolElsewhere) return openElsewhere(target, error.port, address, options)
      throw error
    })
  } catch (error) {
    throw toBmcError(error, address)
  }
}

/** Once: a BMC that sends us on and on has no console. Some name a port where nothing is, and serve it where we were (Asus P5MT-R, X8DTH-iF). */
async function openElsewhere(target: BmcTarget, port: number, address: string, options: ConsoleOptions): Promise<BmcConsole> {
  try {
    return await openAt({ ...target, port }, address, options)
  } catch (error) {
    if (!isNothingThere(toBmcError(error, address))) throw error
    const workarounds = new Set([...(target.ipmi?.workarounds ?? []), 'solport' as const])
    return openAt({ ...target, ipmi: { ...target.ipmi, workarounds } }, address, options)
  }
}

async function openAt(target: BmcTarget, address: string, options: ConsoleOptions): Promise<BmcConsole> {
  const { signal } = options
  const session = await openSession(toIpmiTarget(target), signal === undefined ? {} : { signal })
  try {
    return await openInSession(session, address, target, options)
  } catch (error) {
    await session.close()
    throw error
  }
}

async function openInSession(session: IpmiSession, address: string, target: BmcTarget, options: ConsoleOptions): Promise<BmcConsole> {
  let isClosed = false
  const sol: Sol = await openSol(session, {
    onBytes: options.onBytes,
    onNotice: (notice) => options.onNotice?.(notices[notice]),
    onEnd: (end) => void finish(end),
    takeOver: options.takeOver === true,
    ...(options.signal && { signal: options.signal }),
  })

  async function finish(end: SolEnd): Promise<void> {
    const kind = end.reason === 'lost' ? await explainLoss(target) : end.reason
    await session.close()
    if (isClosed) return
    isClosed = true
    const detail = end.error === undefined ? '' : ` (${end.error.detail})`
    options.onEnd({ kind, address, text: `${address}: ${texts[kind]}${detail}` })
  }

  const typed = async (typing: Promise<'accepted' | 'refused'>) => {
    try {
      return await typing
    } catch (error) {
      throw toBmcError(error, address)
    }
  }

  return {
    via: 'sol',
    canBreak: true,
    address,
    write: (bytes) => typed(sol.write(bytes)),
    sendBreak: () => typed(sol.sendBreak()),
    pause: sol.pause,
    resume: sol.resume,
    async close() {
      isClosed = true
      await sol.close()
      await session.close()
    },
  }
}

const notices = { overrun: 'overrun', break: 'break', unavailable: 'host-unavailable', available: 'host-available' } as const

const texts: Record<ConsoleEndKind, string> = {
  'closed-by-bmc': 'the BMC closed the serial console',
  taken: 'another session took the serial console',
  'session-ended': 'the BMC ended the session of the serial console',
  lost: 'the BMC does not answer any more',
}

/** Our session is dead: is the BMC as well? */
async function explainLoss(target: BmcTarget): Promise<'session-ended' | 'lost'> {
  try {
    await pingBmc({ host: target.ip, port: target.port }, { timeoutMs: pingTimeoutMs })
    return 'session-ended'
  } catch (error) {
    if (error instanceof IpmiError) return 'lost'
    throw error
  }
}
