import type { AddressInfo } from 'node:net'
import ssh2, { type AuthContext, type Connection, type ServerChannel } from 'ssh2'
import { newHostKey } from '#simulator/ssh/host-key.ts'

/** An SSH server on loopback that does what a test says. */
export type TestServer = { port: number; attempts: string[]; connections: Connection[]; close: () => Promise<void> }

export type TestServerOptions = {
  hostKeys?: string[]
  banner?: string
  /** Whether an attempt is good; by default the password `secret` by `password`. */
  signIn?: (attempt: AuthContext) => void
  /** What the shell does. */
  shell?: (channel: ServerChannel) => void
  refusesShell?: boolean
  algorithms?: ConstructorParameters<typeof ssh2.Server>[0]['algorithms']
}

const byPassword = (attempt: AuthContext) => {
  if (attempt.method === 'password' && attempt.username === 'admin' && attempt.password === 'secret') attempt.accept()
  else attempt.reject(['password'])
}

/** As iDRAC does: one hidden prompt, and no `password` method. */
export const byKeyboard = (attempt: AuthContext) => {
  if (attempt.method !== 'keyboard-interactive') return attempt.reject(['keyboard-interactive'])
  attempt.prompt([{ prompt: 'Password: ', echo: false }], ([answer]) => (answer === 'secret' ? attempt.accept() : attempt.reject(['keyboard-interactive'])))
}

export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const attempts: string[] = []
  const connections: Connection[] = []
  const server = new ssh2.Server(
    {
      hostKeys: options.hostKeys ?? [newHostKey()],
      ...(options.banner !== undefined && { banner: options.banner }),
      ...(options.algorithms !== undefined && { algorithms: options.algorithms }),
    },
    (client) => {
      connections.push(client)
      client.on('error', () => {})
      client.on('authentication', (attempt) => {
        attempts.push(attempt.method)
        ;(options.signIn ?? byPassword)(attempt)
      })
      client.on('session', (accept) => {
        const session = accept()
        session.on('pty', (ok) => ok?.())
        session.on('shell', (ok, refuse) => (options.refusesShell === true ? refuse() : options.shell?.(ok())))
      })
    },
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    attempts,
    connections,
    async close() {
      for (const connection of connections) connection.end()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** A command line that echoes, and knows the commands given. */
export function commandLine(channel: ServerChannel, prompt: string, commands: Record<string, (channel: ServerChannel) => 'stays' | 'enters'>): void {
  let line = ''
  let isIn = false
  channel.write(prompt)
  channel.on('data', (bytes: Buffer) => {
    for (const key of bytes.toString('latin1')) {
      if (isIn) channel.write(`<${key}>`)
      else if (key !== '\r') {
        line += key
        channel.write(key)
      } else {
        channel.write('\r\n')
        const command = commands[line]
        line = ''
        isIn = command?.(channel) === 'enters'
        if (!isIn) channel.write(`${command === undefined ? 'COMMAND NOT RECOGNIZED\r\n' : ''}${prompt}`)
      }
    }
  })
}
