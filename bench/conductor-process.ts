import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createChildren } from '../tests/children.ts'
import { entries } from '../supervisor/bundle.ts'
import { bundled } from './bundled.ts'
import { cpuMsOf, residentMibOf } from './process-cost.ts'

/** The conductor as `npm start` runs it, to be killed and started again. */
export type ConductorProcess = {
  start: () => void
  kill: () => Promise<void>
  /** What it has used of the processor since its start; null where there is no /proc. */
  cpuMs: () => number | null
  /** Its resident size, the greatest so far and now, in MiB. */
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
      return existsSync(`/proc/${child?.pid}/stat`) ? cpuMsOf(child!.pid!) : null
    },
    residentMb() {
      const pid = child!.pid!
      return { greatest: residentMibOf(pid, 'VmHWM'), now: residentMibOf(pid) }
    },
    async kill() {
      if (child !== undefined) await children.kill(child)
      child = undefined
    },
  }
}
