import * as z from 'zod'
import { toGarbled } from './collection.ts'
import type { RedfishError } from './errors.ts'
import { findGarbledProperties, toGarbledReason } from './garbled.ts'
import { number, parseLoose, text } from './loose.ts'
import { isChangeable, type Look } from './look.ts'
import { mapBounded } from './map-bounded.ts'
import type { Tree } from './tree.ts'

const MAX_CONTROLS = 16
const MAX_CHASSIS = 4

/** One Control (DSP0268) of the node's own chassis: a set point that somebody may move. */
export type Control = {
  path: string
  name: string
  /** `Power`, `Temperature`, `Percent`, …, and what it controls: `Chassis`, `Fan`, `CPU`. */
  type: string | undefined
  context: string | undefined
  setPoint: number | undefined
  unit: string | undefined
  minimum: number | undefined
  maximum: number | undefined
  /** `Disabled`: nothing is limited. */
  mode: string | undefined
  isChangeable: boolean | null
}

export type Controls = { controls: Control[]; failures: RedfishError[] }

const schema = z.object({
  Id: text,
  Name: text,
  ControlType: text,
  PhysicalContext: text,
  SetPoint: number,
  SetPointUnits: text,
  AllowableMin: number,
  AllowableMax: number,
  SettingMin: number,
  SettingMax: number,
  SettingRangeMin: number,
  SettingRangeMax: number,
  ControlMode: text,
})

/**
 * The controls of the chassis that the host calls its own, and where it names none, of those that may be; those of other chassis are of
 * GPUs and boards. One GET each. `failures`: why there may be more.
 */
export async function readControls(look: Look, tree: Tree): Promise<Controls> {
  const named = tree.chassis.filter(({ host }) => host === 'named')
  const own = named.length > 0 ? named : tree.chassis.filter(({ host }) => host === 'related').slice(0, MAX_CHASSIS)
  const found = await Promise.all(own.flatMap(({ controls }) => (controls === undefined ? [] : [look.members(controls)])))
  const paths = found.flatMap((one) => one.paths)
  const failures = found.flatMap((one) => one.failures)
  const controls = await mapBounded(paths.slice(0, MAX_CONTROLS), async (path) => {
    const looked = await look.at(path)
    const garbled = toGarbledReason(findGarbledProperties(looked.body, { ControlType: 'word', PhysicalContext: 'word', SetPoint: 'word' }))
    const failure = garbled === undefined ? looked.failure : toGarbled(look.session, path, garbled.text)
    if (failure !== undefined) return void failures.push(failure)
    const told = parseLoose(schema, looked.body)
    return {
      path,
      name: told.Name ?? told.Id ?? path,
      type: told.ControlType,
      context: told.PhysicalContext,
      setPoint: told.SetPoint,
      unit: told.SetPointUnits,
      minimum: told.AllowableMin ?? told.SettingMin ?? told.SettingRangeMin,
      maximum: told.AllowableMax ?? told.SettingMax ?? told.SettingRangeMax,
      mode: told.ControlMode,
      isChangeable: isChangeable(looked),
    }
  })
  return { controls: controls.filter((one) => one !== undefined), failures }
}
