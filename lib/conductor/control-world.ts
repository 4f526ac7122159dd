import * as z from 'zod/mini'
import type { Bmc, PowerReading } from '#lib/bmc/bmc.ts'
import { BmcError } from '#lib/bmc/errors.ts'
import { toPlan } from '#lib/bmc/node-bmc.ts'
import { readBaseline, type ControlStep } from '#lib/db/steps.ts'
import type { Protocol } from '#lib/domain/bmc.ts'
import type { Command } from '#lib/domain/operation.ts'
import { powerState } from '#lib/domain/power.ts'
import { addressOf } from './conversation.ts'
import { sleep } from './sleep.ts'
import { finish, refuseUnaudited, toEntry } from './step-ending.ts'
import { commandsPerMinute, conversationOf, ownerOf, type StepHost } from './step-host.ts'
import type { Baseline, StepWorld } from './step-world.ts'
import type { World } from './world.ts'

/** What is stored of the reading before a command. */
export const baseline = z.object({
  reading: z.object({ state: powerState, lastResetAt: z.optional(z.string()), restartCause: z.optional(z.string()), indicator: z.optional(z.boolean()), logMark: z.optional(z.string()), bmcStartedAt: z.optional(z.string()) }),
  seenOff: z.boolean(),
})

/** The world of a step that controls a node: its BMC, the clock and the database. */
export function createControlWorld(step: ControlStep, world: World, host: StepHost, signal: AbortSignal): StepWorld {
  const owner = () => ownerOf(world, host)
  const plan = (command: Command) => toPlan(command, host.node().capabilities, step.options)
  const conversation = () => conversationOf(host)
  /** Throws a BmcError where the BMC cannot do it. */
  function viaOf(command: Command): Protocol {
    const planned = plan(command)
    if ('refused' in planned) throw new BmcError('unsupported', addressOf(host.node()), planned.refused)
    return planned.via
  }
  let last: { reading: PowerReading; via: Protocol; latencyMs: number } | undefined

  /** The log is only one more witness: where it cannot be asked, the step goes on without it. */
  async function ofLog(ask: (bmc: Bmc) => Promise<string | undefined> | undefined): Promise<string | undefined> {
    const now = conversation()
    if (!now.usable(performance.now()).includes('ipmi')) return undefined
    return now.read('ipmi', async (bmc) => ask(bmc), signal).catch(() => undefined)
  }

  return {
    nowMs: () => Date.now(),
    async sleep(ms, until) {
      await sleep(ms, until)
      await world.readPace(until)
    },
    timing: world.timing,
    plan,
    async readPower() {
      last = await conversation().readPower(signal, true)
      return last.reading
    },
    isThere: (command) => conversation().bmc.answers(viaOf(command), signal),
    readBmc: (command) =>
      conversation().read(viaOf(command), async (bmc) => {
        const power = await bmc.readPower(signal)
        const bmcStartedAt = await bmc.readBmcStart?.(signal)
        return bmcStartedAt === undefined ? power : { ...power, bmcStartedAt }
      }, signal),
    async readBoot() {
      return conversation().read(viaOf('SetBoot'), (bmc) => bmc.readBoot(signal), signal)
    },
    readPowerCap: (command) => conversation().read(viaOf(command), (bmc) => bmc.readPowerCap(signal), signal),
    readLogMark: () => ofLog((bmc) => bmc.readLogMark?.(signal)),
    findRestart: (mark) => ofLog((bmc) => bmc.findRestart?.(mark, signal)),
    async send(command) {
      return conversation().bmc.send(command, step.options, viaOf(command), signal)
    },
    async begin(intent) {
      // The first command was paced before the state was read.
      if (step.kind === 'power' && intent.sentBefore > 0 && !(await world.pace(signal))) return 'not-ours'
      const { boot, capWatts } = step.options
      const audit = toEntry(step, 'intent', { command: intent.command, before: intent.before, ...(intent.command === 'SetBoot' ? { boot } : {}), ...(intent.command === 'SetPowerCap' ? { capWatts } : {}) })
      return world.writes.begin({ ...intent, step, baseline: { ...intent.baseline }, owner: owner(), perMinute: commandsPerMinute, audit })
    },
    markSent: () => world.writes.markSent(step.id),
    keepBaseline: (kept) => world.writes.keepBaseline({ step, data: { ...kept } }),
    async readBaseline(): Promise<Baseline | null> {
      const parsed = baseline.safeParse(await readBaseline(world.db, step))
      return parsed.success ? parsed.data : null
    },
    finish: (outcome) => finish(step, outcome, world, host.node(), signal),
    refuseUnaudited: (message) => refuseUnaudited(step, message, world, host),
    show: (power) => {
      if (last !== undefined) host.onPower(last.reading, last.via, last.latencyMs, power)
    },
  }
}
