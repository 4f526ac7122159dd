import NextAuth, { type AuthOptions } from 'next-auth'
import { cookiesIn } from './request-user.ts'

/**
 * One request to next-auth, by its handler for `req` and `res`, whose few members are all here. Its handler for route files
 * reads the request a second time from Next's globals, which only a running Next has.
 */
export async function askNextAuth(
  request: { actions: string[]; method: string; headers: Headers; body: Record<string, string> },
  options: AuthOptions,
): Promise<{ status: number; headers: Headers; body: unknown }> {
  const answer = { status: 200, headers: new Map<string, string | string[]>(), body: null as unknown }
  const req = {
    query: { nextauth: request.actions },
    body: request.body,
    cookies: cookiesIn(request.headers),
    headers: Object.fromEntries(request.headers),
    method: request.method,
  }
  const res = {
    status: (status: number) => ((answer.status = status), res),
    getHeader: (name: string) => answer.headers.get(name.toLowerCase()),
    setHeader: (name: string, value: string | string[]) => (answer.headers.set(name.toLowerCase(), value), res),
    json: (body: unknown) => void (answer.body = body),
    send: (body: unknown) => void (answer.body = body),
    end() {},
  }
  await NextAuth(req as never, res as never, options)
  const headers = new Headers()
  for (const [name, value] of answer.headers) for (const one of [value].flat()) headers.append(name, one)
  return { status: answer.status, headers, body: answer.body }
}
