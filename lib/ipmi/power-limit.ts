import { activatePowerLimit, getPowerLimit, noActivePowerLimit, setPowerLimit, type PowerLimit } from './commands/dcmi.ts'
import { IpmiError } from './errors.ts'
import type { IpmiSession, SendOptions } from './session.ts'

type Sender = Pick<IpmiSession, 'send'>

/** What a limit has beside its watts where the BMC tells of none before: it does nothing on its own, and is held within a second. */
const usual: Omit<PowerLimit, 'limitWatts'> = { exceptionAction: 0, correctionMs: 1000, samplingSeconds: 1 }

/** The limit in force; null where none is. Rejects with an IpmiError: a BMC without DCMI answers C1h. */
export async function readPowerLimit(session: Sender, options: SendOptions = {}): Promise<PowerLimit | null> {
  try {
    return await session.send(getPowerLimit, undefined, options)
  } catch (error) {
    if (error instanceof IpmiError && error.completionCode === noActivePowerLimit) return null
    throw error
  }
}

/**
 * Sets a limit and puts it in force, or takes it out of force (null). Each packet leaves once. What the BMC does beside limiting, and how
 * fast, stays as it was: that is somebody else's choice (DCMI 1.5 §6.6.2 to 6.6.4).
 */
export async function changePowerLimit(session: Sender, limitWatts: number | null, options: SendOptions = {}): Promise<void> {
  if (limitWatts !== null) {
    const known = await readPowerLimit(session, options).catch(() => null)
    await session.send(setPowerLimit, { ...usual, ...known, limitWatts }, options)
  }
  await session.send(activatePowerLimit, limitWatts !== null, options)
}
