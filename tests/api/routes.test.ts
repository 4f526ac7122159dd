import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { methodsOf, routes } from '#lib/api/routes.ts'
import { toOpenApi } from '#lib/api/openapi.ts'
import { handlerFiles } from './fixture.ts'

const methods = new Set(['GET', 'POST', 'PATCH', 'DELETE', 'PUT', 'OPTIONS', 'HEAD'])
const toFile = (path: string) => path.replace(/\{(\w+)\}/g, '[$1]')
const inTable = Object.values(routes).map((route) => `${route.method} ${toFile(route.path)}`)

describe('the route table', () => {
  it('has a handler for every entry, and an entry for every handler', async () => {
    const exported: string[] = []
    for (const [path, load] of Object.entries(handlerFiles)) {
      const found = Object.keys(await load()).filter((name) => methods.has(name))
      exported.push(...found.map((method) => `${method} ${path}`))
    }
    // next-auth's one file answers for three entries; it lets nothing else through (sign-in.test.ts).
    const nextAuth = (line: string) => line.includes('/api/auth/')
    expect(exported.filter((line) => !nextAuth(line)).sort()).toEqual(inTable.filter((line) => !nextAuth(line)).sort())
    expect(inTable.filter(nextAuth).sort()).toEqual(['GET /api/auth/csrf', 'POST /api/auth/callback/credentials', 'POST /api/auth/signout'])
  })

  it('gives each handler the entry of its own path', () => {
    for (const [id, route] of Object.entries(routes)) {
      if (route.path.startsWith('/api/auth/')) continue
      const file = resolve(import.meta.dirname, '../..', `app${toFile(route.path)}/route.ts`)
      expect(readFileSync(file, 'utf8')).toContain(`export const ${route.method} = handle('${id}'`)
    }
  })

  it('knows the methods of a path, and which paths are none', () => {
    expect(methodsOf('/api/nodes')).toEqual(['GET', 'PATCH', 'POST', 'HEAD'])
    expect(methodsOf('/api/nodes/n1')).toEqual(['GET', 'PATCH', 'DELETE', 'HEAD'])
    expect(methodsOf('/api/invitations/look')).toEqual(['POST'])
    expect(methodsOf('/api/invitations/0b3c')).toEqual(['DELETE'])
    for (const path of ['/api', '/api/', '/api/nodes/', '/api/node', '/api/nodes/a/b', '/api/auth/session', '/api/nodes.rsc', '/api/openapi-json']) {
      expect(methodsOf(path)).toBeNull()
    }
  })
})

describe('the OpenAPI document', () => {
  const document = toOpenApi('1.2.3') as { openapi: string; paths: Record<string, Record<string, { operationId: string }>> }

  it('is 3.1 and has every route', () => {
    expect(document.openapi).toBe('3.1.0')
    const ids = Object.values(document.paths).flatMap((path) => Object.values(path).map((operation) => operation.operationId))
    expect(ids.sort()).toEqual(Object.keys(routes).sort())
  })

  it('says what a request must be: limits and forbidden extra fields', () => {
    const { schema } = (document.paths['/api/operations']!['post'] as never as { requestBody: { content: { 'application/json': { schema: { additionalProperties: unknown; properties: { nodes: unknown } } } } } }).requestBody.content['application/json']
    expect(schema.additionalProperties).toBe(false)
    expect(schema.properties.nodes).toMatchObject({ type: 'array', minItems: 1, maxItems: 10_000 })
  })
})
