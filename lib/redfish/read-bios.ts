import * as z from 'zod'
import { toBiosPath, toPendingPath } from './bios-links.ts'
import { findGarbledProperties, toGarbledReason } from './garbled.ts'
import { anything, parseLoose } from './loose.ts'
import { isChangeable, type Look } from './look.ts'
import { readService, type ServiceReading } from './read-service.ts'
import { say, type Said } from './reason.ts'
import type { Tree } from './tree.ts'

/** Whether BIOS settings can be changed. `attributes`: how many there are; `settings`: the resource that takes the pending ones. */
export type BiosAbility = ServiceReading & { attributes: number | undefined; settings: string | undefined }

const schema = z.object({ Attributes: anything })

/** One GET beside the system's. Undefined when the system could not be read, which says nothing of its settings. */
export async function readBios(look: Look, tree: Tree): Promise<BiosAbility | undefined> {
  if (tree.system === undefined && tree.lacks.includes('systems')) return undefined
  const host = tree.system === undefined ? undefined : await look.at(tree.system)
  if (host?.failure !== undefined) return undefined
  const path = toBiosPath(host?.body)
  const { body, lack } = await readService(look, path, 'bios')
  if (lack !== undefined) return { ...lack, attributes: undefined, settings: undefined }
  const { Attributes } = parseLoose(schema, body)
  const garbled = findGarbledProperties(body, { Attributes: 'object' })
  const attributes = garbled.length > 0 ? 0 : Object.keys((Attributes as object | undefined | null) ?? {}).length
  const settings = toPendingPath(body)
  if (garbled.length > 0) return { can: null, reason: toGarbledReason(garbled), failure: undefined, attributes: undefined, settings }
  const can = attributes === 0 ? false : settings !== undefined || isChangeable(await look.at(path!))
  return { can, reason: toReason(attributes, can), failure: undefined, attributes: attributes || undefined, settings }
}

function toReason(attributes: number, can: boolean | null): Said | undefined {
  if (attributes === 0) return say('bios-empty')
  if (can === null) return say('bios-no-pending')
  return can ? undefined : say('bios-fixed')
}
