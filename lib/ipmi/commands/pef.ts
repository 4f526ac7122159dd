import { netFns, noData, type Command } from '../command.ts'
import { requireLength } from '../errors.ts'

const actionBits = { alert: 0x01, powerDown: 0x02, reset: 0x04, powerCycle: 0x08, oem: 0x10, diagnosticInterrupt: 0x20 } as const
export type PefAction = keyof typeof actionBits

const readActions = (byte: number): readonly PefAction[] => (Object.keys(actionBits) as PefAction[]).filter((action) => (byte & actionBits[action]) !== 0)

/** Get PEF Capabilities (IPMI 2.0 §30.1): what a platform event can set off, and how many filters there are. */
export const getPefCapabilities: Command<void, { readonly version: string; readonly actions: readonly PefAction[]; readonly filters: number }> = {
  name: 'Get PEF Capabilities',
  netFn: netFns.sensor,
  cmd: 0x10,
  effect: 'read',
  encode: noData,
  decode: (data) => {
    requireLength(data, 3, 'Get PEF Capabilities response')
    return { version: `${data[0]! & 0x0f}.${data[0]! >> 4}`, actions: readActions(data[1]!), filters: data[2]! }
  },
}

/** One parameter of Get PEF Configuration Parameters (IPMI 2.0 §30.4, table 30-6). */
function pefParameter<Response>(number: number, length: number, decode: (data: Buffer) => Response): Command<void, Response> {
  return {
    name: 'Get PEF Configuration Parameters',
    netFn: netFns.sensor,
    cmd: 0x13,
    effect: 'read',
    completionCodes: { 0x80: 'parameter not supported' },
    encode: () => Buffer.of(number, 0, 0),
    // The parameter's revision comes first.
    decode(data) {
      requireLength(data, 1 + length, 'Get PEF Configuration Parameters response')
      return decode(data.subarray(1))
    },
  }
}

export const getPefControl = pefParameter(1, 1, (data) => ({ isEnabled: (data[0]! & 0x01) !== 0, startupDelay: (data[0]! & 0x04) !== 0 }))
/** Those that are switched on as a whole: a filter's action is taken only then. */
export const getPefActions = pefParameter(2, 1, (data) => ({ actions: readActions(data[0]!) }))
