import type { Bios, BiosValue } from '#lib/domain/bios.ts'
import type { Inventory, Part } from '#lib/domain/inventory.ts'
import type { RedfishPart } from '#lib/redfish/inventory-part.ts'
import type { InventoryReading } from '#lib/redfish/inventory-collector.ts'
import type { BiosSettings } from '#lib/redfish/bios-settings.ts'
import { toOptionalText, toPlainText } from './text.ts'
import { withoutNothing } from './without-nothing.ts'

const levels = { OK: 'ok', Warning: 'warning', Critical: 'critical' } as const

/** What Redfish says a node is made of, in our words. */
export function toInventory({ parts, sections, absent, bios }: InventoryReading): Inventory {
  return { parts: parts.map(toPart), sections, absent, ...(bios && { bios: toBios(bios) }) }
}

function toPart(given: RedfishPart): Part {
  const { cores, threads, speedMhz, sizeBytes, linkUp, speedMbps, capacityWatts, functions, vlan, bootPlace } = given
  const fields: Omit<Part, 'kind' | 'slot' | 'name'> = {
    manufacturer: toOptionalText(given.manufacturer),
    model: toOptionalText(given.model),
    serial: toOptionalText(given.serial),
    partNumber: toOptionalText(given.partNumber),
    firmware: toOptionalText(given.firmware),
    health: given.health === undefined ? undefined : levels[given.health],
    technology: toOptionalText(given.kind === 'pcie' ? toWords(given.technology) : given.technology, 60),
    mac: toOptionalText(given.mac, 40),
    assetTag: toOptionalText(given.assetTag),
    sku: toOptionalText(given.sku),
    cores,
    threads,
    speedMhz,
    sizeBytes,
    linkUp,
    speedMbps,
    capacityWatts,
    pciId: toOptionalText(given.pciId, 40),
    functions,
    busLink: toOptionalText(given.busLink, 40),
    busLinkMax: toOptionalText(given.busLinkMax, 40),
    addresses: toSome(given.addresses?.map(toAddress)),
    gateways: toSome(given.gateways?.map((gateway) => toPlainText(gateway, 60))),
    vlan,
    hostName: toOptionalText(given.hostName),
    subject: toOptionalText(given.subject),
    issuer: toOptionalText(given.issuer),
    validFrom: given.validFrom,
    validUntil: given.validUntil,
    updateable: given.updateable,
    releasedAt: given.releasedAt,
    otherVersions: toSome(given.otherVersions?.map(({ version, state }) => ({ version: toPlainText(version), state }))),
    isEnabled: given.isEnabled === false ? false : undefined,
    bootPlace,
  }
  const slot = toPlainText(given.slot) || given.kind
  return { kind: given.kind, slot, name: toPlainText(given.name) || slot, ...withoutNothing(fields) }
}

/** `Network controller` of `NetworkController`. */
const toWords = (given: string | undefined) => given?.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

function toAddress({ address, origin }: NonNullable<RedfishPart['addresses']>[number]): NonNullable<Part['addresses']>[number] {
  const from = toOptionalText(origin, 40)
  return { address: toPlainText(address, 60), ...(from === undefined ? {} : { origin: from }) }
}

const mostOfAList = 64
const toSome = <T>(list: T[] | undefined): T[] | undefined => (list === undefined || list.length === 0 ? undefined : list.slice(0, mostOfAList))

const toValue = (value: BiosValue): BiosValue => (typeof value === 'string' ? toPlainText(value, 300) : value)

/** BIOS settings in our words: the same, as plain text. */
function toBios({ state, attributes }: BiosSettings): Bios {
  return {
    state,
    attributes: attributes.map(({ name, displayName, value, pending }) => {
      const words = toOptionalText(displayName)
      return { name: toPlainText(name), ...(words && { displayName: words }), value: toValue(value), ...(pending !== undefined && { pending: toValue(pending) }) }
    }),
  }
}
