import * as z from 'zod'
import { anything, number, parseLoose } from './loose.ts'
import type { Look } from './look.ts'
import { findOemProperty } from './oem-action.ts'
import { readService } from './read-service.ts'

/** How long a session may be idle, and how many there may be; undefined where the BMC does not say. */
export type SessionLimitReading = { idleSeconds: number | undefined; limit: number | undefined }

const schema = z.object({ SessionTimeout: number, Oem: anything })

/** The standard has no limit of their number (DSP0268, SessionService); some makers state one of their own. */
const LIMIT = /^Max(?:imum)?(?:Concurrent)?Sessions?(?:Count|Number|Num)?$|^Session(?:Max(?:imum)?|Limit)/i

/** One GET. */
export async function readSessionLimits(look: Look, path: string | undefined): Promise<SessionLimitReading> {
  const { body } = await readService(look, path, 'sessions')
  const { SessionTimeout: idleSeconds, Oem } = parseLoose(schema, body)
  return { idleSeconds, limit: number.parse(findOemProperty(Oem, LIMIT)?.value) }
}
