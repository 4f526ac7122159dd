import * as z from 'zod'
import { RedfishError } from './errors.ts'
import { toStatusError, type Exchanger } from './exchange.ts'
import { readExtendedInfo } from './extended-info.ts'
import { toSafePath } from './path.ts'
import type { ServiceRoot } from './service-root.ts'

export type Credentials = { username: string; password: string }

/** How requests are authorised: a session's token, or the password with each request. */
export type Authorisation =
  | { way: 'token'; headers: Record<string, string>; sessionPath: string | undefined }
  | { way: 'basic'; headers: Record<string, string>; reason: string; isSessionLimit: boolean }

/**
 * Vendors whose session service wants to know where the account lives, under their own `Oem` key. iBMC 6.41 refuses the standard
 * payload and answers 400 to a second attempt that follows at once, so the field is sent the first time, wherever the service root
 * names the vendor.
 */
const DOMAIN_VENDORS: Record<string, unknown> = {
  Huawei: { Domain: 'LocaliBMC' },
  xFusion: { Domain: 'LocaliBMC' },
}

/** What BMCs say instead of 401 when the password is wrong or the account is locked. */
const WRONG_PASSWORD =
  /UnauthorizedLoginAttempt|InvalidCredential|LoginFail|AuthenticationFail|AccountLock|UserLock|PasswordExpired|NoAccess/i
/** DSP0268 `SessionLimitExceeded`, iLO `CreateLimitReachedForResource`, iDRAC `RAC0218`. */
const SESSION_LIMIT = /SessionLimitExceeded|CreateLimitReached|RAC0218|maximum number of (?:user )?sessions/i

/**
 * Signs in once: a session where the BMC has room for one, else Basic. The password is tried by one way only: when the session
 * service has judged it wrong, Basic is not attempted, because two failures per poll soon lock an account.
 */
export async function signIn(exchanger: Exchanger, root: ServiceRoot, credentials: Credentials): Promise<Authorisation> {
  if (root.sessions === undefined) return toBasic(credentials, 'the service root links no session collection')
  const request = { method: 'POST', path: root.sessions, body: toSessionPayload(root, credentials) } as const
  const answer = await exchanger.exchange(request)
  const said = readExtendedInfo(answer.body)
  const words = said.map((message) => `${message.id} ${message.text}`).join(' ')
  if (answer.status === 401 || WRONG_PASSWORD.test(words)) {
    throw new RedfishError('unauthorized', exchanger.address, 'wrong user name or password, or the account is locked', {
      status: answer.status,
      messages: said.map((message) => message.text),
    })
  }
  if (answer.status === 403 && !SESSION_LIMIT.test(words)) throw toStatusError(exchanger.address, request, answer)
  if (answer.status >= 300) return toFallback(credentials, answer.status, words)
  const token = answer.token ?? readTokenFromBody(answer.body)
  if (token === undefined) return toBasic(credentials, 'the session came without a token')
  return { way: 'token', headers: { 'x-auth-token': token }, sessionPath: answer.location ?? readSessionPath(answer.body) }
}

function toSessionPayload(root: ServiceRoot, credentials: Credentials): Record<string, unknown> {
  const payload = { UserName: credentials.username, Password: credentials.password }
  const vendor = root.oemVendors.find((name) => Object.hasOwn(DOMAIN_VENDORS, name))
  return vendor === undefined ? payload : { ...payload, Oem: { [vendor]: DOMAIN_VENDORS[vendor] } }
}

function toBasic(credentials: Credentials, reason: string, isSessionLimit = false): Authorisation {
  const pair = Buffer.from(`${credentials.username}:${credentials.password}`, 'utf8').toString('base64')
  return { way: 'basic', headers: { authorization: `Basic ${pair}` }, reason, isSessionLimit }
}

function toFallback(credentials: Credentials, status: number, words: string): Authorisation {
  if (SESSION_LIMIT.test(words)) return toBasic(credentials, 'all sessions of the BMC are in use', true)
  return toBasic(credentials, `no session could be created (status ${status})`)
}

/** Basic was the fallback and is refused too: then the password may be right, and the reason for the fallback is what to tell. */
export function toBasicRefusal(address: string, used: Authorisation & { way: 'basic' }, refusal: RedfishError): RedfishError {
  const text = `${used.reason}, and the BMC refuses the user name and password with the request itself (401)`
  return new RedfishError(used.isSessionLimit ? 'session-limit' : 'unauthorized', address, text, {
    status: 401,
    messages: refusal.messages,
    cause: refusal,
  })
}

const tokenHolder = z.looseObject({ 'X-Auth-Token': z.string().min(1) })
const sessionBody = z.object({
  '@odata.id': z.string().optional().catch(undefined),
  Oem: z.looseObject({}).optional().catch(undefined),
})

/** Inspur M6 gives the token only in the body, at `Oem.Public["X-Auth-Token"]`; any vendor's key is accepted there. */
function readTokenFromBody(body: unknown): string | undefined {
  const parsed = sessionBody.safeParse(body)
  if (!parsed.success) return undefined
  for (const holder of Object.values(parsed.data.Oem ?? {})) {
    const found = tokenHolder.safeParse(holder)
    if (found.success && isHeaderSafe(found.data['X-Auth-Token'])) return found.data['X-Auth-Token']
  }
  return undefined
}

function readSessionPath(body: unknown): string | undefined {
  const parsed = sessionBody.safeParse(body)
  return parsed.success ? toSafePath(parsed.data['@odata.id']) : undefined
}

function isHeaderSafe(token: string): boolean {
  return token.length <= 4096 && /^[\x21-\x7e]+$/.test(token)
}
