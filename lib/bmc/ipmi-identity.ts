import type { Identity } from '#lib/domain/bmc.ts'
import type { DeviceId } from '#lib/ipmi/commands/app.ts'
import type { Fru } from '#lib/ipmi/fru/decode.ts'
import { toOptionalText } from './text.ts'
import { withoutNothing } from './without-nothing.ts'

/** What boards hold before anybody filled them in. */
const placeholder = /^(?:to be filled by o\.?e\.?m\.?|default string|not (?:specified|available|applicable)|n\/?a|none|null|unknown|0+|x+|[-. ]+)$/i

/** The first of these that says something. */
export function firstFact(...values: (string | undefined)[]): string | undefined {
  return values.map((value) => toOptionalText(value)).find((text) => text !== undefined && !placeholder.test(text))
}

/**
 * Who a node is by IPMI: the builtin FRU says product, board and chassis, the device id says the firmware. The system GUID is left out: in
 * which byte order a UUID is written there differs from maker to maker.
 */
export function toIdentity(device: DeviceId | undefined, fru: Fru | undefined, mac: string | undefined): Identity {
  const { product, board, chassis } = fru ?? {}
  return withoutNothing({
    manufacturer: firstFact(product?.manufacturer, board?.manufacturer),
    model: firstFact(product?.productName, board?.productName),
    serial: firstFact(product?.serialNumber, chassis?.serialNumber, board?.serialNumber),
    assetTag: firstFact(product?.assetTag),
    bmcFirmware: device?.firmwareRevision,
    bmcMac: mac === undefined || /^(00:?){6}$/.test(mac) ? undefined : mac,
  })
}
