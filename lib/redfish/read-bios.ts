import * as z from 'zod'
import { findGarbledProperties, toGarbledReason } from './garbled.ts'
import { anything, link, nested, parseLoose } from './loose.ts'
import { isChangeable, type Look } from './look.ts'
import { readService, type ServiceReading } from './read-service.ts'
import type { Tree } from './tree.ts'

/** BIOS settings (DSP0268, Bios). `settings`: the resource that takes the pending ones (DSP0266 §9.10). */
export type BiosReading = ServiceReading & { attributes: number | undefined; settings: string | undefined }

const system = z.object({ Bios: link })
const schema = z.object({ Attributes: anything, '@Redfish.Settings': nested({ SettingsObject: link }) })

/** One GET beside the system's. Undefined when the system could not be read, which says nothing of its settings. */
export async function readBios(look: Look, tree: Tree): Promise<BiosReading | undefined> {
  if (tree.system === undefined && tree.lacks.includes('systems')) return undefined
  const host = tree.system === undefined ? undefined : await look.at(tree.system)
  if (host?.failure !== undefined) return undefined
  const { Bios } = parseLoose(system, host?.body)
  const { body, lack } = await readService(look, Bios, 'BIOS settings')
  if (lack !== undefined) return { ...lack, attributes: undefined, settings: undefined }
  const { Attributes, '@Redfish.Settings': pending } = parseLoose(schema, body)
  const garbled = findGarbledProperties(body, { Attributes: 'object' })
  const attributes = garbled.length > 0 ? 0 : Object.keys((Attributes as object | undefined | null) ?? {}).length
  const settings = pending?.SettingsObject
  if (garbled.length > 0) return { can: null, reason: toGarbledReason(garbled), failure: undefined, attributes: undefined, settings }
  const can = attributes === 0 ? false : settings !== undefined || isChangeable(await look.at(Bios!))
  return { can, reason: toReason(attributes, can), failure: undefined, attributes: attributes || undefined, settings }
}

function toReason(attributes: number, can: boolean | null): string | undefined {
  if (attributes === 0) return 'the BIOS resource of this BMC has no attributes'
  if (can === null) return 'the attributes can be read; the BMC names no place for pending ones'
  return can ? undefined : 'the attributes can be read and not changed'
}
