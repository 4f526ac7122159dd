import * as z from 'zod/mini'
import { actions } from '#lib/domain/permission.ts'
import { scopeOf } from '#lib/domain/scope-rules.ts'
import { apiError } from './contract.ts'
import { routes, type Route } from './routes.ts'

type Json = Record<string, unknown>

/** JSON Schema 2020-12 is what OpenAPI 3.1 speaks; what JSON Schema cannot say (a check by a function) is left out. */
function toSchema(schema: z.ZodMiniType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json
  return rest
}

const error = (description: string) => ({ description, content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } })

function toParameters(route: Route): Json[] {
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: name === 'id' ? { type: 'string', format: 'uuid' } : name === 'seq' ? { type: 'integer', minimum: 1 } : { type: 'string' },
  }))
  const query = route.query === undefined ? {} : (toSchema(route.query, 'input')['properties'] as Json)
  return [...inPath, ...Object.entries(query).map(([name, schema]) => ({ name, in: 'query', required: false, schema }))]
}

/** What a caller must be, in words. */
function toNeeds(access: Route['access']): string {
  if (access === 'anyone') return ''
  if (access === 'signed-in') return ' For everyone who is signed in.'
  if (access === 'person') return ' For a person who is signed in, not for a token.'
  const needed = scopeOf[access]
  return ` Needs the role ${actions[access]} or above${needed === null ? '' : `, and of a token with scopes the scope ${needed}`}.`
}

function toOperation(id: string, route: Route): Json {
  const parameters = toParameters(route)
  if (['createOperation', 'retryOperation', 'clearEvents'].includes(id)) parameters.push({ name: 'Idempotency-Key', in: 'header', required: false, schema: { type: 'string', maxLength: 255 } })
  if (id === 'sendPiece') parameters.push({ name: 'Upload-Offset', in: 'header', required: true, schema: { type: 'integer', minimum: 0 } })
  const content = route.answer === undefined ? { [route.mediaType ?? 'application/json']: {} } : { 'application/json': { schema: toSchema(route.answer, 'output') } }
  const { access } = route
  const open = access === 'anyone'
  const needs = toNeeds(access)
  return {
    operationId: id,
    summary: route.summary,
    description: `${route.summary}.${needs}`,
    ...(open ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(id === 'sendPiece' ? { requestBody: { required: true, content: { 'application/octet-stream': {} } } } : {}),
    ...(route.body === undefined ? {} : { requestBody: { required: true, content: { 'application/json': { schema: toSchema(route.body, 'input') } } } }),
    responses: {
      [route.status]: route.status === 204 ? { description: 'Done' } : { description: 'Done', content },
      ...(route.body === undefined && route.query === undefined ? {} : { 400: error('Bad input; `field` says where') }),
      ...(open ? {} : { 401: error('Nobody is signed in'), 403: error('The role does not allow it, or a foreign origin') }),
      ...(route.path.includes('{') ? { 404: error('There is no such thing') } : {}),
      503: error('The database is away; nothing was changed'),
    },
  }
}

/** The OpenAPI 3.1 document of the whole API, made from the route table and the contract. */
export function toOpenApi(version: string): Json {
  const paths: Record<string, Json> = {}
  for (const [id, route] of Object.entries(routes) as [string, Route][]) {
    ;(paths[route.path] ??= {})[route.method.toLowerCase()] = toOperation(id, route)
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Baseboard', version, description: 'The BMCs of a cluster. Every error is `{code, message}` with a fitting status.' },
    security: [{ token: [] }, { session: [] }],
    paths,
    components: {
      schemas: { Error: toSchema(apiError, 'output') },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'A token made with `npm run -s token -- --name NAME --role ROLE`' },
        session: { type: 'apiKey', in: 'cookie', name: 'session', description: 'The cookie of a signed-in browser; changes also need a same-origin Origin' },
      },
    },
  }
}
