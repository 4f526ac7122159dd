import { netFns, type Command } from '../command.ts'
import { requireLength } from '../errors.ts'
import { presentChannel } from './session.ts'

const macAddressParameter = 5

/** Get LAN Configuration Parameters, MAC address (IPMI 2.0 §23.2, table 23-4), of the channel we talk over. */
export const getMacAddress: Command<void, { readonly macAddress: string }> = {
  name: 'Get LAN Configuration Parameters',
  netFn: netFns.transport,
  cmd: 0x02,
  effect: 'read',
  completionCodes: { 0x80: 'parameter not supported' },
  encode: () => Buffer.of(presentChannel, macAddressParameter, 0, 0),
  decode: (data) => {
    requireLength(data, 7, 'Get LAN Configuration Parameters response')
    return { macAddress: data.toString('hex', 1, 7).replaceAll(/..(?=.)/g, '$&:') }
  },
}
