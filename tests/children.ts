import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** Tests and benchmarks run there; beside this file there is nothing where a benchmark runs as one file. */
const root = process.cwd()

export type Children = {
  /** Node with these arguments, in the project's folder. */
  run: (args: readonly string[], more?: { stdout?: 'ignore' | 'pipe'; env?: NodeJS.ProcessEnv }) => ChildProcess
  /** A script of this folder. */
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

  const run: Children['run'] = (args, { stdout = 'ignore', env = process.env } = {}) => {
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', stdout, 'inherit'] })
    children.add(child)
    return child
  }

  return {
    run,
    start: (script, args, stdout) => run(['--import', 'tsx', join(import.meta.dirname, `${script}.ts`), ...args], { stdout }),
    kill,
    killAll: () => Promise.all([...children].filter(({ exitCode }) => exitCode === null).map(kill)),
  }
}
