import { createServer, type Server as NetServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { newHostKey } from '#simulator/ssh/host-key.ts'
import type { SshTarget } from './connect.ts'
import { openConsole, type ConsolePath } from './console.ts'
import { SshError } from './errors.ts'
import type { HostKey } from './host-key.ts'
import type { Shell } from './shell.ts'
import { byKeyboard, commandLine, startTestServer, type TestServer, type TestServerOptions } from './testing/server.ts'

const dell: ConsolePath = {
  entry: { command: 'console com2', prompt: /(?:racadm>>|\/admin1->)\s*$/, announced: /Connected to Serial Device/ },
  exit: '\u001c',
}
const ilo: ConsolePath = {
  entry: { command: 'vsp', prompt: /hpiLO->\s*$/, announced: /Virtual Serial Port Active/i, busy: /currently in use by another session/, evict: 'stop /system1/oemhp_vsp1' },
  exit: '\u001b(',
}

const open: { close: () => Promise<unknown> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close()
})

async function serve(options: TestServerOptions): Promise<TestServer> {
  const server = await startTestServer(options)
  open.push(server)
  return server
}

const toTarget = (server: { port: number }, more: Partial<SshTarget> = {}): SshTarget => ({
  host: '127.0.0.1',
  port: server.port,
  username: 'admin',
  password: 'secret',
  policy: 'modern',
  hostKey: null,
  pin: async () => {},
  ...more,
})

type Opened = Shell & { seen: () => string; ended: Promise<SshError> }

async function enterConsole(target: SshTarget, path: ConsolePath, evict = false): Promise<Opened> {
  let seen = ''
  let onEnd: (error: SshError) => void = () => {}
  const ended = new Promise<SshError>((resolve) => (onEnd = resolve))
  const shell = await openConsole(target, path, { onBytes: (bytes) => (seen += bytes.toString('latin1')), onEnd, evict })
  open.push(shell)
  return { ...shell, seen: () => seen, ended }
}

const failureOf = async (opening: Promise<unknown>): Promise<SshError> => {
  const error = await opening.then(() => undefined, (failure: unknown) => failure)
  expect(error).toBeInstanceOf(SshError)
  return error as SshError
}

const until = async (holds: () => boolean) => expect.poll(holds, { timeout: 5_000, interval: 10 }).toBe(true)

describe('the way into the console', () => {
  it('is Dell\'s: keyboard-interactive, the prompt, the command, what is announced', async () => {
    const server = await serve({
      signIn: byKeyboard,
      shell: (channel) =>
        commandLine(channel, 'racadm>>', {
          'console com2': (to) => {
            to.write('\u001b[2J\u001b[1;1HConnected to Serial Device 2. To end type: ^\\\r\nlogin: ')
            return 'enters'
          },
        }),
    })
    const shell = await enterConsole(toTarget(server), dell)
    await until(() => shell.seen().includes('login: '))
    expect(shell.seen()).toContain('Connected to Serial Device 2')
    expect(shell.seen()).not.toContain('racadm')
    await shell.write(Buffer.from('ab'))
    await until(() => shell.seen().endsWith('<a><b>'))
    expect(server.attempts).toEqual(['none', 'keyboard-interactive'])
  })

  it('types nothing where the port leads straight to the serial line', async () => {
    const typed: string[] = []
    const server = await serve({
      shell(channel) {
        channel.write('node # ')
        channel.on('data', (bytes: Buffer) => typed.push(bytes.toString()))
      },
    })
    const shell = await enterConsole(toTarget(server), {})
    await until(() => shell.seen() === 'node # ')
    await shell.close()
    expect(typed).toEqual([])
  })

  it('says that somebody else is in, and takes it over when that is asked', async () => {
    let isBusy = true
    const commands = {
      vsp: (to: { write: (text: string) => unknown }) => {
        to.write(isBusy ? 'Virtual Serial Port is currently in use by another session.\r\n' : '\r\nVirtual Serial Port Active: COM2\r\n\r\nStarting virtual serial port.\r\n')
        return isBusy ? ('stays' as const) : ('enters' as const)
      },
      'stop /system1/oemhp_vsp1': () => {
        isBusy = false
        return 'stays' as const
      },
    }
    const server = await serve({ shell: (channel) => commandLine(channel, '</>hpiLO-> ', commands) })
    expect((await failureOf(enterConsole(toTarget(server), ilo))).kind).toBe('busy')
    const shell = await enterConsole(toTarget(server), ilo, true)
    expect(shell.seen()).toContain('Virtual Serial Port Active')
  })

  it('says what the command line answered when the command is refused', async () => {
    const server = await serve({ shell: (channel) => commandLine(channel, '/admin1-> ', {}) })
    const failure = await failureOf(enterConsole(toTarget(server), dell))
    expect(failure.kind).toBe('no-console')
    expect(failure.detail).toContain('COMMAND NOT RECOGNIZED')
  })

  it('goes through any prompt with the command that the BMC told, and takes silence for success', async () => {
    const server = await serve({ shell: (channel) => commandLine(channel, 'bmc:~# ', { sol: () => 'enters' }) })
    const shell = await enterConsole(toTarget(server), { entry: { command: 'sol' } })
    await shell.write(Buffer.from('x'))
    await until(() => shell.seen().includes('<x>'))
  })

  it('does not let anybody out to the command line, and ends when the BMC itself goes back there', async () => {
    const typed: number[] = []
    let line: { write: (text: string) => unknown } | undefined
    const server = await serve({
      shell: (channel) => {
        line = channel
        commandLine(channel, '</>hpiLO-> ', {
          vsp: (to) => {
            to.write('Virtual Serial Port Active: COM2\r\n')
            to.on('data', (bytes: Buffer) => typed.push(...bytes))
            return 'enters'
          },
        })
      },
    })
    const shell = await enterConsole(toTarget(server), ilo)
    await shell.write(Buffer.from('\u001b'))
    await shell.write(Buffer.from('('))
    await shell.write(Buffer.from('[A('))
    await until(() => typed.length >= 4)
    expect(Buffer.from(typed).toString('latin1')).toBe('\u001b[A(')
    line?.write('\r\n</>hpiLO-> ')
    expect((await shell.ended).kind).toBe('closed')
  })

  it('leaves with the exit keys', async () => {
    const typed: number[] = []
    const server = await serve({
      shell: (channel) =>
        commandLine(channel, 'racadm>>', {
          'console com2': (to) => {
            to.write('Connected to Serial Device 2.\r\n')
            to.on('data', (bytes: Buffer) => typed.push(...bytes))
            return 'enters'
          },
        }),
    })
    const shell = await enterConsole(toTarget(server), dell)
    await shell.close()
    expect(typed).toEqual([0x1c])
  })
})

describe('signing in', () => {
  it('keeps the key of a first use before the password is sent, and stops before it when another is shown', async () => {
    const server = await serve({ shell: (channel) => channel.write('hi') })
    let kept: HostKey | undefined
    let attemptsAtPin = -1
    await enterConsole(toTarget(server, { pin: async (key) => ((kept = key), (attemptsAtPin = server.attempts.length), undefined) }), {})
    expect(attemptsAtPin).toBe(0)
    expect(kept?.fingerprint).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/)

    const before = server.attempts.length
    const other: HostKey[] = []
    const known = { algorithm: 'ssh-ed25519', fingerprint: `SHA256:${'A'.repeat(43)}` }
    const failure = await failureOf(enterConsole(toTarget(server, { hostKey: known, onOtherKey: (key) => other.push(key) }), {}))
    expect(failure.kind).toBe('host-key')
    expect(other).toEqual([kept])
    expect(server.attempts.length).toBe(before)
  })

  it('sends nothing of the account when the key cannot be kept', async () => {
    const server = await serve({})
    const failure = await failureOf(enterConsole(toTarget(server, { pin: () => Promise.reject(new Error('the database is away')) }), {}))
    expect(failure.detail).toContain('the database is away')
    expect(server.attempts).toEqual([])
  })

  it('asks a server with several keys for the one that is known', async () => {
    const rsa = (await import('ssh2')).default.utils.generateKeyPairSync('rsa', { bits: 2048 }).private
    const server = await serve({ hostKeys: [newHostKey(), rsa], shell: (channel) => channel.write('hi') })
    let kept: HostKey | undefined
    await failureOf(enterConsole(toTarget(server, { hostKey: { algorithm: 'ssh-rsa', fingerprint: 'SHA256:' }, onOtherKey: (key) => (kept = key) }), {}))
    expect(kept?.algorithm).toBe('ssh-rsa')
    await enterConsole(toTarget(server, { hostKey: kept! }), {})
  })

  it('gives a wrong password once', async () => {
    const server = await serve({
      signIn: (attempt) => attempt.reject(['password', 'keyboard-interactive']),
    })
    expect((await failureOf(enterConsole(toTarget(server), {}))).kind).toBe('credentials')
    expect(server.attempts).toEqual(['none', 'password'])
  })

  it('answers nothing but one hidden prompt for the password', async () => {
    const asks = [
      [{ prompt: 'Password: ', echo: false }, { prompt: 'One-time code: ', echo: false }],
      [{ prompt: 'Password: ', echo: true }],
      [{ prompt: 'Verification code: ', echo: false }],
    ]
    for (const prompts of asks) {
      const answers: string[][] = []
      const server = await serve({
        signIn: (attempt) => {
          if (attempt.method !== 'keyboard-interactive') return attempt.reject(['keyboard-interactive'])
          attempt.prompt(prompts, (given) => void answers.push(given))
        },
      })
      expect((await failureOf(enterConsole(toTarget(server), {}))).kind).toBe('credentials')
      expect(answers).toEqual([])
    }
  })

  it('speaks old algorithms only where that is allowed', async () => {
    const old = { kex: ['diffie-hellman-group14-sha1' as const], cipher: ['aes128-cbc' as const], hmac: ['hmac-sha1' as const] }
    const server = await serve({ algorithms: old, shell: (channel) => channel.write('hi') })
    expect((await failureOf(enterConsole(toTarget(server), {}))).kind).toBe('no-algorithm')
    await enterConsole(toTarget(server, { policy: 'legacy' }), {})
  })

  it('says that a user gets no shell', async () => {
    const server = await serve({ refusesShell: true })
    expect((await failureOf(enterConsole(toTarget(server), {}))).kind).toBe('no-shell')
  })
})

describe('a hostile server', () => {
  async function raw(greet: (write: (text: string) => void) => void): Promise<{ port: number }> {
    const server: NetServer = createServer((socket) => {
      socket.on('error', () => {})
      socket.resume()
      greet((text) => socket.write(text))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    open.push({ close: () => new Promise((resolve) => server.close(resolve)) })
    return { port: (server.address() as AddressInfo).port }
  }

  it('that is none is told from one', async () => {
    const server = await raw((write) => write('HTTP/1.1 400 Bad Request\r\n\r\n'.repeat(2_000)))
    expect(['not-ssh', 'protocol']).toContain((await failureOf(enterConsole(toTarget(server), {}))).kind)
  })

  it('sends lines without end', async () => {
    const server = await raw((write) => write('x'.repeat(100) + '\r\n'.repeat(1) + 'y\r\n'.repeat(4 * 1024 * 1024)))
    const failure = await failureOf(enterConsole(toTarget(server), {}))
    expect(['too-much', 'not-ssh', 'protocol']).toContain(failure.kind)
  })

  it('sends a banner of 10 MB', async () => {
    const server = await serve({ banner: 'b'.repeat(10 * 1024 * 1024) })
    const failure = await failureOf(enterConsole(toTarget(server), {}))
    expect(['too-much', 'protocol']).toContain(failure.kind)
  })

  it('floods instead of prompting', async () => {
    const server = await serve({
      shell(channel) {
        const flood = () => {
          if (!channel.destroyed && channel.writable) channel.write('no prompt \u001b[31m at all\r\n'.repeat(2_000), () => setImmediate(flood))
        }
        flood()
      },
    })
    expect((await failureOf(enterConsole(toTarget(server), dell))).kind).toBe('too-much')
  })

  it('breaks the connection under an open console', async () => {
    const server = await serve({ shell: (channel) => channel.write('hi') })
    const shell = await enterConsole(toTarget(server), {})
    server.connections[0]?.end()
    expect(['lost', 'closed']).toContain((await shell.ended).kind)
    await expect(shell.write(Buffer.from('x'))).rejects.toBeInstanceOf(SshError)
  })
})
