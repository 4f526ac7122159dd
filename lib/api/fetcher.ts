import type * as z from 'zod/mini'

/**
 * Why an answer did not come. `code` is the API's own, or one of ours: `no-answer` (nothing came back; status 0)
 * and `garbled` (it came, and was not what the contract says).
 */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: string
  readonly status: number
  /** How long the server asks to wait. */
  readonly retryAfterSeconds: number | undefined
  /** For bad input the field of the request that it is about, as `bmc.address`. */
  readonly field: string | undefined

  constructor(code: string, status: number, message: string, options: ErrorOptions & { retryAfterSeconds?: number; field?: string } = {}) {
    super(message, options)
    this.code = code
    this.status = status
    this.retryAfterSeconds = options.retryAfterSeconds
    this.field = options.field
  }
}

/** True for what another try may cure: the server or its database is away. False for every «no». */
export const isAway = (error: unknown) => error instanceof ApiError && (error.status === 0 || error.status >= 502)

type Ask = {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  body?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal
  deadlineMs?: number
}

const usualDeadlineMs = 30_000

async function send(path: string, { method = 'GET', body, headers, signal, deadlineMs = usualDeadlineMs }: Ask): Promise<Response> {
  const deadline = AbortSignal.timeout(deadlineMs)
  try {
    return await fetch(path, {
      method,
      headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
      cache: 'no-store',
    })
  } catch (cause) {
    if (signal?.aborted === true) throw cause
    throw new ApiError('no-answer', 0, `${method} ${path}: no answer`, { cause })
  }
}

/** The error that an answer tells: the API's own where it has one, else its HTTP status. */
export async function toApiError(response: Response, path: string): Promise<ApiError> {
  const said: unknown = await response.json().catch(() => null)
  const { code, message, field } = (said ?? {}) as { code?: unknown; message?: unknown; field?: unknown }
  const wait = Number(response.headers.get('retry-after'))
  const options = { retryAfterSeconds: wait > 0 ? wait : undefined, field: typeof field === 'string' ? field : undefined }
  if (typeof code === 'string') return new ApiError(code, response.status, typeof message === 'string' ? message : '', options)
  return new ApiError(`http-${response.status}`, response.status, `${path}: HTTP ${response.status}`, options)
}

const firstIssues = ({ issues }: { issues: readonly { path: PropertyKey[]; message: string }[] }) =>
  issues
    .slice(0, 3)
    .map((issue) => `${issue.path.join('.')}: ${issue.message}`)
    .join('; ')

/** A schema that is fetched when the first answer needs it: no page waits for the parser before it shows what it was rendered with. */
export type Door<S> = () => Promise<S>

/**
 * Asks the API and checks the answer against its schema from the contract.
 * Throws ApiError for every answer that is not a success, for none at all within 30 s (or `deadlineMs`), and for one that the schema refuses.
 */
export async function ask<S extends z.ZodMiniType>(door: Door<S>, path: string, init: Ask = {}): Promise<z.output<S>> {
  const [response, schema] = await Promise.all([send(path, init), door()])
  if (!response.ok) throw await toApiError(response, path)
  const parsed = schema.safeParse(await response.json().catch(() => undefined))
  if (parsed.success) return parsed.data
  throw new ApiError('garbled', response.status, `${path}: ${firstIssues(parsed.error)}`)
}

/** As `ask`, for a request whose answer has no body or none that matters. */
export async function tell(path: string, init: Ask = {}): Promise<void> {
  const response = await send(path, init)
  if (!response.ok) throw await toApiError(response, path)
}
