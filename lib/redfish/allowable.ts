import * as z from 'zod'
import { link, list, parseLoose, text, words } from './loose.ts'

/** The values that a parameter of an action may have, in the BMC's order. `unstated`: an action without any list. */
export type Allowable = { values: string[]; stated: 'annotation' | 'ActionInfo' | 'unstated' }

const actionInfo = z.object({ Parameters: list })
const described = z.object({ Name: text, AllowableValues: words })

/** From the action's own annotation, else from the ActionInfo that it links (DSP0266 §9.11): AMI, Cray and OpenBMC have only that. */
export async function readAllowable(action: unknown, parameter: string, read: (path: string) => Promise<unknown>): Promise<Allowable> {
  const annotation = `${parameter}@Redfish.AllowableValues`
  const { [annotation]: annotated, '@Redfish.ActionInfo': info } = parseLoose(z.object({ [annotation]: words, '@Redfish.ActionInfo': link }), action)
  if (Array.isArray(annotated) && annotated.length > 0) return { values: annotated, stated: 'annotation' }
  const parameters = typeof info === 'string' ? parseLoose(actionInfo, await read(info)).Parameters : []
  const values = parameters.map((raw) => parseLoose(described, raw)).find(({ Name }) => Name === parameter)?.AllowableValues ?? []
  return { values, stated: values.length > 0 ? 'ActionInfo' : 'unstated' }
}
