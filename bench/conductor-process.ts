import type { ChildProcess } from 'node:child_process'
import { createChildren } from '../tests/children.ts'

/** A conductor in a process of its own, to be killed and started again. */
export type ConductorProcess = { start: () => void; kill: () => Promise<void> }

/** `url` of its database, `folder` of its keys; steps are quick as in the tests, or take their usual time. */
export function createConductorProcess(url: string, folder: string, pace: 'quick' | 'usual' = 'quick'): ConductorProcess {
  const children = createChildren()
  let child: ChildProcess | undefined
  return {
    start: () => void (child = children.start('conductor-child', [url, folder, pace])),
    async kill() {
      if (child !== undefined) await children.kill(child)
      child = undefined
    },
  }
}
