import * as z from 'zod'
import { RedfishError } from './errors.ts'
import type { Answer } from './exchange.ts'
import { flag, list, parseLoose, text } from './loose.ts'
import type { RedfishModel } from './model.ts'

const schema = z.object({
  LocationIndicatorActive: flag,
  IndicatorLED: text,
  'IndicatorLED@Redfish.AllowableValues': list,
})

/**
 * Switches the locate light, by `LocationIndicatorActive` where the system or its chassis has it, else by the older `IndicatorLED`.
 * Read back with `readPower`.
 */
export async function setIndicator(model: RedfishModel, on: boolean): Promise<Answer> {
  const { session } = model
  const tree = await model.tree()
  const paths = [tree.system, tree.chassis.find((one) => one.host === 'named')?.path].filter((path) => path !== undefined)
  for (const path of paths) {
    const change = toChange(parseLoose(schema, await session.get(path)), on)
    if (change === undefined) continue
    return await session.patch(path, change)
  }
  throw new RedfishError('unsupported', session.address, 'the BMC offers no locate light', { notSent: true })
}

function toChange(resource: z.infer<typeof schema>, on: boolean): Record<string, unknown> | undefined {
  if (resource.LocationIndicatorActive !== undefined) return { LocationIndicatorActive: on }
  if (resource.IndicatorLED === undefined) return undefined
  const allowed = resource['IndicatorLED@Redfish.AllowableValues']
  const lit = allowed.length > 0 && !allowed.includes('Lit') ? 'Blinking' : 'Lit'
  return { IndicatorLED: on ? lit : 'Off' }
}
