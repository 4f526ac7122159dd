import * as z from 'zod'
import { RedfishError } from './errors.ts'
import { toStatusError, type Answer, type Exchanger } from './exchange.ts'
import { readExpandQuery } from './expansion.ts'
import { toSafePath } from './path.ts'

const text = z.string().optional().catch(undefined)
const link = z
  .object({ '@odata.id': z.string() })
  .transform((value) => toSafePath(value['@odata.id']))
  .optional()
  .catch(undefined)

const serviceRoot = z.object({
  '@odata.type': text,
  RedfishVersion: text,
  Vendor: text,
  Product: text,
  UUID: text,
  Oem: z.looseObject({}).optional().catch(undefined),
  Systems: link,
  Chassis: link,
  Managers: link,
  SessionService: link,
  UpdateService: link,
  EventService: link,
  Links: z.object({ Sessions: link }).optional().catch(undefined),
  ProtocolFeaturesSupported: z.unknown().optional(),
})

/** What `/redfish/v1/` says before anybody signs in (DSP0266 §6.2). Links are paths that may be followed. */
export type ServiceRoot = {
  redfishVersion: string | undefined
  vendor: string | undefined
  product: string | undefined
  uuid: string | undefined
  /** The vendors whose extensions the BMC carries, e.g. `Dell`, `Huawei`. */
  oemVendors: readonly string[]
  systems: string | undefined
  chassis: string | undefined
  managers: string | undefined
  sessions: string | undefined
  sessionService: string | undefined
  updateService: string | undefined
  eventService: string | undefined
  /** How members may be asked for together with their list; undefined when the BMC does not offer that. */
  expandQuery: string | undefined
}

export const SERVICE_ROOT_PATH = '/redfish/v1/'

const request = { method: 'GET', path: SERVICE_ROOT_PATH } as const

/** Reads the service root without a credential. Throws `not-redfish` when something else answers on this port. */
export async function readServiceRoot(exchanger: Exchanger): Promise<ServiceRoot> {
  return requireServiceRoot(exchanger.address, await exchanger.exchange(request))
}

/** The service root that this answer is; throws as `readServiceRoot` does. */
export function requireServiceRoot(address: string, answer: Answer): ServiceRoot {
  if (answer.status === 404 || (answer.status === 200 && !answer.isJson)) {
    throw new RedfishError('not-redfish', address, 'no Redfish service here', { status: answer.status })
  }
  if (answer.status !== 200) throw toStatusError(address, request, answer)
  const root = toServiceRoot(answer.body)
  if (root === undefined) throw new RedfishError('not-redfish', address, 'the answer is no Redfish service root', { status: 200 })
  return root
}

/** Undefined when the body has nothing of a service root in it. */
export function toServiceRoot(body: unknown): ServiceRoot | undefined {
  const parsed = serviceRoot.safeParse(body)
  if (!parsed.success) return undefined
  const root = parsed.data
  const isRoot = root['@odata.type']?.includes('ServiceRoot') || root.RedfishVersion || root.Systems || root.Chassis || root.Managers
  if (!isRoot) return undefined
  return {
    redfishVersion: root.RedfishVersion,
    vendor: root.Vendor,
    product: root.Product,
    uuid: root.UUID,
    oemVendors: Object.keys(root.Oem ?? {}).slice(0, 20),
    systems: root.Systems,
    chassis: root.Chassis,
    managers: root.Managers,
    sessions: root.Links?.Sessions,
    sessionService: root.SessionService,
    updateService: root.UpdateService,
    eventService: root.EventService,
    expandQuery: readExpandQuery(root.ProtocolFeaturesSupported),
  }
}
