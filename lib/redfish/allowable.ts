import * as z from 'zod'
import { findGarbledProperties } from './garbled.ts'
import { link, list, parseLoose, text, words } from './loose.ts'

/**
 * The values that a parameter of an action may have, in the BMC's order. `unstated`: an action without any list. `isGarbled`: there may be
 * more, in words that cannot be understood.
 */
export type Allowable = { values: string[]; stated: 'annotation' | 'ActionInfo' | 'unstated'; isGarbled: boolean }

const actionInfo = z.object({ Parameters: list })
const described = z.object({ Name: text, AllowableValues: words })

/** From the action's own annotation, else from the ActionInfo that it links (DSP0266 §9.11): AMI, Cray and OpenBMC have only that. */
export async function readAllowable(action: unknown, parameter: string, read: (path: string) => Promise<unknown>): Promise<Allowable> {
  const annotation = `${parameter}@Redfish.AllowableValues`
  const { [annotation]: annotated, '@Redfish.ActionInfo': info } = parseLoose(z.object({ [annotation]: words, '@Redfish.ActionInfo': link }), action)
  const isGarbled = findGarbledProperties(action, { [annotation]: 'words' }).length > 0
  if (Array.isArray(annotated) && annotated.length > 0) return { values: annotated, stated: 'annotation', isGarbled }
  const parameters = typeof info === 'string' ? parseLoose(actionInfo, await read(info)).Parameters : []
  const one = parameters.find((raw) => parseLoose(described, raw).Name === parameter)
  const values = parseLoose(described, one).AllowableValues
  const isListGarbled = findGarbledProperties(one, { AllowableValues: 'words' }).length > 0
  return { values, stated: values.length > 0 ? 'ActionInfo' : 'unstated', isGarbled: isGarbled || isListGarbled }
}
