import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { bundled } from './bundled.ts'

/** A simulated rack at the standard ports, in a process of its own. */
export type RackProcess = { readonly hosts: readonly string[]; stop(): void }

const perNetwork = 250

/** Starts `count` BMCs from 127.0.`firstNetwork`.1 on with the simulator's further options; resolves when they all listen. */
export async function startRackProcess(count: number, firstNetwork: number, options: readonly string[]): Promise<RackProcess> {
  const plan = ['--plan', '623', '--nodes', String(count), '--net', String(firstNetwork)]
  const args = [await bundled('simulator/main.ts'), ...plan, ...options]
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ready = once(createInterface(child.stdout!), 'line')
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the simulator ended with ${code}`)
  })
  ended.catch(() => undefined)
  await Promise.race([ready, ended])
  return { hosts: toHosts(count, firstNetwork), stop: () => void child.kill('SIGTERM') }
}

function toHosts(count: number, firstNetwork: number): string[] {
  return Array.from({ length: count }, (_, i) => `127.0.${firstNetwork + Math.floor(i / perNetwork)}.${1 + (i % perNetwork)}`)
}

/** The same addresses as FreeIPMI writes them. */
export function toHostRanges(count: number, firstNetwork: number): string {
  const networks = Array.from({ length: Math.ceil(count / perNetwork) }, (_, i) => {
    return `127.0.${firstNetwork + i}.[1-${Math.min(perNetwork, count - i * perNetwork)}]`
  })
  return networks.join(',')
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!
}
