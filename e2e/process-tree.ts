import { readdirSync, readFileSync } from 'node:fs'

export type Running = { pid: number; parent: number; command: string }

/** The processes of this machine, from /proc (proc(5): in `stat` the parent is the second field after the name in brackets). */
function listProcesses(): Running[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
        const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
        return state === 'Z' ? [] : [{ pid: Number(name), parent: Number(parent), command }]
      } catch {
        return []
      }
    })
}

/** Everything that a process has started, directly or not. */
export function descendantsOf(pid: number): Running[] {
  const all = listProcesses()
  const found: Running[] = []
  for (const queue = [pid]; queue.length > 0; ) {
    const parent = queue.pop()
    for (const one of all) {
      if (one.parent !== parent) continue
      found.push(one)
      queue.push(one.pid)
    }
  }
  return found
}

/** Which of these processes still run, as what they were. */
export const stillRunning = (known: readonly Running[]): Running[] => {
  const now = new Map(listProcesses().map((one) => [one.pid, one.command]))
  return known.filter(({ pid, command }) => now.get(pid) === command)
}
