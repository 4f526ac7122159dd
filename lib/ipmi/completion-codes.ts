import type { Command } from './command.ts'
import { IpmiError } from './errors.ts'

/** Generic completion codes (IPMI 2.0 table 5-2); D1h and D2h also say "busy with an update or start" on Huawei. */
const texts: Readonly<Record<number, string>> = {
  0xc0: 'node busy',
  0xc1: 'invalid command',
  0xc2: 'command invalid for this LUN',
  0xc3: 'timeout while the BMC processed the command',
  0xc4: 'out of space',
  0xc5: 'reservation cancelled',
  0xc6: 'request truncated',
  0xc7: 'wrong request length',
  0xc8: 'request too long',
  0xc9: 'parameter out of range',
  0xca: 'cannot return that many bytes',
  0xcb: 'no such sensor, data or record',
  0xcc: 'invalid data in the request',
  0xcd: 'command illegal for this sensor or record',
  0xce: 'no response available',
  0xcf: 'duplicated request',
  0xd0: 'SDR repository in update mode',
  0xd1: 'device in firmware update mode',
  0xd2: 'BMC initialising',
  0xd3: 'destination unavailable',
  0xd4: 'insufficient privilege',
  0xd5: 'not possible in the present state',
  0xd6: 'command disabled',
  0xff: 'unspecified error',
}

const busyCodes: ReadonlySet<number> = new Set([0xc0, 0xc3, 0xd1, 0xd2])

/** Codes that say "later": a read is asked again, anything else is the caller's decision. */
export function isBusy(completionCode: number): boolean {
  return busyCodes.has(completionCode)
}

/** What a generic code means, in words; undefined for 0 and for those of a command or a maker. */
export const completionText = (completionCode: number): string | undefined => texts[completionCode]

export function completionError(command: Pick<Command<never, unknown>, 'name' | 'completionCodes'>, completionCode: number): IpmiError {
  const code = `${completionCode.toString(16).toUpperCase().padStart(2, '0')}h`
  const text = command.completionCodes?.[completionCode] ?? texts[completionCode]
  return new IpmiError('completion-code', `${command.name}: ${text ? `${text} (${code})` : `completion code ${code}`}`, { completionCode })
}
