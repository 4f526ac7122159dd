import { readFileSync } from 'node:fs'

/** What a process has used of the processor so far, in ms (proc(5): fields 14 and 15 of stat, in ticks of 10 ms). Throws for one that is not there. */
export function cpuMsOf(pid: number): number {
  const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ').slice(11, 13)
  return (Number(user) + Number(system)) * 10
}

/** Its resident size in MiB, now or the greatest so far (proc(5)). Throws for one that is not there. */
export function residentMibOf(pid: number, which: 'VmRSS' | 'VmHWM' = 'VmRSS'): number {
  return Number(new RegExp(`^${which}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1_024
}

/** The sum over a process and all that it started. */
export function overFamily(pid: number, costOf: (pid: number) => number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter((child) => child.trim() !== '')
  return children.reduce((sum, child) => sum + overFamily(Number(child), costOf), costOf(pid))
}
