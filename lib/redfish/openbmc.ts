import * as z from 'zod'
import { parseLoose, text } from './loose.ts'

const manager = z.object({ Model: text, Name: text, Oem: z.looseObject({}).optional().catch(undefined) })

/**
 * True for a manager that bmcweb, OpenBMC's web server, describes: its vendors keep the model and name "OpenBmc" or the `Oem.OpenBmc`
 * key (bmcweb redfish-core/lib/managers.hpp). Such a service has the host's serial console as a WebSocket, unless it was built without;
 * only the handshake tells that.
 */
export function isOpenBmcManager(body: unknown): boolean {
  const { Model, Name, Oem } = parseLoose(manager, body)
  const isNamed = [Model, Name].some((words) => words !== undefined && /\bopenbmc\b/i.test(words))
  return isNamed || Object.keys(Oem ?? {}).some((key) => key.toLowerCase() === 'openbmc')
}
