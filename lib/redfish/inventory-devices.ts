import * as z from 'zod'
import { toFact } from './fact.ts'
import { findGarbledProperties } from './garbled.ts'
import type { Collector } from './inventory-collector.ts'
import { common, isAbsent, toCommon, type PartOrAbsent } from './inventory-part.ts'
import { anything, nested, parseLoose, text } from './loose.ts'
import { findOemLinks, toObject } from './oem-action.ts'

const owned = z.object({ Oem: anything })
const device = common.extend({
  DeviceType: text,
  Location: text,
  ProductPartNumber: text,
  FirmwareVersion: nested({ Current: nested({ VersionString: text }) }),
})

/**
 * GPUs of an iLO 5, which lists what is in its slots in a collection of its own (HpeServerDevice) and nowhere else. Read only where no
 * processor tells of an accelerator: from iLO 6 on, both do. One GET per slot. `chassis` are bodies.
 */
export async function readDevices(collector: Collector, chassis: readonly unknown[]): Promise<void> {
  if (collector.has('accelerator')) return
  if (collector.hasFailed('chassis') || chassis.some(isOemGarbled)) collector.fail(['accelerator'])
  const lists = chassis.flatMap((body) => findOemLinks(parseLoose(owned, body).Oem, /^Devices$/))
  for (const path of new Set(lists)) {
    await collector.collection('accelerator', path, (body, fallback) => {
      if (findGarbledProperties(body, { DeviceType: 'word' }).length > 0) return void collector.fail(['accelerator'])
      return toAccelerator(body, fallback)
    })
  }
}

/** Nobody's names, but what is a maker's is an object, and so are its links. */
function isOemGarbled(body: unknown): boolean {
  const { Oem } = parseLoose(owned, body)
  const makers = Object.values(toObject(Oem))
  return findGarbledProperties(body, { Oem: 'object' }).length > 0 || makers.some((maker) => findGarbledProperties({ maker, ...toObject(maker) }, { maker: 'object', Links: 'object' }).length > 0)
}

function toAccelerator(body: unknown, fallback: string): PartOrAbsent | undefined {
  const { FirmwareVersion, Location: at, ...rest } = parseLoose(device, body)
  if (rest.DeviceType !== 'GPU') return undefined
  const given = { ...rest, FirmwareVersion: FirmwareVersion?.Current?.VersionString, Location: {} }
  if (isAbsent(given)) return 'absent'
  return {
    ...toCommon('accelerator', given, toFact(at) ?? given.Id ?? fallback),
    // It has no other model than its name.
    model: toFact(given.Model) ?? toFact(given.Name),
    partNumber: toFact(given.PartNumber) ?? toFact(given.ProductPartNumber),
    technology: given.DeviceType,
  }
}
