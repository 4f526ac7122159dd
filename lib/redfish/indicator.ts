import * as z from 'zod'
import { RedfishError } from './errors.ts'
import type { Answer } from './exchange.ts'
import { flag, list, parseLoose, text } from './loose.ts'
import type { RedfishModel } from './model.ts'
import type { ServiceRoot } from './service-root.ts'

const schema = z.object({
  LocationIndicatorActive: flag,
  IndicatorLED: text,
  'IndicatorLED@Redfish.AllowableValues': list,
})

/**
 * Makers whose light is always on and blinks to locate, by the key of their extensions: an iDRAC 9 reads `Lit` when nobody looks for the
 * machine (XR8620t: beside `LocationIndicatorActive: false`), and takes `Lit` to end the blinking (Dell's SetChassisIndicatorLedREDFISH).
 */
const STEADY_LIGHT = ['Dell']

type Words = { on: string; off: string; isOn: ReadonlyMap<string | undefined, boolean> }
const COMMON: Words = { on: 'Lit', off: 'Off', isOn: new Map([['Lit', true], ['Blinking', true], ['Off', false]]) }
const STEADY: Words = { on: 'Blinking', off: 'Lit', isOn: new Map([['Lit', false], ['Blinking', true], ['Off', false]]) }
const toWords = (root: ServiceRoot): Words => (STEADY_LIGHT.some((maker) => root.oemVendors.includes(maker)) ? STEADY : COMMON)

/** Whether the locate light of a system or chassis is on; undefined where it has none or says nothing. */
export function toIndicator(body: unknown, root: ServiceRoot): boolean | undefined {
  const { LocationIndicatorActive, IndicatorLED } = parseLoose(schema, body)
  return LocationIndicatorActive ?? toWords(root).isOn.get(IndicatorLED)
}

/**
 * Switches the locate light, by `LocationIndicatorActive` where the system or its chassis has it, else by the older `IndicatorLED`.
 * Read back with `readPower`.
 */
export async function setIndicator(model: RedfishModel, on: boolean): Promise<Answer> {
  const { session } = model
  const tree = await model.tree()
  const paths = [tree.system, tree.chassis.find((one) => one.host === 'named')?.path].filter((path) => path !== undefined)
  for (const path of paths) {
    const change = toChange(parseLoose(schema, await session.get(path)), on, toWords(session.root))
    if (change === undefined) continue
    return await session.patch(path, change)
  }
  throw new RedfishError('unsupported', session.address, 'the BMC offers no locate light', { notSent: true })
}

function toChange(resource: z.infer<typeof schema>, on: boolean, words: Words): Record<string, unknown> | undefined {
  if (resource.LocationIndicatorActive !== undefined) return { LocationIndicatorActive: on }
  if (resource.IndicatorLED === undefined) return undefined
  const allowed = resource['IndicatorLED@Redfish.AllowableValues']
  const lit = allowed.length > 0 && !allowed.includes(words.on) ? 'Blinking' : words.on
  return { IndicatorLED: on ? lit : words.off }
}
