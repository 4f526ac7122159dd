import * as z from 'zod/mini'
import { apiError } from '#lib/api/contract.ts'
import type { Account } from './account.ts'
import { exitCodes, Failure } from './failure.ts'

export type Ask = { method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'; query?: Record<string, string | number | undefined>; body?: unknown; idempotencyKey?: string }

/** Speaks with the public API, and with nothing else. */
export type Client = {
  readonly account: Account
  /** The answer as its schema says. Throws a Failure with the API's own sentence. */
  ask: <S extends z.ZodMiniType>(schema: S, path: string, options?: Ask) => Promise<z.output<S>>
  /** For what answers nothing. */
  tell: (path: string, options?: Ask) => Promise<void>
  /** The answer as it comes, for what is no JSON. */
  fetch: (path: string, options?: Ask) => Promise<Response>
  /** Sends bytes in a PATCH. */
  send: (path: string, bytes: Uint8Array<ArrayBuffer>, headers: Record<string, string>) => Promise<Response>
}

const deadlineMs = 60_000

export function createClient(account: Account): Client {
  async function reach(url: URL, init: RequestInit): Promise<Response> {
    const response = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(deadlineMs) }).catch((error: unknown) => {
      throw new Failure(exitCodes.away, `${account.url} cannot be reached: ${reasonOf(error)}`, { cause: error })
    })
    if (!response.ok) throw await toFailure(response, account.url)
    return response
  }

  async function send(path: string, { method = 'GET', query = {}, body, idempotencyKey }: Ask = {}): Promise<Response> {
    const url = new URL(path, account.url)
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value))
    const headers = {
      authorization: `Bearer ${account.token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    }
    return reach(url, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) })
  }

  return {
    account,
    async ask(schema, path, options) {
      const response = await send(path, options)
      const parsed = schema.safeParse(await response.json().catch(() => undefined))
      if (!parsed.success) throw new Failure(exitCodes.away, `${account.url}${path} answered something else than this baseboard understands: are both of one version?`)
      return parsed.data
    },
    async tell(path, options) {
      await (await send(path, options)).body?.cancel()
    },
    fetch: send,
    send: (path, bytes, headers) =>
      reach(new URL(path, account.url), { method: 'PATCH', headers: { authorization: `Bearer ${account.token}`, 'content-type': 'application/octet-stream', ...headers }, body: bytes }),
  }
}

/** undici says «fetch failed»; its cause says why. */
function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: unknown }
  const told = cause instanceof AggregateError ? cause.errors[0] : (cause ?? error)
  return told instanceof Error ? told.message : String(told)
}

async function toFailure(response: Response, url: string): Promise<Failure> {
  const parsed = apiError.safeParse(await response.json().catch(() => undefined))
  const message = parsed.success ? parsed.data.message : `${url} answered ${response.status}`
  if (response.status === 401) return new Failure(exitCodes.refused, `${message} (baseboard login ${url})`)
  return new Failure(response.status >= 500 ? exitCodes.away : exitCodes.refused, message)
}
