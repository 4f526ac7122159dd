import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)
const daemon = '/usr/sbin/powermand'
const devices = '/etc/powerman/ipmipower.dev'

/** powermand with ipmipower behind it, as its own ipmipower.dev has it: a cycle is off, five seconds, on. */
export type Powerman = { cycle: () => Promise<void>; stop: () => void }

export const hasPowerman = () => existsSync(daemon) && existsSync(devices)

/** `hosts` in FreeIPMI's notation, `count` of them. Resolves when the daemon has its device and answers. */
export async function startPowerman(count: number, hosts: string): Promise<Powerman> {
  const folder = mkdtempSync(join(tmpdir(), 'baseboard-powerman-'))
  const port = await findPort()
  const nodes = `p[1-${count}]`
  const device = `/usr/sbin/ipmipower -D LAN_2_0 -I 3 -u admin -p secret -h ${hosts} --wait-until-on --wait-until-off |&`
  const file = join(folder, 'powerman.conf')
  writeFileSync(file, `include "${devices}"\nlisten "127.0.0.1:${port}"\ndevice "rack" "ipmipower" "${device}"\nnode "${nodes}" "rack" "${hosts}"\n`)
  const child: ChildProcess = spawn(daemon, ['-f', '-c', file], { stdio: ['ignore', 'ignore', 'inherit'] })
  const ask = (...args: string[]) => run('powerman', ['-h', `127.0.0.1:${port}`, ...args], { maxBuffer: 16 * 1024 * 1024 })
  await untilAnswered(() => ask('-l'))
  return {
    async cycle() {
      // It says so where nodes did not come back in its 60 s, and exits with an error: they are counted at the BMCs.
      await ask('-c', nodes).catch((error: Error & { stdout?: string }) => console.error(`powerman: ${(error.stdout ?? error.message).trim().slice(0, 300)}`))
    },
    stop() {
      child.kill('SIGTERM')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function untilAnswered(ask: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; ; tries++) {
    await sleep(200)
    try {
      return void (await ask())
    } catch (error) {
      if (tries === 50) throw error
    }
  }
}

const findPort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
