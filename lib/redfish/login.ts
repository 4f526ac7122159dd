import { isRedfishError, type RedfishError } from './errors.ts'
import type { Exchanger } from './exchange.ts'
import type { ServiceRoot } from './service-root.ts'
import { signIn, toBasicRefusal, type Authorisation, type Credentials } from './sign-in.ts'

const MAX_BACKOFF_MS = 3_600_000

/** The authorisation of one conversation over its life: renewed when a token has expired, given up when the BMC refuses us. */
export type Login = {
  /** What to send now. Throws the refusal when the BMC has refused this user: no poll tries the password again. */
  current(): Authorisation
  /** After a 401: a fresh authorisation, one login for all who met the same expired token. Throws when there is to be none. */
  renew(expired: Authorisation, refusal: RedfishError): Promise<Authorisation>
  /** The fresh authorisation was refused too: the next login waits. */
  refused(fresh: Authorisation, refusal: RedfishError): void
  /** The fresh authorisation works. */
  accepted(): void
  /** Deletes the session, if there is one; never throws. */
  signOut(): Promise<void>
}

/** Begins with the authorisation of the first sign-in. `rootNow`: the service root as it was last read. */
export function createLogin(
  exchanger: Exchanger,
  rootNow: () => ServiceRoot,
  credentials: Credentials,
  first: Authorisation,
  { loginBackoffMs: backoffMs = 60_000, loginPauseMs, sessionRetryMs = 600_000 }: { loginBackoffMs?: number; loginPauseMs?: number; sessionRetryMs?: number },
): Login {
  let authorisation = first
  let renewal: Promise<Authorisation> | undefined
  let refusal: RedfishError | undefined
  let wait = backoffMs
  let notBefore = 0
  let retryAt = performance.now() + sessionRetryMs

  /**
   * Somebody may have left since all sessions were in use. Until then each request carries the password, and requests go on meanwhile.
   */
  function tryForSession(): void {
    const isFull = authorisation.way === 'basic' && authorisation.isSessionLimit
    if (!isFull || renewal !== undefined || performance.now() < retryAt) return
    retryAt = performance.now() + sessionRetryMs
    renewal = signInAgain(authorisation).finally(() => {
      renewal = undefined
    })
    // A refusal is kept for the next request; whatever else went wrong is tried again later.
    renewal.catch(() => {})
  }

  async function signInAgain(expired: Authorisation): Promise<Authorisation> {
    try {
      authorisation = await signIn(exchanger, rootNow(), credentials, loginPauseMs)
    } catch (error) {
      if (isRedfishError(error, 'unauthorized', 'forbidden')) refusal = error
      throw error
    }
    // A 401 need not mean that the old session is gone; leaving it would fill the BMC's few places.
    await deleteSession(exchanger, expired, authorisation)
    return authorisation
  }

  return {
    current() {
      if (refusal !== undefined) throw refusal
      tryForSession()
      return authorisation
    },
    async renew(expired, reason) {
      if (expired.way === 'basic') throw (refusal = toBasicRefusal(exchanger.address, expired, reason))
      if (authorisation !== expired) return authorisation
      if (performance.now() < notBefore) throw reason
      renewal ??= signInAgain(expired).finally(() => {
        renewal = undefined
      })
      return await renewal
    },
    refused(fresh, reason) {
      if (fresh.way === 'basic') refusal = toBasicRefusal(exchanger.address, fresh, reason)
      notBefore = performance.now() + wait
      wait = Math.min(wait * 2, MAX_BACKOFF_MS)
    },
    accepted() {
      wait = backoffMs
    },
    async signOut() {
      await renewal?.catch(() => undefined)
      if (refusal === undefined) await deleteSession(exchanger, authorisation, authorisation)
    },
  }
}

/** Best effort: a BMC that cannot be reached, or has forgotten the session, ends it by its own timeout. */
async function deleteSession(exchanger: Exchanger, session: Authorisation, by: Authorisation): Promise<void> {
  if (session.way !== 'token' || session.sessionPath === undefined) return
  await exchanger.exchange({ method: 'DELETE', path: session.sessionPath, headers: by.headers }).catch(() => undefined)
}
