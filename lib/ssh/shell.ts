import type { ClientChannel } from 'ssh2'
import { openConnection, toSshError, type SshTarget } from './connect.ts'
import { SshError } from './errors.ts'

export type ShellOptions = {
  /** What the shell prints, in order, from its opening on. */
  onBytes: (bytes: Buffer) => void
  /** At most once, never after `close`. */
  onEnd: (error: SshError) => void
  signal?: AbortSignal
}

/** An open shell on a terminal of the server. */
export interface Shell {
  /** Resolves when the bytes have left; rejects with an SshError when the shell ends before, or too much waits already. */
  write(bytes: Uint8Array): Promise<void>
  pause(): void
  resume(): void
  /** Ends the shell and the connection; half a second at most, never rejects. */
  close(): Promise<void>
}

const openMs = 10_000
const mostWaiting = 1024 * 1024
/** What the hub shows first; the host's terminal is told its size by the person in it. */
const terminal = { term: 'vt100', cols: 80, rows: 24 } as const

/** Signs in and opens a shell with a terminal. Rejects with an SshError. */
export async function openShell(target: SshTarget, options: ShellOptions): Promise<Shell> {
  const connection = await openConnection(target, options.signal)
  const { client } = connection
  let isOver = false
  let waiting = 0
  const rejects = new Set<(error: SshError) => void>()

  function end(error: SshError): void {
    if (isOver) return
    isOver = true
    connection.close()
    for (const reject of rejects) reject(error)
    options.onEnd(error)
  }

  // The server may end the connection at any time from here on.
  client.on('close', () => end(connection.failure() ?? new SshError('lost', 'the connection was closed')))

  let channel: ClientChannel
  try {
    channel = await openChannel()
  } catch (error) {
    isOver = true
    connection.close()
    throw error
  }
  channel.on('data', options.onBytes)
  channel.stderr.on('data', options.onBytes)
  channel.on('close', () => end(new SshError('closed', 'the server closed the shell')))
  channel.on('error', (error: Error) => end(toSshError(error)))

  function openChannel(): Promise<ClientChannel> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new SshError('timeout', `no shell within ${openMs / 1000} s`)), openMs)
      client.once('close', () => reject(new SshError('lost', 'the connection was closed before a shell was there')))
      client.shell(terminal, (error, opened) => {
        clearTimeout(timer)
        if (error === undefined) return resolve(opened)
        const isFull = 'reason' in error && error.reason === 4
        reject(new SshError(isFull ? 'session-limit' : 'no-shell', isFull ? 'the server has no room for another session' : 'this user gets no shell here', { cause: error }))
      })
    })
  }

  return {
    write(bytes) {
      if (isOver) return Promise.reject(new SshError('closed', 'the shell is closed'))
      if (waiting + bytes.length > mostWaiting) return Promise.reject(new SshError('too-much', 'too much that was typed waits already'))
      waiting += bytes.length
      return new Promise<void>((resolve, reject) => {
        rejects.add(reject)
        channel.write(Buffer.from(bytes), (error) => {
          waiting -= bytes.length
          rejects.delete(reject)
          if (error == null) resolve()
          else reject(toSshError(error))
        })
      })
    },
    pause: () => void channel.pause(),
    resume: () => void channel.resume(),
    async close() {
      isOver = true
      for (const reject of rejects) reject(new SshError('aborted', 'the shell was closed'))
      channel.end()
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 300)
        channel.once('close', () => {
          clearTimeout(timer)
          resolve()
        })
      })
      connection.close()
    },
  }
}
