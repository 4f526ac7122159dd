import { readBaseline, type LogClearStep } from '#lib/db/steps.ts'
import type { LogClearWorld } from './run-log-clear.ts'
import { sleep } from './sleep.ts'
import { finish, refuseUnaudited, toEntry } from './step-ending.ts'
import { commandsPerMinute, conversationOf, ownerOf, type StepHost } from './step-host.ts'
import type { World } from './world.ts'

/** The world of a step that clears a log: its node's BMC and archive, and the database. */
export function createLogClearWorld(step: LogClearStep, world: World, host: StepHost, signal: AbortSignal): LogClearWorld {
  const { archive } = host
  return {
    nowMs: () => Date.now(),
    sleep,
    places: () => archive.places(),
    readLog: (via) => archive.readLog(conversationOf(host), via, signal),
    readWholeLog: (via) => archive.readWholeLog(conversationOf(host), via, signal),
    clear: (via, source) => conversationOf(host).bmc.clearLog(source, via, signal),
    begin: async (source) => {
      const audit = toEntry(step, 'intent', { command: step.action, source })
      const intent = { step, command: step.action, sentBefore: 0, completes: false, before: null, baseline: { source }, owner: ownerOf(world, host), perMinute: commandsPerMinute, audit }
      return world.writes.begin(intent)
    },
    async readBegun() {
      const { source } = (await readBaseline(world.db, step)) ?? {}
      return typeof source === 'string' ? source : undefined
    },
    markSent: () => world.writes.markSent(step.id),
    finish: (outcome) => finish(step, outcome, world, host.node(), signal),
    refuseUnaudited: (message) => refuseUnaudited(step, message, world, host),
  }
}
