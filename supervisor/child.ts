import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { exitNeedsPerson } from '#lib/config/lifetime.ts'
import type { SystemUser } from './users.ts'

/** A process that is kept running: what to run, as whom, and where its lines go. */
export type ChildPlan = {
  name: string
  args: readonly string[]
  cwd: string
  env: NodeJS.ProcessEnv
  user?: SystemUser | undefined
  /** A program that runs Node in our stead (setpriv, for a port below 1024). */
  wrapper?: readonly string[] | undefined
  say: (line: string) => void
  /** Lines of stdout that are not for the log; return true to keep one out of it. */
  onLine?: (line: string) => boolean
  onPid: () => void
}

export type Child = {
  pid: () => number | undefined
  /** Ends it and starts it no more. */
  stop: () => Promise<void>
}

const backOffMs = [200, 500, 1_000, 2_000, 5_000, 10_000]
const steadyMs = 30_000
const stopMs = 8_500

function launch(plan: ChildPlan): ChildProcess {
  const [command, ...args] = [...(plan.wrapper ?? []), process.execPath, ...plan.args]
  const as = plan.user === undefined || plan.wrapper !== undefined ? {} : { uid: plan.user.uid, gid: plan.user.gid }
  // In a group of its own, so that Ctrl-C in the terminal reaches the supervisor alone, which knows the order.
  const child = spawn(command!, args, { cwd: plan.cwd, env: plan.env, stdio: ['pipe', 'pipe', 'pipe'], detached: true, ...as })
  child.stdin!.on('error', () => {})
  createInterface({ input: child.stdout! }).on('line', (line) => {
    if (plan.onLine?.(line) !== true) plan.say(line)
  })
  createInterface({ input: child.stderr! }).on('line', plan.say)
  return child
}

/** Why it ended, in words. */
function ending(child: ChildProcess): Promise<{ code: number | null; how: string }> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: null, how: error.message }))
    child.once('exit', (code, signal) => resolve({ code, how: signal === null ? `exit ${code}` : signal }))
  })
}

/** Starts a process and keeps it running, with a growing pause between attempts; one that exits with 78 is left to a person. */
export function keepRunning(plan: ChildPlan): Child {
  const stopping = new AbortController()
  let child: ChildProcess | undefined
  let failures = 0

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const startedAt = performance.now()
      child = launch(plan)
      plan.onPid()
      const { code, how } = await ending(child)
      child = undefined
      if (stopping.signal.aborted) return
      if (code === exitNeedsPerson) return plan.say('ended and is not started again: mend what it says above, then start Baseboard anew')
      failures = performance.now() - startedAt > steadyMs ? 0 : failures
      const pause = backOffMs[Math.min(failures++, backOffMs.length - 1)]!
      plan.say(`ended (${how}); starting again in ${pause / 1000} s`)
      await sleep(pause, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }

  const running = run()
  return {
    pid: () => child?.pid,
    async stop() {
      stopping.abort()
      child?.stdin?.end()
      child?.kill('SIGTERM')
      const force = setTimeout(() => child?.kill('SIGKILL'), stopMs)
      await running
      clearTimeout(force)
    },
  }
}
