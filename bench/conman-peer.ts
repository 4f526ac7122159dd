import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const daemon = '/usr/sbin/conmand'

/** A conmand that records the consoles of these hosts. */
export type Conman = {
  /** What it has recorded of the n-th host. */
  readonly read: (index: number) => string
  /** Ends it; what it cost from its start on. */
  readonly stop: () => Promise<{ readonly cpuMs: number; readonly mb: number }>
}

export function startConman(hosts: readonly string[]): Conman {
  if (!existsSync(daemon)) throw new Error(`${daemon} is missing: apt-get install conman`)
  const folder = mkdtempSync(join(tmpdir(), 'baseboard-conman-'))
  const server = ['server keepalive=off', `server logdir="${folder}"`, `server pidfile="${join(folder, 'pid')}"`, 'server loopback=on', 'server port=17890']
  const consoles = hosts.map((host, i) => `console name="n${i}" dev="ipmi:${host}" ipmiopts="U:admin,P:secret" log="n${i}.log"`)
  const file = join(folder, 'conman.conf')
  writeFileSync(file, `${[...server, ...consoles].join('\n')}\n`)
  const cost = join(folder, 'cost')
  const child = spawn('/usr/bin/time', ['-q', '-f', '%U %S %M', '-o', cost, daemon, '-F', '-c', file], { stdio: ['ignore', 'ignore', 'ignore'] })
  const log = (index: number) => join(folder, `n${index}.log`)
  return {
    read: (index) => (existsSync(log(index)) ? readFileSync(log(index), 'latin1') : ''),
    async stop() {
      const ended = once(child, 'exit')
      // time waits for it, so that the daemon itself must be told.
      process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')), 'SIGTERM')
      await ended
      const [user, system, kilobytes] = readFileSync(cost, 'utf8').trim().split(' ').map(Number) as [number, number, number]
      rmSync(folder, { recursive: true, force: true })
      return { cpuMs: (user + system) * 1_000, mb: kilobytes / 1_024 }
    },
  }
}
