import type { ChildProcess } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createChildren } from '../tests/children.ts'
import { entries } from '../supervisor/bundle.ts'
import { bundled } from './bundled.ts'

/** The conductor as `npm start` runs it, to be killed and started again. */
export type ConductorProcess = {
  start: () => void
  kill: () => Promise<void>
  /** What it has used of the processor since its start; null where /proc does not say (proc(5): utime and stime, in hundredths of a second). */
  cpuMs: () => number | null
  /** Its resident size, the greatest so far and now, in MiB (proc(5): VmHWM and VmRSS). */
  residentMb: () => { greatest: number; now: number }
}

/** `url` of its database, `folder` of its keys. Its file is built anew. */
export async function createConductorProcess(url: string, folder: string): Promise<ConductorProcess> {
  const file = await bundled(entries.conductor)
  const children = createChildren()
  const env: NodeJS.ProcessEnv = { ...process.env, NODE_ENV: 'production', DATABASE_URL: url, DATA_DIR: folder }
  let child: ChildProcess | undefined
  return {
    start: () => void (child = children.run([file], { env })),
    cpuMs() {
      const path = `/proc/${child?.pid}/stat`
      if (!existsSync(path)) return null
      const [user, system] = readFileSync(path, 'utf8').split(') ')[1]!.split(' ').slice(11, 13)
      return (Number(user) + Number(system)) * 10
    },
    residentMb() {
      const status = readFileSync(`/proc/${child?.pid}/status`, 'utf8')
      const of = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)![1]) / 1_024
      return { greatest: of('VmHWM'), now: of('VmRSS') }
    },
    async kill() {
      if (child !== undefined) await children.kill(child)
      child = undefined
    },
  }
}
