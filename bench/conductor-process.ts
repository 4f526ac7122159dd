import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** A conductor in a process of its own, to be killed and started again. */
export type ConductorProcess = { start: () => void; kill: () => Promise<void> }

/** `url` of its database, `folder` of its keys; steps are quick as in the tests, or take their usual time. */
export function createConductorProcess(url: string, folder: string, pace: 'quick' | 'usual' = 'quick'): ConductorProcess {
  const script = fileURLToPath(new URL('../tests/conductor-child.ts', import.meta.url))
  let child: ChildProcess | undefined
  return {
    start: () => void (child = spawn(process.execPath, ['--import', 'tsx', script, url, folder, pace], { stdio: ['ignore', 'ignore', 'inherit'] })),
    async kill() {
      if (child === undefined || child.exitCode !== null) return
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
      child = undefined
    },
  }
}
