import { monitorEventLoopDelay } from 'node:perf_hooks'
import { refusedPackets } from '#lib/bmc/refused-packets.ts'
import { isAway } from '#lib/db/away.ts'
import type { Database } from '#lib/db/client.ts'
import { writeConductorStats } from '#lib/db/conductor-stats.ts'
import type { RunningConductor } from './conductor.ts'

const everyMs = 5_000

/** Writes down every few seconds how this conductor does, for whoever watches over it. */
export function startReports(
  db: Database,
  conductor: Pick<RunningConductor, 'id' | 'tally'>,
  countConsoles: () => { consoles: number; viewers: number },
  complain: (text: string) => void,
): { stop: () => void } {
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()

  async function report(): Promise<void> {
    const id = conductor.id()
    if (id === null) return
    const { user, system } = process.cpuUsage()
    const loopDelaySeconds = delay.max / 1e9
    delay.reset()
    const { reads, failures } = conductor.tally
    const load = { residentBytes: process.memoryUsage.rss(), cpuSeconds: (user + system) / 1e6, loopDelaySeconds }
    await writeConductorStats(db, id, { reads, failures, refusedPackets: refusedPackets(), ...countConsoles(), ...load })
  }

  const timer = setInterval(() => {
    report().catch((error: unknown) => {
      if (!isAway(error)) complain(`the conductor's figures could not be written: ${error instanceof Error ? error.message : String(error)}`)
    })
  }, everyMs)
  return {
    stop() {
      clearInterval(timer)
      delay.disable()
    },
  }
}
