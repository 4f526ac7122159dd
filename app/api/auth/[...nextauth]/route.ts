import { methodsOf, type Method } from '#lib/api/routes.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { askNextAuth } from '#lib/auth/next-auth.ts'
import { authOptions } from '#lib/auth/options.ts'
import { isSecure, originOf } from '#lib/auth/request-user.ts'
import { isSameOrigin } from '#lib/auth/same-origin.ts'
import { toErrorResponse } from '../../errors.ts'
import { readText } from '../../input.ts'

type Context = { params: Promise<{ nextauth: string[] }> }

/** next-auth answers to more paths and methods than we use; of them only those of the route table are let through. */
function demandRoute(request: Request, method: Method): void {
  if (methodsOf(new URL(request.url).pathname)?.includes(method) !== true) throw new BaseboardError('unknown-path', 404, 'there is no such path')
}

/** A failed CSRF check is a success to next-auth, which sends to a page of its own: it is an error to us. */
function demandSuccess({ status, body }: { status: number; body: unknown }): void {
  const url = typeof body === 'object' && body !== null && 'url' in body ? String(body.url) : ''
  if (/[?&]csrf=true/.test(url)) throw new BaseboardError('csrf', 403, 'the form has expired: ask for a new csrfToken and try again')
  if (/[?&]error=/.test(url) || status >= 400) throw new BaseboardError('wrong-credentials', 401, 'the user name or the password is wrong')
}

async function ask(request: Request, context: Context, body: Record<string, string>): Promise<Response> {
  const { options, trouble } = await authOptions(originOf(request.headers), isSecure(request.headers))
  const { nextauth: actions } = await context.params
  const answer = await askNextAuth({ actions, method: request.method, headers: request.headers, body }, options)
  if (trouble.error !== null) throw trouble.error
  demandSuccess(answer)
  answer.headers.set('content-type', 'application/json')
  answer.headers.set('cache-control', 'no-store')
  return new Response(JSON.stringify(answer.body), { status: answer.status, headers: answer.headers })
}

export async function GET(request: Request, context: Context): Promise<Response> {
  try {
    demandRoute(request, 'GET')
    return await ask(request, context, {})
  } catch (error) {
    return toErrorResponse(error, request)
  }
}

export async function POST(request: Request, context: Context): Promise<Response> {
  try {
    demandRoute(request, 'POST')
    if (!isSameOrigin(request.headers, true)) throw new BaseboardError('foreign-origin', 403, 'this request does not come from a page of this Baseboard')
    if (!(request.headers.get('content-type') ?? '').startsWith('application/x-www-form-urlencoded')) {
      throw new BaseboardError('not-a-form', 415, 'send the body as content-type application/x-www-form-urlencoded')
    }
    const fields = Object.fromEntries(new URLSearchParams(await readText(request)))
    return await ask(request, context, { ...fields, json: 'true' })
  } catch (error) {
    return toErrorResponse(error, request)
  }
}
