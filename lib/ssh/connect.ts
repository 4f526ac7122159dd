import { connect, type Socket } from 'node:net'
import ssh2 from 'ssh2'
import { toAlgorithms, type SshPolicy } from './algorithms.ts'
import { SshError } from './errors.ts'
import { toHostKey, type HostKey } from './host-key.ts'
import { toSignIn, type Account } from './sign-in.ts'

export type SshTarget = Account & {
  /** An IP address. */
  host: string
  port: number
  policy: SshPolicy
  /** The host key that is known; null on first use. Another one ends the conversation before anything of the account is sent. */
  hostKey: HostKey | null
  /** Keeps the key of a first use, which the server has proved to hold. Rejecting ends the conversation before the password is sent. */
  pin: (key: HostKey) => Promise<void>
  /** Told of a key that is not the known one. */
  onOtherKey?: (key: HostKey) => void
}

export type SshLimits = { connectMs: number; signInMs: number; unsignedBytes: number; keepaliveMs: number }

/** Old BMCs take 10 s over their key exchange. Before signing in a server has a banner to send and nothing else. */
const usualLimits: SshLimits = { connectMs: 5_000, signInMs: 30_000, unsignedBytes: 512 * 1024, keepaliveMs: 15_000 }

/** A signed-in client. Its `close` event comes once, whatever ends it; `failure` gives the reason where one is known. */
export type SshConnection = { client: ssh2.Client; failure: () => SshError | undefined; close: () => void }

/** Connects and signs in. Rejects with an SshError. */
export async function openConnection(target: SshTarget, signal?: AbortSignal, limits = usualLimits): Promise<SshConnection> {
  const socket = await openSocket(target, signal, limits.connectMs)
  const client = new ssh2.Client()
  let failure: SshError | undefined
  let seen: HostKey | undefined

  const close = () => {
    client.end()
    socket.destroySoon()
    setTimeout(() => socket.destroy(), 500).unref()
  }

  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => fail(new SshError('timeout', `signing in took longer than ${limits.signInMs / 1000} s`)), limits.signInMs)
    const onAbort = () => fail(new SshError('aborted', 'stopped while signing in'))
    let unsigned = 0
    const count = (chunk: Buffer) => {
      unsigned += chunk.length
      if (unsigned > limits.unsignedBytes) fail(new SshError('too-much', `more than ${limits.unsignedBytes / 1024} KiB before signing in`))
    }

    function settle(): void {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      socket.off('data', count)
    }
    function fail(error: SshError): void {
      failure ??= error
      settle()
      socket.destroy()
      reject(failure)
    }

    socket.on('data', count)
    signal?.addEventListener('abort', onAbort, { once: true })
    client.on('error', (error) => {
      failure ??= toSshError(error)
      fail(failure)
    })
    const onClose = () => fail(new SshError('lost', 'the connection was closed while signing in'))
    client.on('close', onClose)
    client.once('ready', () => {
      settle()
      client.off('close', onClose)
      resolve()
    })
    // A password that must be changed is changed by a person.
    client.on('change password', () => fail(new SshError('credentials', 'the password has expired')))

    const isKnown = (key: HostKey) => target.hostKey === null || (key.algorithm === target.hostKey.algorithm && key.fingerprint === target.hostKey.fingerprint)
    const ready = async () => {
      if (target.hostKey !== null) return
      if (seen === undefined) throw new SshError('protocol', 'no host key was shown')
      await target.pin(seen)
    }
    const failWith = (error: unknown) => fail(error instanceof SshError ? error : new SshError('aborted', `the host key could not be kept: ${String(error)}`, { cause: error }))
    client.connect({
      sock: socket,
      username: target.username,
      algorithms: toAlgorithms(target.policy, target.hostKey),
      authHandler: toSignIn(target, ready, failWith),
      keepaliveInterval: limits.keepaliveMs,
      keepaliveCountMax: 3,
      readyTimeout: 0,
      strictVendor: true,
      hostVerifier(blob: Buffer): boolean {
        seen = toHostKey(blob)
        if (seen === undefined) return false
        if (isKnown(seen)) return true
        failure ??= new SshError('host-key', `the server shows another host key (${seen.algorithm} ${seen.fingerprint}) than the one that was trusted`)
        target.onOtherKey?.(seen)
        return false
      },
    })
  })
  return { client, failure: () => failure, close }
}

/** A connection of our own, so that its deadline and the bytes on it are ours to count. */
function openSocket({ host, port }: SshTarget, signal: AbortSignal | undefined, connectMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true, keepAlive: true })
    const timer = setTimeout(() => finish(new SshError('timeout', `no connection within ${connectMs / 1000} s`)), connectMs)
    const onAbort = () => finish(new SshError('aborted', 'stopped while connecting'))
    const onError = (error: Error) => finish(toSshError(Object.assign(error, { level: 'client-socket' })))

    function finish(failure?: SshError): void {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      socket.off('error', onError)
      if (failure === undefined) return resolve(socket)
      // What still comes of it is nobody's business.
      socket.on('error', () => {})
      socket.destroy()
      reject(failure)
    }

    socket.once('connect', () => finish())
    socket.on('error', onError)
    if (signal?.aborted) onAbort()
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}

const tooManyConnections = 12

/** An error of the library or the socket in this room's words. */
export function toSshError(error: Error & { level?: string; code?: string | number }): SshError {
  if (error instanceof SshError) return error
  const { level, code, message } = error
  const text = message.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 200)
  const as = (kind: SshError['kind'], detail = text) => new SshError(kind, detail, { cause: error })
  if (code === 'ECONNREFUSED') return as('refused', 'nothing listens on this port')
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH' || code === 'EHOSTDOWN') return as('unreachable', 'the address cannot be reached')
  if (level === 'client-socket') return as('lost', `the connection broke (${text})`)
  if (level === 'client-timeout') return as('lost', 'the server does not answer any more')
  if (level === 'client-authentication') return as('credentials', 'wrong user name or password')
  if (code === tooManyConnections) return as('session-limit', text)
  if (/no matching/i.test(message)) return as('no-algorithm', `nothing in common that is still secure: ${text}`)
  if (/before handshake|identification|Invalid version|header/i.test(message)) return as('not-ssh', 'this is no SSH server')
  return as('protocol')
}
