import * as z from 'zod'
import { toFact } from './fact.ts'
import type { Look } from './look.ts'
import { anything, nested, parseLoose, text } from './loose.ts'
import { findOemLinks } from './oem-action.ts'
import type { Tree } from './tree.ts'

const MAX_LICENCES = 4

const manager = z.object({ Oem: anything })
const licence = z.object({ License: text, Name: text, LicenseFeatures: nested({ VM: anything, VMScript: anything }) })

/**
 * The licence that states that it does not include virtual media by URL, by its name; undefined where none says so. iLO lists what its licence
 * includes with true and false (HpeiLOLicense.LicenseFeatures: `VM`, `VMScript`). Two GETs of a BMC whose manager links a licence service.
 */
export async function readLicenceWithoutMedia(look: Look, { managers }: Tree): Promise<string | undefined> {
  const [path] = managers
  if (path === undefined) return undefined
  const { Oem } = parseLoose(manager, (await look.at(path)).body)
  const [service] = findOemLinks(Oem, /^LicenseService$/i)
  if (service === undefined) return undefined
  const { paths } = await look.members(service)
  const told = await Promise.all(paths.slice(0, MAX_LICENCES).map(async (one) => parseLoose(licence, (await look.at(one)).body)))
  const lacks = told.filter(({ LicenseFeatures: features }) => features?.VM === false || features?.VMScript === false)
  // Of several one that includes it is enough.
  return lacks.length > 0 && lacks.length === told.length ? (toFact(lacks[0]!.License) ?? lacks[0]!.Name ?? 'licence') : undefined
}
