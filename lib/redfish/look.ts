import { isRedfishError, type RedfishError } from './errors.ts'
import { LOCAL_FAILURES, readMembers } from './collection.ts'
import { say, type Reason } from './reason.ts'
import type { RedfishSession } from './session.ts'
import { readSpelled } from './spelling.ts'

const MAX_MEMBERS = 16

/** A resource as it came: its body, the methods that it takes (`Allow`, where the BMC says them with a reading), or why it cannot be had. */
export type Looked = { body: unknown; allow: string | undefined; failure: RedfishError | undefined }

export type Listed = { paths: string[]; failures: RedfishError[] }

/** Reads resources for several functions that look at the same ones. What concerns the whole BMC is thrown. */
export type Look = {
  readonly session: RedfishSession
  at: (path: string) => Promise<Looked>
  /** The members of a collection, at most sixteen, and what of it could not be understood. */
  members: (path: string) => Promise<Listed>
}

/** Each resource is asked for once, whatever came of it: for one reading, not for keeping. */
export function createLook(session: RedfishSession): Look {
  const looked = new Map<string, Promise<Looked>>()
  const listed = new Map<string, Promise<Listed>>()
  async function list(path: string): Promise<Listed> {
    const failures: RedfishError[] = []
    return { paths: await readMembers(session, path, MAX_MEMBERS, failures), failures }
  }
  async function ask(path: string): Promise<Looked> {
    try {
      const { body, allow } = await readSpelled(session, path)
      return { body, allow, failure: undefined }
    } catch (failure) {
      if (!isRedfishError(failure, ...LOCAL_FAILURES)) throw failure
      return { body: undefined, allow: undefined, failure }
    }
  }
  return {
    session,
    at(path) {
      const known = looked.get(path) ?? ask(path)
      looked.set(path, known)
      return known
    },
    members(path) {
      const known = listed.get(path) ?? list(path)
      listed.set(path, known)
      return known
    },
  }
}

/** Whether a resource can be changed, by its `Allow` (DSP0266 §6.5); null where the BMC does not send that with a reading. */
export function isChangeable({ allow }: Looked): boolean | null {
  return allow === undefined || allow === '' ? null : /\b(?:PATCH|PUT)\b/i.test(allow)
}

/**
 * The BMC's own words for why it refused; else what went wrong. A licence that is wanted is a reason of its own: Supermicro "Not licensed to
 * perform this request. The following licenses DCMS were needed", iDRAC "No sufficient LICENSE for user", `Base.1.x.LicenseRequired`.
 */
export function toReason({ messages, detail }: RedfishError): Reason {
  const cause = messages.join(' ')
  if (isForLicence({ messages })) return say('licence-wanted', { cause })
  return messages.length > 0 ? cause : detail
}

/** A refusal for the want of a licence, by its own words: then it is the BMC's no, and not merely unknown. */
export const isForLicence = ({ messages }: Pick<RedfishError, 'messages'>): boolean => messages.some((message) => /licen[cs]e/i.test(message))
