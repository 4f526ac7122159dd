import ssh2, { type AuthContext, type ServerChannel } from 'ssh2'
import { openGate, type Gate } from '../gate.ts'
import type { Link } from '../link.ts'
import type { Machine } from '../machine.ts'
import type { SerialPort } from '../serial/port.ts'
import { commandLines, serveCommandLine } from './command-line.ts'
import { newHostKey } from './host-key.ts'
import { takeLine } from './line.ts'

export interface SshFace {
  port: number
  /** How often a password was tried. */
  attempts: () => number
  changeHostKey: () => void
  shut: Gate['shut']
  close: () => Promise<void>
}

export interface SshOptions {
  machine: Machine
  link: Link
  serial: SerialPort
  credentials: () => { username: string; password: string }
  address: string
  /** 0: any free one. */
  port: number
}

/** Serves one machine's console over SSH as its make does. Resolves when it listens; rejects when the port is taken. */
export async function startSsh(options: SshOptions): Promise<SshFace> {
  const { link, machine } = options
  let attempts = 0
  let server = createServer()

  function createServer(): ssh2.Server {
    return new ssh2.Server({ hostKeys: [newHostKey()] }, (client) => {
      const releases: (() => void)[] = []
      client.on('error', () => {})
      client.on('close', () => releases.forEach((release) => release()))
      client.on('authentication', (attempt) => signIn(attempt))
      client.on('session', (accept) => {
        const session = accept()
        session.on('pty', (ok) => ok?.())
        session.on('shell', (ok) => {
          const channel = ok()
          const { release } = serve(channel)
          releases.push(release)
          channel.on('close', release)
        })
      })
    })
  }

  function signIn(attempt: AuthContext): void {
    const { username, password } = options.credentials()
    // iDRAC asks by keyboard-interactive alone.
    const ways = machine.identity.make === 'dell' ? (['keyboard-interactive'] as const) : (['password', 'keyboard-interactive'] as const)
    const judge = (given: string | undefined) => {
      attempts += 1
      if (attempt.username === username && given === password) attempt.accept()
      else attempt.reject([...ways])
    }
    if (attempt.method === 'keyboard-interactive') attempt.prompt([{ prompt: 'Password: ', echo: false }], ([answer]) => judge(answer))
    else if (attempt.method === 'password' && machine.identity.make !== 'dell') judge(attempt.password)
    else attempt.reject([...ways])
  }

  function serve(channel: ServerChannel): { release: () => void } {
    const commandLine = commandLines[machine.identity.make]
    if (commandLine !== undefined) return serveCommandLine(channel, commandLine, options.serial)
    // OpenBMC's console server gives every client its own line; the others have one for SOL and their command line.
    const line = takeLine(options.serial.openLine(), channel)
    channel.on('data', (bytes: Buffer) => line?.type(bytes))
    return { release: () => line?.release() }
  }

  const gate = await openGate(options, (socket) => {
    if (link.faults().silent) socket.resume()
    else server.injectSocket(socket)
  })

  return { ...gate, attempts: () => attempts, changeHostKey: () => (server = createServer()) }
}
