import { setTimeout as delay } from 'node:timers/promises'
import * as z from 'zod'
import { RedfishError } from './errors.ts'
import { toStatusError, type Answer, type Exchanger } from './exchange.ts'
import { readExtendedInfo } from './extended-info.ts'
import { toSafePath } from './path.ts'
import type { ServiceRoot } from './service-root.ts'

export type Credentials = { username: string; password: string }

export type SessionAuthorisation = { way: 'token'; headers: Record<string, string>; sessionPath: string | undefined }

/** How requests are authorised: a session's token, or the password with each request. */
export type Authorisation =
  | SessionAuthorisation
  | { way: 'basic'; headers: Record<string, string>; reason: string; isSessionLimit: boolean }

/**
 * Session services that want to know where the account lives, under the vendor's `Oem` key. iBMC 6.41 refuses the standard payload and
 * answers 400 to a second attempt that follows at once, so the field is sent the first time wherever the service root names the
 * vendor, and else when the refusal names the field.
 */
const DOMAIN_VENDORS = ['Huawei', 'xFusion']
const LOCAL_DOMAIN = { Domain: 'LocaliBMC' }
const MISSING_DOMAIN = /\bOem\/([A-Za-z]{1,20})\/Domain\b/

/** The attempts came too close upon each other; the password was not judged (429 in RFC 6585 §4; iBMC says it with 400). */
const TOO_SOON = /rate.?limit|too (?:many|frequent|fast|often)|frequently|try again later/i

/** What BMCs say instead of 401 when the password is wrong or the account is locked. */
const WRONG_PASSWORD =
  /UnauthorizedLoginAttempt|InvalidCredential|LoginFail|AuthenticationFail|AccountLock|UserLock|PasswordExpired|NoAccess/i
/** DSP0268 `SessionLimitExceeded`, iLO `CreateLimitReachedForResource`, iDRAC `RAC0218`. */
const SESSION_LIMIT = /SessionLimitExceeded|CreateLimitReached|RAC0218|maximum number of (?:user )?sessions/i

/** How long to wait after an attempt that came too soon, when the BMC does not say. */
const DEFAULT_PAUSE_MS = 3_000
const MAX_PAUSE_MS = 10_000

/** A try of the password at a session collection, and what the BMC said to it. */
export type Attempt = { path: string; answer: Answer; words: string }

/**
 * Signs in once: a session where the BMC has room for one, else Basic. The password is tried by one way only: when the session
 * service has judged it wrong, Basic is not attempted, because two failures per poll soon lock an account. An attempt that was not
 * judged, because it came too soon or lacked the domain, is made once more after a pause. `made`: an attempt before the root was read, which
 * counts where it was judged and where the root leads to the same place.
 */
export async function signIn(
  exchanger: Exchanger,
  root: ServiceRoot,
  credentials: Credentials,
  pauseMs = DEFAULT_PAUSE_MS,
  made?: Attempt,
): Promise<Authorisation> {
  if (made !== undefined && WRONG_PASSWORD.test(made.words)) return toAuthorisation(exchanger, credentials, made)
  if (root.sessions === undefined) return toBasic(credentials, 'the service root links no session collection')
  const vendor = toDomainVendor(root)
  const first = made?.path === root.sessions ? made : await createSession(exchanger, root.sessions, credentials, vendor)
  const missing = MISSING_DOMAIN.exec(first.words)?.[1]
  const isUnjudged = first.answer.status === 429 || (first.answer.status === 400 && (missing !== undefined || TOO_SOON.test(first.words)))
  if (!isUnjudged || WRONG_PASSWORD.test(first.words)) return toAuthorisation(exchanger, credentials, first)
  await delay(Math.min(first.answer.retryAfterMs ?? pauseMs, MAX_PAUSE_MS))
  return toAuthorisation(exchanger, credentials, await createSession(exchanger, root.sessions, credentials, missing ?? vendor))
}

/** One try of the password where an earlier service root said; undefined where it said nothing. */
export async function trySession(exchanger: Exchanger, root: ServiceRoot, credentials: Credentials): Promise<Attempt | undefined> {
  return root.sessions === undefined ? undefined : await createSession(exchanger, root.sessions, credentials, toDomainVendor(root))
}

const toDomainVendor = ({ oemVendors }: ServiceRoot) => DOMAIN_VENDORS.find((name) => oemVendors.includes(name))

async function createSession(exchanger: Exchanger, path: string, credentials: Credentials, vendor: string | undefined): Promise<Attempt> {
  const payload = { UserName: credentials.username, Password: credentials.password }
  const body = vendor === undefined ? payload : { ...payload, Oem: { [vendor]: LOCAL_DOMAIN } }
  const answer = await exchanger.exchange({ method: 'POST', path, body })
  const words = readExtendedInfo(answer.body).map((message) => `${message.id} ${message.text}`).join(' ')
  return { path, answer, words }
}

/** The session that an attempt has made; undefined for every other answer. */
export function toSession({ answer, words }: Attempt): SessionAuthorisation | undefined {
  if (answer.status >= 300 || WRONG_PASSWORD.test(words)) return undefined
  const token = answer.token ?? readTokenFromBody(answer.body)
  return token === undefined ? undefined : { way: 'token', headers: { 'x-auth-token': token }, sessionPath: answer.location ?? readSessionPath(answer.body) }
}

function toAuthorisation(exchanger: Exchanger, credentials: Credentials, attempt: Attempt): Authorisation {
  const { path, answer, words } = attempt
  if (answer.status === 401 || WRONG_PASSWORD.test(words)) {
    throw new RedfishError('unauthorized', exchanger.address, 'wrong user name or password, or the account is locked', {
      status: answer.status,
      messages: readExtendedInfo(answer.body).map((message) => message.text),
    })
  }
  if (answer.status === 403 && !SESSION_LIMIT.test(words)) throw toStatusError(exchanger.address, { method: 'POST', path }, answer)
  if (answer.status >= 300) return toFallback(credentials, answer.status, words)
  return toSession(attempt) ?? toBasic(credentials, 'the session came without a token')
}

function toBasic(credentials: Credentials, reason: string, isSessionLimit = false): Authorisation {
  return { way: 'basic', headers: toBasicHeaders(credentials), reason, isSessionLimit }
}

export function toBasicHeaders({ username, password }: Credentials): { authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}` }
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
