import { toBootTarget, type BootOrder, type BootState } from '#lib/domain/boot.ts'
import { readBootFlags, setBootFlags } from '#lib/ipmi/boot/set.ts'
import type { BootDevice } from '#lib/ipmi/commands/boot.ts'
import { IpmiError } from '#lib/ipmi/errors.ts'
import type { IpmiSession, SendOptions } from '#lib/ipmi/session.ts'

/**
 * The devices of table 28-14 in Redfish's words (DSP0268, BootSource), so that both protocols speak of one thing. The last, "floppy or primary
 * removable media", is the USB stick of a machine of today.
 */
export const bootWords: Partial<Record<BootDevice, string>> = { none: 'None', pxe: 'Pxe', disk: 'Hdd', diagnostics: 'Diags', cd: 'Cd', setup: 'BiosSetup', floppy: 'Usb' }

/** What is set; null where no device is. */
export async function readBoot(session: IpmiSession): Promise<BootState | null> {
  const { isValid, isPersistent, isEfi, device, isKept } = await readBootFlags(session)
  if (device === 'none') return null
  const word = device === undefined ? 'a device that IPMI does not name' : (bootWords[device] ?? device)
  return {
    target: toBootTarget(word),
    word,
    lasting: isPersistent ? 'always' : 'once',
    mode: isEfi ? 'uefi' : 'legacy',
    ...(isKept === undefined ? {} : { hold: isKept ? 'kept' : 'minute' }),
    ...(isValid ? {} : { isInvalid: true }),
  }
}

/** Sets or clears the boot flags. The mode is UEFI where none was asked: the flags must name one, and no command tells the firmware's. */
export async function setBoot(session: IpmiSession, { target, lasting, mode = 'uefi', uri }: BootOrder, options: SendOptions): Promise<void> {
  const device = (Object.keys(bootWords) as BootDevice[]).find((one) => toBootTarget(bootWords[one]!) === target)
  if (device === undefined) throw new IpmiError('invalid-argument', `IPMI has no boot from ${target}`)
  if (uri !== undefined) throw new IpmiError('invalid-argument', 'IPMI takes no URI to boot from')
  const isValid = target !== 'none'
  await setBootFlags(session, { isValid, isPersistent: isValid && lasting === 'always', isEfi: isValid && mode === 'uefi', device }, options)
}
