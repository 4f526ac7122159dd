import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export type Children = {
  start: (script: 'conductor-child' | 'alerts-child' | 'power-child', args: readonly string[], stdout?: 'ignore' | 'pipe') => ChildProcess
  /** `kill -9`, and waits until it is gone. Rejects for one that had ended by itself. */
  kill: (child: ChildProcess) => Promise<void>
  killAll: () => Promise<unknown>
}

/** Parts of Baseboard in processes of their own, for tests that kill them. Call `killAll` in afterAll. */
export function createChildren(): Children {
  const children = new Set<ChildProcess>()

  async function kill(child: ChildProcess): Promise<void> {
    children.delete(child)
    if (child.exitCode !== null) throw new Error(`the process that was to be killed had ended by itself, with ${child.exitCode}`)
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }

  return {
    start(script, args, stdout = 'ignore') {
      const path = fileURLToPath(new URL(`./${script}.ts`, import.meta.url))
      const child = spawn(process.execPath, ['--import', 'tsx', path, ...args], { stdio: ['ignore', stdout, 'inherit'] })
      children.add(child)
      return child
    },
    kill,
    killAll: () => Promise.all([...children].filter(({ exitCode }) => exitCode === null).map(kill)),
  }
}
