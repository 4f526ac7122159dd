import { setTimeout as sleep } from 'node:timers/promises'
import { cipherSuites } from '../cipher-suites.ts'
import { activateCodes, activateSol, alreadyDeactivated, deactivateSol, getSolInstanceInfo, type ActivatedPayload } from '../commands/sol.ts'
import { IpmiError, optional, type IpmiErrorKind } from '../errors.ts'
import type { IpmiSession } from '../session.ts'

export type ActivationOptions = {
  readonly instance: number
  /** Deactivates the payload of whoever holds it. */
  readonly takeOver: boolean
  readonly signal?: AbortSignal | undefined
  /** Called before each Activate Payload: SOL packets from before belong to an earlier activation. */
  readonly onAttempt?: () => void
}

const activateTimeoutMs = 4_000
const tries = 4
/** Some BMCs (H8QME, Dell M605) still call the payload active for a moment after they deactivated it. */
const settleMs = 400

const kinds: Readonly<Record<number, IpmiErrorKind>> = {
  [activateCodes.alreadyActive]: 'payload-active',
  [activateCodes.disabled]: 'payload-disabled',
  [activateCodes.limit]: 'payload-limit',
  [activateCodes.notEncrypted]: 'payload-encryption',
  [activateCodes.onlyEncrypted]: 'payload-encryption',
}

/**
 * Activates SOL. Each Activate Payload is sent once; when its reply is lost, or we are said to hold it already, the BMC is asked
 * who holds it, and what is ours (or may be taken over) is deactivated before the next. Rejects with `payload-active`,
 * `payload-limit`, `payload-disabled`, `payload-encryption`, or what the session rejects with.
 */
export async function activate(session: IpmiSession, options: ActivationOptions): Promise<ActivatedPayload> {
  const { instance, signal } = options
  const suite = cipherSuites[session.cipherSuiteId]
  const defersAlerts = session.workarounds.has('serialalertsdeferred')
  for (let attempt = 1; ; attempt++) {
    options.onAttempt?.()
    try {
      return await session.send(activateSol, { instance, suite, defersAlerts }, { timeoutMs: activateTimeoutMs, ...(signal && { signal }) })
    } catch (error) {
      if (signal?.aborted || attempt === tries || !(await clearTheWay(session, options, error))) throw ofPayload(error)
      if (attempt > 1) await sleep(settleMs * attempt, undefined, signal && { signal })
    }
  }
}

/** Whether it makes sense to activate once more, after freeing what we may free. */
async function clearTheWay(session: IpmiSession, options: ActivationOptions, error: unknown): Promise<boolean> {
  if (!(error instanceof IpmiError)) return false
  const isLost = error.kind === 'reply-lost'
  if (!isLost && error.completionCode !== activateCodes.alreadyActive) return false
  const holder = await readHolder(session, options.instance)
  if (isLost && holder === 'nobody') return true
  if (holder !== 'us' && !options.takeOver) {
    if (isLost && holder === 'another') throw new IpmiError('payload-active', `${activateSol.name}: the serial console is in use by another session`, { address: session.address })
    return false
  }
  await deactivate(session, options.instance)
  return true
}

export type Holder = 'us' | 'another' | 'nobody'

/** Who holds the SOL instance; undefined for a BMC that does not say. Rejects when the session is over. */
export async function readHolder(session: IpmiSession, instance: number, timeoutMs?: number): Promise<Holder | undefined> {
  const holder = await optional(session.send(getSolInstanceInfo, { instance }, timeoutMs === undefined ? {} : { timeoutMs }))
  if (holder === undefined) return undefined
  if (holder.sessionId === 0) return 'nobody'
  return holder.sessionId === session.managedSystemSessionId ? 'us' : 'another'
}

/** Deactivates the instance, whoever holds it. That it was not active is as good. */
export async function deactivate(session: IpmiSession, instance: number, timeoutMs?: number): Promise<void> {
  try {
    await session.send(deactivateSol, { instance }, timeoutMs === undefined ? {} : { timeoutMs })
  } catch (error) {
    if (!(error instanceof IpmiError) || error.completionCode !== alreadyDeactivated) throw ofPayload(error)
  }
}

/** The codes of these commands as kinds of their own, since a caller acts differently on each. */
function ofPayload(error: unknown): unknown {
  if (!(error instanceof IpmiError) || error.completionCode === undefined) return error
  const kind = kinds[error.completionCode]
  const { completionCode, address } = error
  return kind === undefined ? error : new IpmiError(kind, error.detail, { completionCode, ...(address !== undefined && { address }), cause: error })
}
