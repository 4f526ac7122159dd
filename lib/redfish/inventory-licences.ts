import * as z from 'zod'
import { toFact } from './fact.ts'
import type { Collector } from './inventory-collector.ts'
import { common, isAbsent, toCommon, type PartOrAbsent } from './inventory-part.ts'
import { anything, link, list, parseLoose, text } from './loose.ts'
import { toUtc } from './time.ts'

const root = z.object({ LicenseService: link })
const service = z.object({ Licenses: link, Members: anything })
const vendors = z.object({ Oem: anything, Links: anything })

/** Names under which vendors link their licences: iLO's LicenseService, Dell's DellLicenseCollection. */
const VENDOR_KEY = /licen[cs]e(?:s|service|collection|set)?$/i
const NOT_LICENCES = /management/i
const MAX_DEPTH = 5

/**
 * The licences of the BMC by the standard service (DSP0268, LicenseService); where there is none, by what its manager links for its
 * vendor. A licence's key is never read: whoever has it can use it elsewhere.
 */
export async function readLicences(collector: Collector, rootBody: unknown, managers: readonly unknown[]): Promise<void> {
  const { LicenseService } = parseLoose(root, rootBody)
  if (LicenseService !== undefined) {
    const { Licenses } = parseLoose(service, await collector.get(LicenseService, ['licence']))
    await collector.collection('licence', Licenses, toLicencePart)
    // What a vendor's own list says of the same licence may differ (iDRAC: another end, by the offset): two words for one fact.
    return
  }
  const paths = managers.flatMap((body) => Object.values(parseLoose(vendors, body)).flatMap((part) => findLinks(part)))
  for (const path of new Set(paths)) await readVendorLicences(collector, path)
}

/** A vendor's link leads to the collection, or to a service that has one. */
async function readVendorLicences(collector: Collector, path: string): Promise<void> {
  const body = await collector.get(path, ['licence'])
  if (body === undefined) return
  const { Licenses, Members } = parseLoose(service, body)
  if (Members !== undefined || Licenses !== undefined) await collector.collection('licence', Licenses ?? path, toLicencePart)
}

function findLinks(part: unknown, depth = 0): string[] {
  if (typeof part !== 'object' || part === null || depth > MAX_DEPTH) return []
  return Object.entries(part).flatMap(([key, held]) => {
    const path = VENDOR_KEY.test(key) && !NOT_LICENCES.test(key) ? link.parse(held) : undefined
    return path === undefined ? findLinks(held, depth + 1) : [path]
  })
}

const licence = common.extend({
  EntitlementId: text,
  EntitlementID: text,
  Description: text,
  License: text,
  LicenseDescription: list,
  LicenseType: text,
  ExpirationDate: text,
  LicenseExpire: text,
  LicenseEndDate: text,
})

/** A licence in the standard's form, HPE's or Dell's; the key is left where it is. */
function toLicencePart(body: unknown, fallback: string): PartOrAbsent {
  const given = parseLoose(licence, body)
  if (isAbsent(given)) return 'absent'
  const entitlement = toFact(given.EntitlementId) ?? toFact(given.EntitlementID)
  const isName = given.Name !== undefined && given.Name !== given.Id && given.Name !== entitlement
  const described = toFact(given.License) ?? toFact(text.parse(given.LicenseDescription[0]))
  const name = described ?? (isName ? given.Name : given.Description) ?? given.Name ?? fallback
  return {
    ...toCommon('licence', given, name),
    name,
    serial: entitlement ?? toFact(given.SerialNumber),
    technology: toFact(given.LicenseType),
    validUntil: toUtc(given.ExpirationDate) ?? toUtc(given.LicenseExpire) ?? toUtc(given.LicenseEndDate),
  }
}
