import { spawn, type ChildProcess } from 'node:child_process'
import { accessSync, chmodSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createSocket } from 'node:dgram'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** OpenIPMI's simulator as a bare BMC with an empty log: user admin, password admin, cipher suite 3 and IPMI 1.5. */
export type IpmiSim = { readonly host: string; readonly port: number; stop(): Promise<void> }

const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']

/** True when each of these tools is here. */
export function isInstalled(...tools: readonly string[]): boolean {
  return tools.every((tool) =>
    folders.some((folder) => {
      try {
        accessSync(join(folder, tool), constants.X_OK)
        return true
      } catch {
        return false
      }
    }),
  )
}

/** One controller with a SEL of 1,000 records, and no sensors. */
const emulation = ['mc_setbmc 0x20', 'mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02', 'sel_enable 0x20 1000 0x0a', 'mc_enable 0x20', '']

const configuration = (host: string, port: number, more: readonly string[], lan: readonly string[]) => `name "log"
set_working_mc 0x20
  startlan 1
    addr ${host} ${port}
    priv_limit admin
    allowed_auths_callback none md2 md5 straight
    allowed_auths_user none md2 md5 straight
    allowed_auths_operator none md2 md5 straight
    allowed_auths_admin none md2 md5 straight
    guid a123456789abcdefa123456789abcd91
${lan.join('\n')}
  endlan
${more.join('\n')}
  user 1 true "" "test" user 10 none md2 md5 straight
  user 2 true "admin" "admin" admin 10 none md2 md5 straight
`

/** Starts it, with `more` lines of its configuration and `lan` lines of its LAN channel, and waits until its port is taken. Rejects when it does not come up within 5 s. */
export async function startIpmiSim(host: string, port: number, more: readonly string[] = [], lan: readonly string[] = []): Promise<IpmiSim> {
  const folder = mkdtempSync(join(tmpdir(), 'ipmi-sim-'))
  writeFileSync(join(folder, 'lan.conf'), configuration(host, port, more, lan))
  writeFileSync(join(folder, 'bmc.emu'), emulation.join('\n'))
  const args = ['-c', join(folder, 'lan.conf'), '-f', join(folder, 'bmc.emu'), '-s', folder, '-n', '-d']
  // It ends when its standard input does, so the pipe stays open until stop.
  const child = spawn('ipmi_sim', args, { stdio: ['pipe', 'ignore', 'ignore'] })
  const stop = async () => {
    await end(child)
    rmSync(folder, { recursive: true, force: true })
  }
  for (let tries = 0; tries < 50; tries++) {
    if (await isTaken(host, port)) return { host, port, stop }
    await delay(100)
  }
  await stop()
  throw new Error(`ipmi_sim did not start at ${host}:${port}`)
}

/**
 * The line of its configuration with which it takes a boot device. It keeps none itself, but tells a program which was chosen, and asks it:
 * `chassis MC get|set NAME [VALUE]`. The program is written to `folder`, and keeps each value in a file there, the power too.
 */
export function chassisControl(folder: string): string {
  const program = join(folder, 'chassis')
  writeFileSync(join(folder, 'boot'), 'none')
  writeFileSync(join(folder, 'power'), '0')
  writeFileSync(program, `#!/bin/sh\nif [ "$2" = set ]; then echo "$4" > "${folder}/$3"; else echo "$3:$(cat "${folder}/$3")"; fi\n`)
  chmodSync(program, 0o755)
  return `  chassis_control "${program} 0x20"`
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((done) => child.once('exit', done))
  child.kill('SIGKILL')
  await ended
}

/** A UDP port that is free on loopback now: fixed ones meet those of other tests on one machine. */
export function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4')
  return new Promise((done, fail) => {
    socket.once('error', fail)
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address()
      socket.close(() => done(port))
    })
  })
}

function isTaken(host: string, port: number): Promise<boolean> {
  const socket = createSocket('udp4')
  return new Promise((done) => {
    socket.once('error', () => done(true))
    socket.bind(port, host, () => socket.close(() => done(false)))
  })
}
