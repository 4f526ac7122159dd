import type { ApiError } from '#lib/api/contract.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { isDatabaseAway } from '#lib/data/away.ts'

const answer = (error: ApiError, status: number, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(error), { status, headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers } })

/** One line for the operator. A message may hold what was sent (Prisma quotes its arguments), so only our own kind's is written. */
function log(error: unknown, request: Request): void {
  const { name, code, stack } = (error instanceof Error ? error : new Error(String(error))) as Error & { code?: unknown }
  const frames = stack?.split('\n').filter((line) => /^\s+at /.test(line)).slice(0, 8).map((line) => line.trim())
  const { pathname } = new URL(request.url)
  console.error(JSON.stringify({ at: new Date().toISOString(), requestId: request.headers.get('x-request-id'), method: request.method, pathname, error: name, code, frames }))
}

/** The sentence begins with the field it is about, `bmc.port: …`, where it is about one. */
const fieldOf = ({ code, message }: BaseboardError) =>
  /^[A-Za-z][A-Za-z0-9.[\]-]*(?=: )/.exec(code === 'invalid' || message.startsWith('bmc.') ? message : '')?.[0]

/** What a request is told of an error: ours as they are, an absent database as 503, everything else as 500 without its text. */
export function toErrorResponse(error: unknown, request: Request): Response {
  if (error instanceof BaseboardError) {
    const { code, message, status } = error
    const seconds = 'retryAfterSeconds' in error ? String(error.retryAfterSeconds) : status === 503 ? '2' : null
    return answer({ code, message, field: fieldOf(error) }, status, seconds === null ? {} : { 'retry-after': seconds })
  }
  if (isDatabaseAway(error)) {
    return answer({ code: 'database-away', message: 'the database cannot be reached at this moment; nothing was changed' }, 503, { 'retry-after': '2' })
  }
  log(error, request)
  return answer({ code: 'fault', message: `something went wrong here; the log has it as ${request.headers.get('x-request-id') ?? 'this request'}` }, 500)
}
