import type * as z from 'zod/mini'
import { bodyLimitOf, routes, type Route, type RouteId } from '#lib/api/routes.ts'
import { originOf, userOfRequest } from '#lib/auth/request-user.ts'
import { isSameOrigin, siteOf } from '#lib/auth/same-origin.ts'
import type { Origin, SignedInUser } from '#lib/auth/signed-in-user.ts'
import { nodeName } from '#lib/domain/node.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { toErrorResponse } from './errors.ts'
import { readJson, readQuery } from './input.ts'

type Parsed<R, K extends 'body' | 'query'> = R extends { [P in K]: infer S extends z.ZodMiniType } ? z.output<S> : undefined
type Answer<R> = R extends { answer: infer S extends z.ZodMiniType } ? z.input<S> : void
type User<R> = R extends { access: 'anyone' } ? null : SignedInUser

export type Input<K extends RouteId> = {
  user: User<(typeof routes)[K]>
  body: Parsed<(typeof routes)[K], 'body'>
  query: Parsed<(typeof routes)[K], 'query'>
  /** The parameters in the path: `name` is a DNS label, `id` a UUID, `seq` a row of the audit. */
  params: Params
  /** Where the request came from, and the origin that it was sent to. */
  origin: Origin
  site: string
  request: Request
}

type Params = { name: string; id: string; seq: number }

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** What cannot be the name or the id of anything is not there, and is not put to the database. */
function demandParams(params: Record<string, string | string[] | undefined>): Params {
  const { name, id, seq } = params
  if (name !== undefined && !nodeName.safeParse(name).success) throw new BaseboardError('unknown-node', 404, 'there is no such node')
  if (id !== undefined && (typeof id !== 'string' || !uuid.test(id))) throw new BaseboardError('unknown', 404, 'there is nothing with such an id')
  if (seq !== undefined && (typeof seq !== 'string' || !/^[1-9]\d{0,14}$/.test(seq))) throw new BaseboardError('unknown-row', 404, 'there is no such row')
  return { name: name as string, id: id as string, seq: Number(seq) }
}

async function demandUser(request: Request, route: Route): Promise<SignedInUser | null> {
  const changes = route.method !== 'GET'
  const demandOrigin = (byCookie: boolean) => {
    if (!changes || isSameOrigin(request.headers, byCookie)) return
    throw new BaseboardError('foreign-origin', 403, 'this request does not come from a page of this Baseboard')
  }
  demandOrigin(false)
  if (route.access === 'anyone') return null
  const user = await userOfRequest(request.headers)
  if (user === null) throw new BaseboardError('signed-out', 401, 'nobody is signed in: sign in, or send a token as «Authorization: Bearer …»')
  demandOrigin(user.kind === 'person')
  return user
}

const json = (answer: unknown, status: number) =>
  new Response(JSON.stringify(answer), { status, headers: { 'content-type': 'application/json', 'cache-control': 'no-store' } })

/**
 * Makes the handler of a route: who asks, is it from our own pages, is the input what the contract says; then the work, whose
 * permission `lib/data` decides; then the answer, or the error as `{code, message}`.
 */
export function handle<K extends RouteId>(
  id: K,
  work: (input: Input<K>) => Promise<Answer<(typeof routes)[K]> | Response>,
): (request: Request, context?: { params: Promise<Record<string, string | string[] | undefined>> }) => Promise<Response> {
  const route: Route = routes[id]
  return async (request, context) => {
    try {
      const user = await demandUser(request, route)
      const params = demandParams((await context?.params) ?? {})
      const query = route.query === undefined ? undefined : readQuery(request, route.query)
      const body = route.body === undefined ? undefined : await readJson(request, route.body, bodyLimitOf(route))
      const input = { user, body, query, params, origin: originOf(request.headers), site: siteOf(request.headers), request }
      const answer = await work(input as Input<K>)
      if (answer instanceof Response) return answer
      return route.status === 204 ? new Response(null, { status: 204, headers: { 'cache-control': 'no-store' } }) : json(answer, route.status)
    } catch (error) {
      return toErrorResponse(error, request)
    }
  }
}
