import type * as z from 'zod/mini'
import { usualBodyLimitBytes } from '#lib/api/routes.ts'
import { BaseboardError } from '#lib/domain/errors.ts'

const invalid = (field: string, message: string) => new BaseboardError('invalid', 400, `${field}: ${message}`)

/** The body as text; at most so long, whatever its length header says. */
export async function readText(request: Request, bodyLimitBytes = usualBodyLimitBytes): Promise<string> {
  const tooLong = () => new BaseboardError('too-large', 413, `a request has at most ${bodyLimitBytes} bytes`)
  if (Number(request.headers.get('content-length') ?? 0) > bodyLimitBytes) throw tooLong()
  if (request.body === null) return ''
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
    length += chunk.length
    if (length > bodyLimitBytes) throw tooLong()
    chunks.push(chunk)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
  } catch {
    throw invalid('body', 'is not UTF-8')
  }
}

/** Postgres keeps neither NUL nor half a surrogate pair in a text, and `__proto__` is no field of anything. */
function refuseOddities(key: string, value: unknown): unknown {
  if (key === '__proto__') throw invalid('__proto__', 'there is no such field')
  if (typeof value === 'string' && /\0|\p{Surrogate}/u.test(value)) throw invalid(key === '' ? 'body' : key, 'holds a character that no text has (NUL or half a pair)')
  return value
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text, refuseOddities)
  } catch (error) {
    if (error instanceof BaseboardError) throw error
    throw invalid('body', 'is not JSON')
  }
}

type Issue = { code?: string; path: PropertyKey[]; message: string; keys?: string[]; errors?: Issue[][] }

/** The issue of a union's member that came furthest: of two forms of a request that is the one that was meant. */
function innermost(issue: Issue): Issue {
  if (issue.code !== 'invalid_union' || issue.errors === undefined) return issue
  const depth = (issues: Issue[]) => issues.length === 0 ? Infinity : issues.length
  const nearest = [...issue.errors].sort((a, b) => depth(a) - depth(b))[0]?.[0]
  return nearest === undefined ? issue : innermost({ ...nearest, path: [...issue.path, ...nearest.path] })
}

function check<S extends z.ZodMiniType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = innermost(parsed.error.issues[0] as Issue)
  const path = [...issue.path, ...(issue.code === 'unrecognized_keys' ? (issue.keys ?? []).slice(0, 1) : [])].map(String)
  const message = issue.code === 'unrecognized_keys' ? 'there is no such field' : issue.message
  throw invalid(path.join('.') || 'body', message)
}

/** A JSON body, checked against its schema. Throws 400 (naming the field), 413 or 415. */
export async function readJson<S extends z.ZodMiniType>(request: Request, schema: S, bodyLimitBytes: number): Promise<z.output<S>> {
  const [type = ''] = (request.headers.get('content-type') ?? '').split(';')
  if (type.trim().toLowerCase() !== 'application/json') throw new BaseboardError('not-json', 415, 'send the body as content-type application/json')
  return check(schema, parse(await readText(request, bodyLimitBytes)))
}

/** The query, checked against its schema; a parameter that comes twice is refused. */
export function readQuery<S extends z.ZodMiniType>(request: Request, schema: S): z.output<S> {
  const values: Record<string, string> = {}
  for (const [key, value] of new URL(request.url).searchParams) {
    if (Object.hasOwn(values, key)) throw invalid(key, 'is given twice')
    refuseOddities(key, value)
    values[key] = value
  }
  return check(schema, values)
}
