import type { PowerReading, ResetAnswer } from '#lib/bmc/bmc.ts'
import type { CommandIntent, IntentAnswer } from '#lib/db/begin-commands.ts'
import type { StepOutcome } from '#lib/db/finish-steps.ts'
import type { BootState } from '#lib/domain/boot.ts'
import type { Command } from '#lib/domain/operation.ts'
import type { PowerState } from '#lib/domain/power.ts'
import type { Phase } from './step-machine.ts'
import type { PlanOf } from './step-plan.ts'
import type { StepTiming } from './step-timing.ts'

/** What a step needs of the world, so that a test can be the BMC, the clock and the database. It is the world of one step, and ends with its signal. */
export type StepWorld = {
  nowMs: () => number
  sleep: (ms: number, signal: AbortSignal) => Promise<void>
  timing: StepTiming
  plan: PlanOf
  /** Rejects with a BmcError. */
  readPower: () => Promise<PowerReading>
  /** Is anybody at the port by which this command goes? No login. */
  isThere: (command: Command) => Promise<boolean>
  /** The power by the protocol of this command alone, with when the BMC last started where it says. Rejects with a BmcError. */
  readBmc: (command: Command) => Promise<PowerReading>
  /** The boot override as it stands. Rejects with a BmcError. */
  readBoot: () => Promise<BootState | null>
  /** The power cap as it stands, by the protocol of this command. Rejects with a BmcError. */
  readPowerCap: (command: Command) => Promise<number | null>
  /** Where the BMC's log stands, and what it says of a restart since: undefined where no protocol of the node can tell. */
  readLogMark: () => Promise<string | undefined>
  findRestart: (mark: string) => Promise<string | undefined>
  /** At most one packet of control. A BmcError means that nothing was sent. */
  send: (command: Command) => Promise<ResetAnswer>
  begin: (intent: Pick<CommandIntent, 'command' | 'sentBefore' | 'completes' | 'before' | 'baseline'>) => Promise<IntentAnswer>
  markSent: () => Promise<void>
  keepBaseline: (baseline: Baseline) => Promise<void>
  readBaseline: () => Promise<Baseline | null>
  /** Writes the end and its audit row; comes back only when they are written, or when the signal fires. */
  finish: (outcome: StepOutcome) => Promise<void>
  /** Ends a step for which nothing was sent because the audit could not be written; its row has no audit entry either. */
  refuseUnaudited: (message: string) => Promise<void>
  /** The state for the fleet's page, while the step runs. */
  show: (power: PowerState) => void
}

/** What the reader after a restart needs: the reading before the command, and whether it was seen off since. */
export type Baseline = { reading: PowerReading; seenOff: boolean }

export type Reading = { power: PowerReading; atMs: number }

/** How a step, or one command of it, ended. `isStillOn`: see `toConclusion`. */
export type Ended = Omit<StepOutcome, 'before' | 'after' | 'afterAt'> & { last: Reading | null; isStillOn: boolean }

export const ended = (state: StepOutcome['state'], last: Reading | null, error: StepOutcome['error'], evidence: string | null = null): Ended => ({
  state,
  last,
  error,
  evidence,
  isStillOn: false,
})

/** The power, and what else the goal of a phase is about. */
export async function read(world: StepWorld, phase?: Pick<Phase, 'goal' | 'command'>): Promise<Reading> {
  const power = await world.readPower()
  if (phase?.goal === 'boot') return { power: { ...power, boot: await world.readBoot() }, atMs: world.nowMs() }
  if (phase?.goal === 'capped') return { power: { ...power, cap: await world.readPowerCap(phase.command) }, atMs: world.nowMs() }
  return { power, atMs: world.nowMs() }
}

export const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
