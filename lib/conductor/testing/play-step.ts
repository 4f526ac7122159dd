import type { PowerReading, ResetAnswer } from '#lib/bmc/bmc.ts'
import type { IntentAnswer } from '#lib/db/begin-commands.ts'
import type { StepOutcome } from '#lib/db/finish-steps.ts'
import type { ControlStep } from '#lib/db/steps.ts'
import type { BootState } from '#lib/domain/boot.ts'
import type { Command, ControlAction } from '#lib/domain/operation.ts'
import { runStep } from '../run-step.ts'
import { usualTiming } from '../step-timing.ts'
import type { Baseline, StepWorld } from '../step-world.ts'

export const startMs = Date.UTC(2026, 10, 23)

/** What every step of the node n1 has that waits for its turn. */
export const queued = {
  id: 's1',
  operationId: 'o1',
  nodeId: 'id1',
  nodeName: 'n1',
  state: 'queued',
  before: null,
  sentAt: null,
  by: 'ada',
  actorKind: 'person',
  ip: null,
  requestId: null,
  deadlineAt: new Date(startMs + 300_000),
} as const

export const toStep = (action: ControlAction, changes: Partial<ControlStep> = {}): ControlStep => ({
  ...queued,
  kind: action.startsWith('Indicator') ? 'indicator' : 'power',
  action,
  commands: [],
  options: {},
  ...changes,
})

export type Script = {
  /** What a read gives, by milliseconds since the last command (null before the first). */
  power: (sinceCommandMs: number | null, sent: readonly Command[]) => PowerReading | Error
  answer?: (command: Command) => ResetAnswer | Error
  /** What makes up the step's own action, or why that cannot be done; any other command is by itself. */
  plan?: readonly Command[] | string
  /** Commands that this BMC has not. */
  lacks?: readonly Command[]
  begin?: (n: number) => IntentAnswer | Error
  baseline?: Baseline | null
  /** Whether anybody is at the BMC's port, and what it says of itself, by the time since the command. */
  isThere?: (sinceCommandMs: number) => boolean
  readBmc?: (sinceCommandMs: number | null) => PowerReading | Error
  /** The boot override, by the time since the command. */
  boot?: (sinceCommandMs: number | null) => BootState | null | Error
  /** The power cap, by the time since the command. */
  cap?: (sinceCommandMs: number | null) => number | null | Error
  /** What the log says of a restart, by the time since the command. */
  log?: (sinceCommandMs: number) => string | undefined
}

/** A BMC, a clock and a database in one: everything that happens is in `log`, in order. */
export async function play(step: ControlStep, script: Script, abortWhen?: (log: readonly string[]) => boolean) {
  const log: string[] = []
  const sent: Command[] = []
  const shown: string[] = []
  const stop = new AbortController()
  let nowMs = startMs
  let commandAtMs: number | null = step.sentAt?.getTime() ?? null
  let outcome: StepOutcome | undefined
  let begun = step.commands.length
  const note = (text: string) => {
    log.push(text)
    if (abortWhen?.(log)) stop.abort()
  }
  const world: StepWorld = {
    nowMs: () => nowMs,
    sleep: async (ms) => void (nowMs += ms),
    timing: usualTiming,
    plan(command) {
      if (typeof script.plan === 'string') return { refused: script.plan }
      if (script.lacks?.includes(command)) return { refused: `no ${command}` }
      return { commands: command === step.action ? (script.plan ?? [command]) : [command] }
    },
    readPower: async () => {
      nowMs += 10
      const reading = script.power(commandAtMs === null ? null : nowMs - commandAtMs, [...step.commands, ...sent])
      if (reading instanceof Error) throw reading
      return reading
    },
    isThere: async () => {
      nowMs += 10
      return script.isThere?.(nowMs - (commandAtMs ?? nowMs)) ?? true
    },
    readBmc: async () => {
      nowMs += 10
      const reading = script.readBmc?.(commandAtMs === null ? null : nowMs - commandAtMs) ?? { state: 'on' as const }
      if (reading instanceof Error) throw reading
      return reading
    },
    readBoot: async () => {
      const boot = script.boot?.(commandAtMs === null ? null : nowMs - commandAtMs) ?? null
      if (boot instanceof Error) throw boot
      return boot
    },
    readPowerCap: async () => {
      const cap = script.cap?.(commandAtMs === null ? null : nowMs - commandAtMs) ?? null
      if (cap instanceof Error) throw cap
      return cap
    },
    readLogMark: async () => (script.log === undefined ? undefined : '17'),
    findRestart: async () => script.log?.(nowMs - (commandAtMs ?? nowMs)),
    send: async (command) => {
      note(`send ${command}`)
      sent.push(command)
      commandAtMs = nowMs
      const answer = script.answer?.(command) ?? { kind: 'accepted' as const }
      if (answer instanceof Error) throw answer
      return answer
    },
    begin: async ({ command, completes }) => {
      const answer = script.begin?.(begun) ?? 'committed'
      if (answer instanceof Error) throw answer
      begun++
      note(`commit ${command}${completes ? ' to complete' : ''}`)
      return answer
    },
    markSent: async () => note('sent'),
    keepBaseline: async ({ seenOff }) => note(`keep seenOff=${seenOff}`),
    readBaseline: async () => script.baseline ?? null,
    finish: async (result) => {
      outcome = result
      note(`finish ${result.state}`)
    },
    refuseUnaudited: async (message) => note(`unaudited ${message}`),
    show: (power) => {
      if (shown.at(-1) !== power) shown.push(power)
    },
  }
  await runStep(step, world, stop.signal)
  return { log, sent, shown, outcome, tookMs: nowMs - startMs }
}
