import * as z from 'zod'
import { RedfishError } from './errors.ts'
import { flag, list, parseLoose, text } from './loose.ts'
import type { RedfishModel } from './model.ts'

const schema = z.object({
  '@odata.etag': text,
  LocationIndicatorActive: flag,
  IndicatorLED: text,
  'IndicatorLED@Redfish.AllowableValues': list,
})

/**
 * Switches the locate light, by `LocationIndicatorActive` where the system or its chassis has it, else by the older `IndicatorLED`.
 * One PATCH, with the ETag just read; Lenovo, H3C, Inspur and Huawei refuse one without. Read back with `readPower`.
 */
export async function setIndicator(model: RedfishModel, on: boolean): Promise<void> {
  const { session } = model
  const tree = await model.tree()
  const paths = [tree.system, tree.chassis.find((one) => one.host === 'named')?.path].filter((path) => path !== undefined)
  for (const path of paths) {
    const { body, etag } = await session.read(path)
    const resource = parseLoose(schema, body)
    const change = toChange(resource, on)
    if (change === undefined) continue
    await session.patch(path, change, etag ?? resource['@odata.etag'])
    return
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
