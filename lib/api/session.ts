import * as z from 'zod/mini'
import { ApiError, ask } from './fetcher.ts'

const csrfAnswer = z.object({ csrfToken: z.string() })
const refusal = z.object({ code: z.string(), message: z._default(z.string(), '') })

async function post(path: string, fields: Record<string, string>): Promise<Response> {
  const { csrfToken } = await ask(csrfAnswer, '/api/auth/csrf')
  return fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams({ ...fields, csrfToken, json: 'true' }),
  }).catch((cause: unknown) => {
    throw new ApiError('no-answer', 0, `POST ${path}: no answer`, { cause })
  })
}

async function toFailure(response: Response): Promise<ApiError> {
  const said = refusal.safeParse(await response.json().catch(() => null))
  const wait = Number(response.headers.get('retry-after'))
  const code = said.success ? said.data.code : `http-${response.status}`
  return new ApiError(code, response.status, said.success ? said.data.message : '', { retryAfterSeconds: wait > 0 ? wait : undefined })
}

/** A token for the form may have grown old in an open tab: one fresh try. */
async function postTwice(path: string, fields: Record<string, string>): Promise<void> {
  const first = await post(path, fields)
  if (first.ok) return
  const failure = await toFailure(first)
  if (failure.code !== 'csrf') throw failure
  const second = await post(path, fields)
  if (!second.ok) throw await toFailure(second)
}

/** Signs in; the session is a cookie that no script can read. Throws ApiError: `wrong-credentials`, `too-many-attempts` with its wait. */
export const signIn = (name: string, password: string) => postTwice('/api/auth/callback/credentials', { name, password })

/** Ends this session at once, in every tab. */
export const signOut = () => postTwice('/api/auth/signout', {})
