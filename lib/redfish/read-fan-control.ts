import * as z from 'zod'
import { findFanRoute, isOfFans, toFanPlaces, type FanRoute } from './fan-route.ts'
import { findGarbledProperties, toGarbledReason } from './garbled.ts'
import { anything, parseLoose, text, words } from './loose.ts'
import type { Look } from './look.ts'
import { findOemLinks, findOemProperty } from './oem-action.ts'
import { toLastSegment } from './path.ts'
import type { Controls } from './read-controls.ts'
import type { ServiceReading } from './read-service.ts'
import { say } from './reason.ts'
import type { Tree } from './tree.ts'

/** How fans can be told what to do: by a standard Control, or by a property or a resource of the maker's. */
export type FanControlReading = ServiceReading & {
  route: 'control' | 'oem' | undefined
  name: string | undefined
  values: string[]
  current: string | undefined
  /** The way itself, where it is one that can be gone. */
  way?: FanRoute | undefined
}

/**
 * What makers call theirs, as their manuals have it: FanMode (Supermicro, a resource of its own), ThermalConfiguration (HPE),
 * FanSpeedAdjustmentMode (Huawei, xFusion, H3C), FanSpeedBoost (Lenovo), FanControllers (OpenBMC).
 */
const OWN = /^(?:FanMode|ThermalConfiguration|FanSpeedAdjustmentMode|FanSpeedBoost|FanControllers)$/

const owned = z.object({ Oem: anything })
const mode = z.object({ Mode: text, 'Mode@Redfish.AllowableValues': words })

/** Costs the Thermal of the node's chassis beside what others look at. */
export async function readFanControl(look: Look, tree: Tree, given: Pick<Controls, 'controls'>): Promise<FanControlReading> {
  return { ...(await readShown(look, tree, given)), way: await findFanRoute(look, tree, given.controls) }
}

async function readShown(look: Look, tree: Tree, { controls }: Pick<Controls, 'controls'>): Promise<FanControlReading> {
  const control = controls.find(isOfFans)
  if (control !== undefined) {
    const range = control.minimum === undefined || control.maximum === undefined ? [] : [`${control.minimum} – ${control.maximum}`]
    const current = control.setPoint === undefined ? undefined : String(control.setPoint)
    return { ...toBase(control.isChangeable), route: 'control', name: control.name, values: range, current }
  }
  for (const path of toFanPlaces(tree)) {
    const found = await findOwn(look, path)
    if (found !== undefined) return found
  }
  const reason = say('fans-untold')
  return { can: null, reason, failure: undefined, route: undefined, name: undefined, values: [], current: undefined }
}

async function findOwn(look: Look, path: string): Promise<FanControlReading | undefined> {
  const { Oem } = parseLoose(owned, (await look.at(path)).body)
  const linked = findOemLinks(Oem, OWN)[0]
  if (linked !== undefined) {
    const { body, failure } = await look.at(linked)
    const { Mode, 'Mode@Redfish.AllowableValues': values } = parseLoose(mode, body)
    const garbled = findGarbledProperties(body, { Mode: 'word', 'Mode@Redfish.AllowableValues': 'words' })
    if (failure === undefined) return { ...toBase(true, garbled), route: 'oem', name: toLastSegment(linked), values, current: Mode }
  }
  const found = findOemProperty(Oem, OWN)
  if (found === undefined || linked !== undefined) return undefined
  const annotation = `${found.name}@Redfish.AllowableValues`
  const values = words.parse(found.siblings[annotation])
  return { ...toBase(true, findGarbledProperties(found.siblings, { [annotation]: 'words' })), route: 'oem', name: found.name, values, current: text.parse(found.value) }
}

function toBase(can: boolean | null, garbled: readonly string[] = []): ServiceReading {
  const unsure = can === null ? say('fans-by-trying') : undefined
  return { can, reason: toGarbledReason(garbled) ?? unsure, failure: undefined }
}
