import type * as z from 'zod'
import { RedfishError } from '../errors.ts'
import type { Answer } from '../exchange.ts'
import { toErrorInBody } from '../extended-info.ts'
import type { RedfishSession } from '../session.ts'
import { toServiceRoot } from '../service-root.ts'

/** Test support: a session over resources in memory. In place of a body, a number is the status that the BMC answers, a string no JSON. */
export type MemorySession = RedfishSession & {
  resources: Record<string, unknown>
  /** `METHOD path`, in order. */
  requests: string[]
  /** What the BMC makes of `?$expand`, given the resource; it refuses the query with 400 where this is absent. */
  expand?: (body: unknown, path: string) => unknown
  /** What the BMC answers to a write; 204 where this is absent or says nothing. Of 400 and more it is a refusal with these messages. */
  answer?: (body: unknown, path: string) => { status: number; messages: readonly string[]; codes?: readonly string[] } | undefined
  /** What a write that is taken does to the resources. */
  carryOut?: (body: unknown, path: string) => void
  /** Writes whose answer is lost on the way. */
  loses?: (body: unknown, path: string) => boolean
  /** A write that is taken, with more to say than 204: a task at `location`, a body. Asked before `answer`. */
  accept?: (body: unknown, path: string) => Partial<Answer> | undefined
  /** Bodies of the writes, in order. */
  writes: { path: string; body: unknown; ifMatch: string | undefined }[]
}

/** An answer with this body and no header that matters. */
export const toAnswer = (status: number, body: unknown): Answer => ({
  status,
  body,
  isJson: true,
  etag: undefined,
  location: undefined,
  retryAfterMs: undefined,
  token: undefined,
  rawLocation: undefined,
  allow: undefined,
  text: undefined,
  askedAtMs: 0,
  answeredAtMs: 0,
})

export function createMemorySession(resources: Record<string, unknown>): MemorySession {
  const address = 'memory:0'
  const requests: string[] = []
  const writes: MemorySession['writes'] = []
  function toBody(path: string): unknown {
    const [plain = '', query] = path.split('?$expand=')
    const body = resources[plain]
    if (query === undefined || typeof body !== 'object') return resources[path] ?? body
    return session.expand === undefined ? 400 : session.expand(body, plain)
  }

  async function read(path: string): Promise<Answer> {
    requests.push(`GET ${path}`)
    const body = toBody(path) ?? 404
    if (body === 404) throw new RedfishError('not-found', address, `GET ${path} is not there (404)`, { status: 404 })
    if (typeof body === 'number') throw new RedfishError('http', address, `GET ${path} failed with status ${body}`, { status: body })
    if (typeof body === 'string') throw new RedfishError('bad-json', address, `GET ${path}: the answer is not JSON`, { status: 200 })
    const refusal = toErrorInBody(address, path, body)
    if (refusal !== undefined) throw refusal
    return toAnswer(200, body)
  }

  async function write(method: string, path: string, body: unknown, ifMatch?: string): Promise<Answer> {
    requests.push(`${method} ${path}`)
    writes.push({ path, body, ifMatch })
    if (session.loses?.(body, path) === true) throw new RedfishError('timeout', address, `${method} ${path}: no answer`)
    const refusal = session.answer?.(body, path)
    if (refusal !== undefined) throw new RedfishError('http', address, `${method} ${path} failed with status ${refusal.status}: ${refusal.messages.join(' ')}`, refusal)
    session.carryOut?.(body, path)
    const accepted = session.accept?.(body, path)
    if (accepted !== undefined) return { ...toAnswer(200, undefined), ...accepted }
    return toAnswer(204, undefined)
  }

  async function get<T>(path: string, schema?: z.ZodType<T>): Promise<unknown> {
    const { body } = await read(path)
    return schema === undefined ? body : schema.parse(body)
  }

  async function noSocket(): Promise<never> {
    throw new RedfishError('unsupported', address, 'no sockets in memory')
  }

  const session: MemorySession = {
    address,
    resources,
    requests,
    writes,
    root: toServiceRoot(resources['/redfish/v1']) ?? toServiceRoot({ RedfishVersion: '1.0.0' })!,
    readRoot: async () => session.root,
    fingerprint: undefined,
    certificate: undefined,
    isVouchedFor: false,
    authorisation: () => ({ way: 'token' }),
    get: get as RedfishSession['get'],
    read,
    ask: read,
    post: (path, body) => write('POST', path, body),
    patch: (path, body, ifMatch) => write('PATCH', path, body, ifMatch),
    delete: (path) => write('DELETE', path, undefined),
    openWebSocket: noSocket,
    listen: noSocket,
    at: () => session,
    close: async () => {},
  }
  return session
}

const at = (path: string) => ({ '@odata.id': path })
const collectionOf = (...paths: string[]) => ({ Members: paths.map(at) })

/** A small BMC: one system, one chassis with `links` (`{ Thermal: '/redfish/v1/…' }`), one manager, and whatever `more` holds. */
export function createSmallTree(links: Record<string, string>, more: Record<string, unknown>): Record<string, unknown> {
  const chassis = Object.fromEntries(Object.entries(links).map(([name, path]) => [name, at(path)]))
  return {
    '/redfish/v1': {
      RedfishVersion: '1.6.0',
      Systems: at('/redfish/v1/Systems'),
      Chassis: at('/redfish/v1/Chassis'),
      Managers: at('/redfish/v1/Managers'),
    },
    '/redfish/v1/Systems': collectionOf('/redfish/v1/Systems/s'),
    '/redfish/v1/Systems/s': {
      PowerState: 'On',
      Status: { State: 'Enabled', Health: 'OK' },
      Links: { Chassis: [at('/redfish/v1/Chassis/c')], ManagedBy: [at('/redfish/v1/Managers/m')] },
    },
    '/redfish/v1/Chassis': collectionOf('/redfish/v1/Chassis/c'),
    '/redfish/v1/Chassis/c': { Status: { State: 'Enabled', Health: 'OK' }, ...chassis },
    '/redfish/v1/Managers': collectionOf('/redfish/v1/Managers/m'),
    '/redfish/v1/Managers/m': { FirmwareVersion: '1.0', Status: { State: 'Enabled', Health: 'OK' } },
    ...more,
  }
}
