import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startRack, type Rack } from '#simulator/rack.ts'
import { openConsole, type ConsolePath } from '#lib/ssh/console.ts'
import { SshError } from '#lib/ssh/errors.ts'
import type { SshTarget } from '#lib/ssh/connect.ts'
import type { HostKey } from '#lib/ssh/host-key.ts'
import type { Shell } from '#lib/ssh/shell.ts'
import { sshProfiles } from '#lib/bmc/ssh-profiles.ts'

/** Our client against OpenSSH's server, and OpenSSH's client against the simulator. A user is made for it, so it wants root. */
const sshd = '/usr/sbin/sshd'
const isReady = existsSync(sshd) && process.getuid?.() === 0 && existsSync('/usr/bin/sshpass')
if (!isReady) console.warn('skipped: openssh-server and sshpass are not installed, or we are not root')

const user = 'bmcadmin'
const password = 'secret-of-a-bmc'
let folder: string
const running: ChildProcess[] = []
const shells: Shell[] = []

/** iDRAC's prompt and its console, as a forced command plays them. */
const idracScript = `#!/bin/bash
stty -echo -icanon min 1 time 0 -isig
printf 'racadm>>'; line=
while IFS= read -r -n1 -d '' key; do
  case "$key" in
  $'\\r'|$'\\n') printf '\\r\\n'
    if [ "$line" = 'console com2' ]; then
      printf 'Connected to Serial Device 2. To end type: ^\\\\\\r\\n'
      while IFS= read -r -n1 -d '' key; do [ "$key" = $'\\x1c' ] && break; printf '<%s>' "$key"; done
    fi
    line=; printf '\\r\\nracadm>>' ;;
  *) line="$line$key"; printf '%s' "$key" ;;
  esac
done
`

beforeAll(() => {
  if (!isReady) return
  mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
  folder = mkdtempSync('/tmp/baseboard-sshd-')
  execFileSync('chmod', ['755', folder])
  try {
    execFileSync('useradd', ['--create-home', '--shell', '/bin/bash', user], { stdio: 'ignore' })
  } catch {
    // Left by a run that was killed.
  }
  execFileSync('chpasswd', { input: `${user}:${password}\n` })
  writeFileSync(join(folder, 'idrac.sh'), idracScript, { mode: 0o755 })
  newKey('key')
})
afterEach(async () => {
  for (const shell of shells.splice(0)) await shell.close()
  for (const child of running.splice(0)) child.kill()
})
afterAll(() => {
  if (!isReady) return
  execFileSync('userdel', ['--remove', '--force', user], { stdio: 'ignore' })
  rmSync(folder, { recursive: true })
})

const newKey = (name: string) => execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)])

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise<void>((resolve) => server.close(() => resolve()))
  return port
}

async function startSshd(options: Record<string, string>, key = 'key', at?: number): Promise<number> {
  const port = at ?? (await freePort())
  const config = join(folder, 'sshd_config')
  const all = { UsePAM: 'yes', PidFile: 'none', PubkeyAuthentication: 'no', ...options }
  writeFileSync(config, `Port ${port}\nListenAddress 127.0.0.1\nHostKey ${join(folder, key)}\n${Object.entries(all).map((pair) => pair.join(' ')).join('\n')}\n`)
  running.push(spawn(sshd, ['-D', '-f', config], { stdio: 'ignore' }))
  await expect.poll(() => new Promise((resolve) => connect(port, '127.0.0.1').once('connect', function (this: { destroy: () => void }) { this.destroy(); resolve(true) }).once('error', () => resolve(false))), { timeout: 10_000 }).toBe(true)
  return port
}

const toTarget = (port: number, more: Partial<SshTarget> = {}): SshTarget => ({ host: '127.0.0.1', port, username: user, password, policy: 'modern', hostKey: null, pin: async () => {}, ...more })

async function enterConsole(target: SshTarget, path: ConsolePath): Promise<{ shell: Shell; seen: () => string }> {
  let seen = ''
  const shell = await openConsole(target, path, { onBytes: (bytes) => (seen += bytes.toString('latin1')), onEnd: () => {}, evict: false })
  shells.push(shell)
  return { shell, seen: () => seen }
}

const kindOf = (opening: Promise<unknown>) => opening.then(() => 'opened', (error: unknown) => (error instanceof SshError ? error.kind : String(error)))
const until = (seen: () => string, what: RegExp) => expect.poll(seen, { timeout: 15_000 }).toMatch(what)

describe.skipIf(!isReady)('our client and OpenSSH\'s server', () => {
  it('signs in by password and reads a terminal', async () => {
    const port = await startSshd({ PasswordAuthentication: 'yes', KbdInteractiveAuthentication: 'no' })
    const { shell, seen } = await enterConsole(toTarget(port), {})
    await shell.write(Buffer.from('echo $((6*7))-$TERM\r'))
    await until(seen, /42-vt100/)
  })

  it('signs in by keyboard-interactive through PAM, and into the console behind a prompt', async () => {
    const port = await startSshd({ PasswordAuthentication: 'no', KbdInteractiveAuthentication: 'yes', ForceCommand: join(folder, 'idrac.sh') })
    const [dell] = sshProfiles
    const { shell, seen } = await enterConsole(toTarget(port), { entry: dell!.entry, exit: dell!.exit })
    expect(seen()).toContain('Connected to Serial Device 2')
    await shell.write(Buffer.from('a\u001cb'))
    await until(seen, /<a><b>/)
  })

  it('keeps the key as ssh-keygen writes it, and stops at another before signing in', async () => {
    let kept: HostKey | undefined
    const port = await startSshd({ PasswordAuthentication: 'yes' })
    await enterConsole(toTarget(port, { pin: async (key) => void (kept = key) }), {})
    expect(execFileSync('ssh-keygen', ['-l', '-f', join(folder, 'key.pub')]).toString()).toContain(kept!.fingerprint)
    running.splice(0).forEach((child) => child.kill())
    newKey('other')
    const again = await startSshd({ PasswordAuthentication: 'yes' }, 'other')
    expect(await kindOf(enterConsole(toTarget(again, { hostKey: kept! }), {}))).toBe('host-key')
  })

  it('is told of a wrong password', async () => {
    const port = await startSshd({ PasswordAuthentication: 'yes', KbdInteractiveAuthentication: 'yes' })
    expect(await kindOf(enterConsole(toTarget(port, { password: 'wrong' }), {}))).toBe('credentials')
  })
})

describe.skipIf(!isReady)('OpenSSH\'s client and the simulator', () => {
  let rack: Rack
  afterEach(() => rack.close())

  it.each([
    ['openbmc', '\r', /login:/],
    ['dell', 'console com2\r', /Connected to Serial Device 2/],
    ['hpe', 'vsp\r', /Virtual Serial Port Active/],
  ] as const)('reads the console of %s', async (make, keys, said) => {
    rack = await startRack({ nodes: [{ name: 'n1', make, persona: 'no-sol', protocol: 'ipmi', faces: ['ipmi'], hasSsh: true }] })
    const options = ['StrictHostKeyChecking=no', `UserKnownHostsFile=${join(folder, 'known')}`, 'PubkeyAuthentication=no'].flatMap((one) => ['-o', one])
    const client = spawn('sshpass', ['-p', 'secret', 'ssh', '-tt', ...options, '-p', String(rack.node('n1').ssh!.port), 'admin@127.0.0.1'])
    running.push(client)
    let seen = ''
    client.stdout.on('data', (bytes: Buffer) => (seen += bytes.toString('latin1')))
    if (make !== 'openbmc') await until(() => seen, /(>>|->) ?$/)
    else await expect.poll(() => rack.node('n1').ssh!.attempts()).toBe(1)
    await new Promise((resolve) => setTimeout(resolve, 300))
    client.stdin.write(keys)
    await until(() => seen, said)
  }, 30_000)
})
