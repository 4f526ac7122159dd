import type { RedfishError } from './errors.ts'
import { isForLicence, toReason, type Look } from './look.ts'
import { say, type Reason } from './reason.ts'

/** Whether a BMC can do something. `can` null: it could not be read, or nothing tells. */
export type ServiceReading = { can: boolean | null; reason: Reason | undefined; failure: RedfishError | undefined }

/** What is garbled denies nothing, and a switch that is garbled says neither that the service is on nor that it is off. */
export function toCan(isOffered: boolean, garbled: readonly string[]): boolean | null {
  if (garbled.includes('ServiceEnabled')) return null
  return isOffered || (garbled.length > 0 ? null : false)
}

/** A service by its link in the root: its body, or the reading that says that there is none (`no-…`) or that it cannot be had. */
export async function readService(look: Look, path: string | undefined, what: 'update' | 'events' | 'sessions' | 'bios'): Promise<{ body: unknown; lack?: ServiceReading }> {
  if (path === undefined) return { body: undefined, lack: { can: false, reason: say(`no-${what}`), failure: undefined } }
  const { body, failure } = await look.at(path)
  return failure === undefined ? { body } : { body, lack: { can: isForLicence(failure) ? false : null, reason: toReason(failure), failure } }
}
