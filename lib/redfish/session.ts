import type { X509Certificate } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { WebSocket } from 'ws'
import type * as z from 'zod'
import { patchConditionally } from './conditional.ts'
import { isRedfishError, RedfishError } from './errors.ts'
import { readEventStream, type EventStreamOptions } from './event-stream.ts'
import { createExchanger, DEFAULT_EXCHANGE, toStatusError, type Answer, type Exchanger, type ExchangeOptions, type ExchangeRequest } from './exchange.ts'
import { toErrorInBody } from './extended-info.ts'
import { createLogin } from './login.ts'
import type { RedfishMemory } from './memory.ts'
import { createTaskQueue, type Urgency } from './queue.ts'
import { readServiceRoot, requireServiceRoot, SERVICE_ROOT_PATH, type ServiceRoot } from './service-root.ts'
import { signIn, toBasicHeaders, toSession, trySession, type Authorisation } from './sign-in.ts'
import { toAddress, type RedfishTarget } from './target.ts'
import { openWebSocket, type WebSocketOptions } from './websocket.ts'

export type SessionOptions = Partial<ExchangeOptions> & {
  /** What an earlier session learned of the same BMC: with it this one signs in without asking for the service root first. */
  memory?: RedfishMemory | undefined
  /** Wait before the one repetition of a read that met 503 or a lost connection; a longer `Retry-After` counts up to 5 s. */
  retryDelayMs?: number
  /** How long `close` may take to delete the session. */
  closeMs?: number
  /** Least time to the next login after a fresh token was refused; doubles up to an hour while that goes on. */
  loginBackoffMs?: number
  /** Wait before the second of two logins, where the BMC says that the first came too soon after another; 3 s by default. */
  loginPauseMs?: number
  /** Wait before a session is asked for again, where all were in use and Basic stands in; 10 min by default. */
  sessionRetryMs?: number
}

const MAX_IN_FLIGHT = 2
const MAX_WAITING = 256
const MAX_RETRY_AFTER_MS = 5_000

/**
 * `patienceMs`: how long the answer may be waited for, where the BMC does the work before it answers. `withPassword`: authorised by the user
 * name and password, where a BMC undoes with a session what was done in it; a 401 is then the answer, and nothing was done.
 */
export type WriteOptions = Pick<ExchangeRequest, 'patienceMs' | 'withPassword'>

export type RedfishSession = {
  /** `host:port`, as errors show it. */
  readonly address: string
  /** As it was last read: by this session, or until `readRoot` by an earlier one. */
  readonly root: ServiceRoot
  /** The service root as this session has read it, once; where it began without, it is read now. */
  readRoot(): Promise<ServiceRoot>
  /** The certificate this conversation is bound to; undefined over plain HTTP. */
  readonly fingerprint: string | undefined
  /** The certificate itself, as the BMC showed it; undefined over plain HTTP. */
  readonly certificate: X509Certificate | undefined
  /** The certificate was signed by the target's authority for its name. */
  readonly isVouchedFor: boolean
  /** How requests are authorised, and why not by a session. */
  authorisation(): { way: 'token' } | { way: 'basic'; reason: string }
  /** A resource. With a schema the value it parses to; a body the schema refuses is `bad-json`. */
  get(path: string): Promise<unknown>
  get<T>(path: string, schema: z.ZodType<T>): Promise<T>
  /** A resource with its headers and times. */
  read(path: string): Promise<Answer>
  /** Whatever the BMC answers to a GET, of any status; throws only where there is no answer. */
  ask(path: string): Promise<Answer>
  /** The same conversation, whose readings take their turn with this urgency, and may be as large as this. */
  at(urgency: Urgency, maxBodyBytes?: number): RedfishSession
  /** Sent at most once, whatever happens: after an error with `notSent` false only reading tells what the BMC did. */
  post(path: string, body: unknown, options?: WriteOptions): Promise<Answer>
  /**
   * A change of the resource, applied at most once: the resource is read for its ETag, then the PATCH is sent under the condition that
   * this BMC takes. With `ifMatch`, the tag of the state that a person decided on, a resource that has changed since is left alone
   * (`http`, status 412).
   */
  patch(path: string, body: unknown, ifMatch?: string, options?: WriteOptions): Promise<Answer>
  delete(path: string): Promise<Answer>
  /**
   * A WebSocket on a connection of its own, with this session's authorisation; see `openWebSocket`. Tried once. The path need not be
   * below `/redfish/`: it is ours, never a link of the BMC. It does not end with the session: close it first.
   */
  openWebSocket(path: string, options: WebSocketOptions): Promise<WebSocket>
  /** The BMC's server-sent events, with this session's authorisation on a connection of its own; see `readEventStream`. Stop it first. */
  listen(path: string, options: EventStreamOptions): Promise<'idle' | 'closed'>
  /** Deletes the session on the BMC and drops the connections. Never throws: a BMC that is gone forgets the session by itself. */
  close(): Promise<void>
}

/**
 * Opens the one conversation with a BMC: service root, then one session (or Basic); a session at once where an earlier one is remembered.
 * At most two requests are in flight, others wait. Throws a RedfishError: `certificate-changed` before any credential is sent,
 * `unauthorized` after exactly one try of the password.
 */
export async function openRedfish(target: RedfishTarget, options: SessionOptions = {}): Promise<RedfishSession> {
  const address = toAddress(target)
  if (target.scheme === 'http' && !target.allowPlainCredentials) {
    throw new RedfishError('insecure', address, 'a password is not sent over plain HTTP unless that is asked for', { notSent: true })
  }
  const exchanger = createExchanger(target, { ...DEFAULT_EXCHANGE, ...options })
  try {
    const beginning = await begin(exchanger, target, options)
    const { root, authorisation } = beginning
    const session = createSession(target, options, exchanger, beginning)
    // A session proves the password; Basic is proven by the first protected resource.
    const guarded = root.systems ?? root.chassis ?? root.managers
    if (authorisation.way === 'basic' && guarded !== undefined) {
      const proof = await session.ask(guarded)
      if (proof.status !== 200) throw toStatusError(exchanger.address, { method: 'GET', path: guarded }, proof)
    }
    return session
  } catch (error) {
    await exchanger.destroy()
    throw error
  }
}

/** `isRecalled`: the service root is an earlier session's. */
type Beginning = { root: ServiceRoot; authorisation: Authorisation; isRecalled: boolean }

/**
 * Where the BMC is pinned and known by this certificate, the password goes to the place that is known, and a session is the proof of it.
 * Whatever else is answered there, and whatever else shows a certificate that the authority vouches for, is no longer what was known.
 */
async function begin(exchanger: Exchanger, target: RedfishTarget, { memory, loginPauseMs }: SessionOptions): Promise<Beginning> {
  const known = memory?.recall(exchanger.fingerprint())
  const made = known && (await trySession(exchanger, known.root, target))
  const found = made && toSession(made)
  if (known !== undefined && found !== undefined && exchanger.fingerprint() === known.certificate) {
    // A copy: what a session notes of a root is its own.
    return { root: { ...known.root }, authorisation: found, isRecalled: true }
  }
  memory?.forget()
  const root = await readServiceRoot(exchanger)
  return { root, authorisation: found ?? (await signIn(exchanger, root, target, loginPauseMs, made)), isRecalled: false }
}

function createSession(target: RedfishTarget, options: SessionOptions, exchanger: Exchanger, beginning: Beginning): RedfishSession {
  const { address } = exchanger
  const overflow = () => new RedfishError('busy', address, 'too many requests wait', { notSent: true })
  const queue = createTaskQueue(MAX_IN_FLIGHT, MAX_WAITING, overflow)
  let { root } = beginning
  let rootReading = beginning.isRecalled ? undefined : Promise.resolve(root)
  const login = createLogin(exchanger, () => root, target, beginning.authorisation, options)

  async function send(request: ExchangeRequest): Promise<Answer> {
    if (request.withPassword === true) return await exchanger.exchange({ ...request, headers: { ...toBasicHeaders(target), ...request.headers } })
    const used = login.current()
    const answer = await exchanger.exchange({ ...request, headers: { ...used.headers, ...request.headers } })
    if (answer.status !== 401) return answer
    const fresh = await login.renew(used, toStatusError(address, request, answer))
    // A write is not repeated, but the next request finds a fresh session.
    if (request.method !== 'GET') {
      const text = `${request.method} refused (401): the session had ended. Signed in again; the request was not repeated`
      throw new RedfishError('unauthorized', address, text, { status: 401 })
    }
    const second = await exchanger.exchange({ ...request, headers: { ...fresh.headers, ...request.headers } })
    if (second.status === 401) login.refused(fresh, toStatusError(address, request, second))
    else login.accepted()
    return second
  }

  async function sendRead(request: ExchangeRequest): Promise<Answer> {
    const wait = options.retryDelayMs ?? 1_000
    try {
      const answer = await send(request)
      if (answer.status !== 503) return answer
      await delay(Math.max(wait, Math.min(answer.retryAfterMs ?? 0, MAX_RETRY_AFTER_MS)))
    } catch (error) {
      if (!isLostConnection(error)) throw error
      await delay(wait)
    }
    return await send(request)
  }

  type Turn = { urgency: Urgency; maxBodyBytes: number | undefined }
  const ask = (path: string, { urgency, maxBodyBytes }: Turn) => queue.run(() => sendRead({ method: 'GET', path, maxBodyBytes }), urgency)

  async function readRootNow(): Promise<ServiceRoot> {
    root = requireServiceRoot(address, await ask(SERVICE_ROOT_PATH, { urgency: 'urgent', maxBodyBytes: undefined }))
    return root
  }

  function readRoot(): Promise<ServiceRoot> {
    rootReading ??= readRootNow().catch((error: unknown) => {
      rootReading = undefined
      throw error
    })
    return rootReading
  }

  async function readAnything(path: string, turn: Turn): Promise<Answer> {
    const answer = await ask(path, turn)
    const request = { method: 'GET', path } as const
    if (answer.status !== 200) throw toStatusError(address, request, answer)
    if (!answer.isJson) throw new RedfishError('bad-json', address, `GET ${path}: the answer is not JSON`, { status: 200 })
    return answer
  }

  async function read(path: string, turn: Turn): Promise<Answer> {
    const answer = await readAnything(path, turn)
    const refusal = toErrorInBody(address, path, answer.body)
    if (refusal !== undefined) throw refusal
    return answer
  }

  async function get<T>(path: string, turn: Turn, schema?: z.ZodType<T>): Promise<unknown> {
    const { body } = await read(path, turn)
    if (schema === undefined) return body
    const parsed = schema.safeParse(body)
    if (!parsed.success) throw new RedfishError('bad-json', address, `GET ${path}: not the resource that was expected`, { status: 200 })
    return parsed.data
  }

  const wire = {
    address,
    // What cannot be read as a resource may yet be changed.
    read: (path: string) => readAnything(path, { urgency: 'urgent', maxBodyBytes: undefined }),
    send: (request: ExchangeRequest) => queue.run(() => send(request), 'urgent'),
  }

  const toWire = (options: WriteOptions | undefined) => (options === undefined ? wire : { ...wire, send: (request: ExchangeRequest) => wire.send({ ...request, ...options }) })

  async function write(request: ExchangeRequest): Promise<Answer> {
    const answer = await wire.send(request)
    if (answer.status >= 300) throw toStatusError(address, request, answer)
    return answer
  }

  async function close(): Promise<void> {
    queue.stop(new RedfishError('closed', address, 'the conversation was closed', { notSent: true }))
    await Promise.race([login.signOut(), delay(options.closeMs ?? 3_000, undefined, { ref: false })])
    await exchanger.destroy()
  }

  /** For a connection beside those: the certificate that this conversation is bound to, also where it was only the first one seen. */
  const sameBmc = () => ({ ...target, expectedFingerprint: exchanger.fingerprint() ?? target.expectedFingerprint })

  const at = (urgency: Urgency, maxBodyBytes?: number): RedfishSession => ({
    address,
    get root() {
      return root
    },
    readRoot,
    get fingerprint() {
      return exchanger.fingerprint()
    },
    get certificate() {
      return exchanger.certificate()
    },
    get isVouchedFor() {
      return exchanger.isVouchedFor()
    },
    authorisation() {
      const used = login.current()
      return used.way === 'token' ? { way: 'token' } : { way: 'basic', reason: used.reason }
    },
    get: ((path: string, schema?: z.ZodType) => get(path, { urgency, maxBodyBytes }, schema)) as RedfishSession['get'],
    read: (path) => read(path, { urgency, maxBodyBytes }),
    ask: (path) => ask(path, { urgency, maxBodyBytes }),
    at,
    post: (path, body, given) => write({ method: 'POST', path, body, ...given }),
    patch: (path, body, ifMatch, given) => patchConditionally(toWire(given), path, body, ifMatch),
    delete: (path) => write({ method: 'DELETE', path }),
    openWebSocket: async (path, given) => openWebSocket(sameBmc(), path, login.current().headers, given),
    listen: async (path, given) => readEventStream(sameBmc(), path, login.current().headers, given),
    close,
  })
  return at('usual')
}

function isLostConnection(error: unknown): boolean {
  return isRedfishError(error, 'unreachable') && !error.notSent
}
