import { ApiError, toApiError } from './fetcher.ts'

const noAnswer = (what: string) => (cause: unknown) => {
  throw new ApiError('no-answer', 0, `${what}: no answer`, { cause })
}

async function csrfToken(): Promise<string> {
  const path = '/api/auth/csrf'
  const response = await fetch(path, { cache: 'no-store' }).catch(noAnswer(path))
  if (!response.ok) throw await toApiError(response, path)
  const said = ((await response.json().catch(() => null)) ?? {}) as { csrfToken?: unknown }
  if (typeof said.csrfToken !== 'string') throw new ApiError('garbled', response.status, `${path}: no token`)
  return said.csrfToken
}

async function post(path: string, fields: Record<string, string>): Promise<Response> {
  const token = await csrfToken()
  return fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams({ ...fields, csrfToken: token, json: 'true' }),
  }).catch(noAnswer(path))
}

/** A token for the form may have grown old in an open tab: one fresh try. */
async function postTwice(path: string, fields: Record<string, string>): Promise<void> {
  const first = await post(path, fields)
  if (first.ok) return
  const failure = await toApiError(first, path)
  if (failure.code !== 'csrf') throw failure
  const second = await post(path, fields)
  if (!second.ok) throw await toApiError(second, path)
}

/** Signs in; the session is a cookie that no script can read. Throws ApiError: `wrong-credentials`, `too-many-attempts` with its wait. */
export const signIn = (name: string, password: string) => postTwice('/api/auth/callback/credentials', { name, password })

/** Ends this session at once, in every tab. */
export const signOut = () => postTwice('/api/auth/signout', {})
