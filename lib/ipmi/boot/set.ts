import { bootParameters, encodeBootFlags, getBootFlags, getBootOption, setBootOption, type BootFlags, type BootParameter } from '../commands/boot.ts'
import { IpmiError, isRefusal } from '../errors.ts'
import type { IpmiSession, SendOptions } from '../session.ts'

type Sender = Pick<IpmiSession, 'send'>

const setInProgress = 1
const commitWrite = 2
const setComplete = 0

/** Table 28-14, parameter 3, bit 3: the flags stay valid although no Chassis Control comes within 60 s. */
const withoutTimeout = 0x08

/** Parameter 4: the firmware has not seen it yet (bit 0 of mask and data). */
const unseenByFirmware = [0x01, 0x01] as const

/**
 * Sets the boot flags as one party at a time does it: in progress, without the 60 s rule, not yet seen, the flags, committed, complete.
 * Each packet leaves once. What a BMC does not support beside the flags themselves is passed over; rejects as the flags' own command does.
 */
export async function setBootFlags(session: Sender, flags: BootFlags, options: SendOptions = {}): Promise<void> {
  const set = (parameter: BootParameter, data: readonly number[]) => session.send(setBootOption, { parameter, data }, options)
  const isGuarded = await isDone(set(bootParameters.setInProgress, [setInProgress]))
  try {
    if (flags.isValid) {
      await isDone(set(bootParameters.flagsValidClearing, [withoutTimeout]))
      await isDone(set(bootParameters.acknowledge, unseenByFirmware))
    }
    await set(bootParameters.flags, encodeBootFlags(flags))
    if (isGuarded) await isDone(set(bootParameters.setInProgress, [commitWrite]))
  } finally {
    // Left in progress, the options could not be set by anybody until the BMC or the host restarts.
    if (isGuarded) await isDone(set(bootParameters.setInProgress, [setComplete])).catch(() => {})
  }
}

/** False for a refusal or a lost reply of what is only good to have. */
async function isDone(sending: Promise<void>): Promise<boolean> {
  try {
    await sending
    return true
  } catch (error) {
    if (error instanceof IpmiError && (error.kind === 'completion-code' || error.kind === 'reply-lost')) return false
    throw error
  }
}

/** The boot flags, and whether they stay although the node is not restarted within 60 s; undefined where the BMC does not say. */
export async function readBootFlags(session: Sender): Promise<BootFlags & { readonly isKept: boolean | undefined }> {
  const flags = await session.send(getBootFlags, undefined)
  try {
    const clearing = await session.send(getBootOption, { parameter: bootParameters.flagsValidClearing })
    return { ...flags, isKept: clearing?.[0] === undefined ? undefined : (clearing[0] & withoutTimeout) !== 0 }
  } catch (error) {
    if (!isRefusal(error)) throw error
    return { ...flags, isKept: undefined }
  }
}
