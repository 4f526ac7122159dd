import type { PowerState, ResetType } from '#lib/domain/power.ts'
import { createFanBank, type FanBank } from './fans.ts'
import { createMachineLog, type MachineLog } from './machine-log.ts'
import type { Identity } from './makes.ts'
import { calm, conditions, warmthAt, type Circumstances, type Conditions, type Warmth } from './physics.ts'
import { cappedWatts, freshPowerCap, type PowerCap } from './power-cap.ts'
import { read, sensorModels, type SensorModel } from './sensors.ts'

export type MachinePower = Exclude<PowerState, 'unknown'>
export type Face = 'redfish' | 'ipmi'

/** Why the host last started, in the words of IPMI 2.0 §28.11 (Get System Restart Cause). */
export type RestartCause = 'unknown' | 'chassisControl' | 'resetButton' | 'powerUpButton' | 'softReset' | 'powerCycle'

export type BootTarget = 'none' | 'pxe' | 'http' | 'disk' | 'cd' | 'usb' | 'setup' | 'diagnostics'
export interface BootOverride {
  enabled: 'disabled' | 'once' | 'always'
  target: BootTarget
  mode: 'uefi' | 'legacy'
  uri?: string
}

/** What the host does when the mains comes back (IPMI 2.0 §28.8). */
export const restorePolicies = ['always-off', 'previous', 'always-on'] as const
export type RestorePolicy = (typeof restorePolicies)[number]

export type IndicatorState = 'off' | 'on' | 'blinking'

/** Which commands a machine carries out; it takes the others and does nothing. `force`: its operating system hangs. */
export type Obedience = 'all' | 'force' | 'nothing'

/** What a running operating system does, and not the chassis. */
const asksSystem: ReadonlySet<ResetType> = new Set(['GracefulShutdown', 'GracefulRestart', 'PushPowerButton'])

/** One control command as it arrived: tests count these to prove that a command was sent once. */
export interface CommandRecord {
  atMs: number
  action: ResetType | 'ResetBmc'
  face: Face
}

/** How long the parts of a power change take. */
export interface Timing {
  powerOnMs: number
  gracefulShutdownMs: number
  /** How long a cycled machine stays off. */
  cycleOffMs: number
  /** How long a BMC that resets itself is away. */
  bmcAwayMs: number
  /** The shortest that mounting an image takes, where it becomes a task. */
  mountMs: number
}

export const usualTiming: Timing = { powerOnMs: 3000, gracefulShutdownMs: 5000, cycleOffMs: 2000, bmcAwayMs: 15_000, mountMs: 1500 }

/** One run of the host, from the moment it gets power or is reset until it is off or reset again. */
export interface HostRun {
  id: number
  startedMs: number
}

export interface MachineOptions {
  identity: Identity
  seed: number
  /** Milliseconds since 1970; a test gives its own. */
  now: () => number
  initialPower?: 'on' | 'off'
  sensorCount?: number
  timing?: Partial<Timing>
  circumstances?: Circumstances
  logCapacity?: number
}

export interface Machine {
  readonly identity: Identity
  readonly sensors: readonly SensorModel[]
  readonly log: MachineLog
  readonly fans: FanBank
  readonly commands: readonly CommandRecord[]
  now: () => number
  /** A moment, now if none is given, by the BMC's clock. */
  bmcTime: (atMs?: number) => number
  /** Sets the BMC's clock: to so many milliseconds since 1970, whatever was wrong with it before. */
  setBmcTime: (ms: number) => void
  power: () => MachinePower
  /** The run of the host now; undefined while it is off. */
  run: () => HostRun | undefined
  /** What the host does to itself: no command of the BMC, so not among `commands`. */
  hostActs: (action: 'reboot' | 'poweroff') => void
  /** Calls `listener` when power or run may have changed, or will by themselves; gives the function that ends it. */
  watch: (listener: () => void) => () => void
  /** When the next change happens by itself; undefined when none is due. */
  dueMs: () => number | undefined
  /** Takes a reset as a BMC would; what it does shows later in `power()`. */
  reset: (action: ResetType, face: Face) => void
  /** Takes a reset of the BMC itself; the host goes on. */
  resetBmc: (face: Face) => void
  /** Calls `listener` when the BMC goes away for so many milliseconds. */
  whenBmcGoes: (listener: (awayMs: number) => void) => void
  /** When the BMC has started last. */
  bmcStartedMs: () => number
  setObedience: (obeys: Obedience) => void
  setCircumstances: (circumstances: Circumstances) => void
  circumstances: () => Circumstances
  conditions: () => Conditions
  /** The value of a sensor now; `null` when it has none. */
  reading: (sensor: SensorModel) => number | null
  lastResetMs: () => number
  restartCause: () => RestartCause
  indicator: () => IndicatorState
  /** Lights the locate light, for good or for `seconds`. */
  setIndicator: (state: IndicatorState, seconds?: number) => void
  restorePolicy: () => RestorePolicy
  setRestorePolicy: (policy: RestorePolicy) => void
  /** What limits its watts; changed in place. */
  powerCap: PowerCap
  bootOverride: () => BootOverride
  /** `forSeconds`: forgotten after so long without a power command (IPMI 2.0 table 28-14, parameter 3). */
  setBootOverride: (override: BootOverride, forSeconds?: number) => void
  /** From what the host has started last: what its override said then, `none` for the firmware's own choice. */
  bootedFrom: () => BootTarget
}

interface Transition {
  atMs: number
  apply: (atMs: number) => void
}

const noOverride: BootOverride = { enabled: 'disabled', target: 'none', mode: 'uefi' }

/**
 * One simulated server. Nothing ticks: a change that takes time is kept as a list of due transitions, applied when somebody
 * looks, so a thousand idle machines cost nothing and a test's clock is the only clock.
 */
export function createMachine(options: MachineOptions): Machine {
  const { identity, seed, now } = options
  const timing: Timing = { ...usualTiming, ...options.timing }
  const sensors = sensorModels(options.sensorCount)
  const log = createMachineLog(options.logCapacity ?? 512, bmcTime)
  const fans: FanBank = createFanBank(now, () => currentConditions().fanDuty * 100)
  const commands: CommandRecord[] = []
  const startedMs = now()
  const startsOn = options.initialPower !== 'off'

  let power: MachinePower = startsOn ? 'on' : 'off'
  let warmth: Warmth = { share: startsOn ? 1 : 0, atMs: startedMs, powered: startsOn }
  let transitions: Transition[] = []
  let circumstances = options.circumstances ?? calm
  let obeys: Obedience = 'all'
  let lastResetMs = startedMs - 86_400_000
  let restartCause: RestartCause = 'powerUpButton'
  let indicator: { state: IndicatorState; untilMs: number } = { state: 'off', untilMs: Infinity }
  const powerCap = freshPowerCap()
  let restorePolicy: RestorePolicy = 'previous'
  let clockAheadMs: number | undefined
  let bootOverride = noOverride
  let overrideUntilMs = Infinity
  let bootedFrom: BootTarget = 'none'
  let lastConditions: Conditions | undefined
  let lastHeld: readonly (number | null)[] = []
  let run: HostRun | undefined = startsOn ? { id: 1, startedMs: lastResetMs } : undefined
  let runs = 1
  const watchers = new Set<() => void>()
  const bmcListeners: ((awayMs: number) => void)[] = []
  let bmcStartedMs = startedMs - 86_400_000

  function bmcTime(atMs = now()): number {
    if (clockAheadMs !== undefined) return atMs + clockAheadMs
    const { clockError } = circumstances
    return Math.max(0, clockError === 'unset' ? atMs - startedMs : atMs + clockError)
  }

  const tellWatchers = () => watchers.forEach((listener) => listener())

  function startRun(atMs: number): void {
    run = { id: ++runs, startedMs: atMs }
  }

  function settle(): void {
    const nowMs = now()
    if (transitions.length === 0 || transitions[0]!.atMs > nowMs) return
    while (transitions.length > 0 && transitions[0]!.atMs <= nowMs) {
      const due = transitions.shift()!
      due.apply(due.atMs)
    }
    tellWatchers()
  }

  function setPower(next: MachinePower, atMs: number): void {
    const powered = next === 'on' || next === 'poweringOff'
    if (powered !== warmth.powered) {
      warmth = { share: warmthAt(warmth, atMs), atMs, powered }
      log.add(atMs, { what: powered ? 'poweredOn' : 'poweredOff' })
    }
    power = next
    lastConditions = undefined
    if (next === 'off') run = undefined
  }

  function boot(atMs: number, cause: RestartCause): void {
    restartCause = cause
    lastResetMs = atMs
    log.add(atMs, { what: 'booted' })
    bootedFrom = bootOverride.enabled === 'disabled' ? 'none' : bootOverride.target
    if (bootOverride.enabled === 'once') clearOverride()
  }

  function bmcGoes(nowMs: number): void {
    bmcStartedMs = nowMs + timing.bmcAwayMs
    for (const listener of bmcListeners) listener(timing.bmcAwayMs)
  }

  function clearOverride(): void {
    bootOverride = { ...noOverride, mode: bootOverride.mode }
    overrideUntilMs = Infinity
  }

  function startUp(fromMs: number, cause: RestartCause): Transition {
    setPower('poweringOn', fromMs)
    startRun(fromMs)
    return {
      atMs: fromMs + timing.powerOnMs,
      apply(atMs) {
        setPower('on', atMs)
        boot(atMs, cause)
      },
    }
  }

  /** What each reset does from each state; a state that is missing ignores it, as real chassis do. */
  function begin(action: ResetType, nowMs: number): Transition[] {
    const isOff = power === 'off'
    const isUp = power === 'on' || power === 'poweringOff'
    switch (action) {
      case 'On':
        return isOff ? [startUp(nowMs, 'chassisControl')] : transitions
      case 'ForceOff':
        if (!isOff) setPower('off', nowMs)
        return []
      case 'GracefulShutdown':
        if (power !== 'on') return transitions
        setPower('poweringOff', nowMs)
        return [{ atMs: nowMs + timing.gracefulShutdownMs, apply: (atMs) => setPower('off', atMs) }]
      case 'GracefulRestart':
        if (power !== 'on') return transitions
        return [{ atMs: nowMs + timing.gracefulShutdownMs, apply: (atMs) => restart(atMs, 'softReset') }]
      case 'ForceRestart':
        if (isUp) restart(nowMs, 'chassisControl')
        return isUp ? [] : transitions
      case 'PowerCycle':
        if (!isUp) return transitions
        setPower('off', nowMs)
        return [
          {
            atMs: nowMs + timing.cycleOffMs,
            apply(atMs) {
              transitions.push(startUp(atMs, 'powerCycle'))
            },
          },
        ]
      case 'FullPowerCycle':
        // The BMC's power goes with the host's; both come back as they were (DSP2046 2024.4).
        bmcGoes(nowMs)
        if (isOff) return transitions
        setPower('off', nowMs)
        return [{ atMs: nowMs + timing.bmcAwayMs, apply: (atMs) => void transitions.push(startUp(atMs, 'powerCycle')) }]
      case 'PushPowerButton':
        return begin(isOff ? 'On' : 'GracefulShutdown', nowMs)
      case 'Nmi':
        if (isUp) log.add(nowMs, { what: 'nmi' })
        return transitions
    }
  }

  function restart(atMs: number, cause: RestartCause): void {
    setPower('on', atMs)
    startRun(atMs)
    log.add(atMs, { what: 'restarted' })
    boot(atMs, cause)
  }

  function currentConditions(): Conditions {
    settle()
    // Whole seconds: both protocols, asked in the same second, answer the same.
    const second = Math.floor(now() / 1000) * 1000
    const held = fans.held()
    if (lastConditions?.nowMs !== second || [...held, fans.least()].some((percent, i) => percent !== lastHeld[i])) {
      lastConditions = conditions(seed, circumstances, warmth, second, { held, least: fans.least(), heat: fans.heat(second) })
      lastHeld = [...held, fans.least()]
    }
    return { ...lastConditions, watts: cappedWatts(lastConditions.watts, powerCap) }
  }

  return {
    identity,
    sensors,
    log,
    fans,
    commands,
    now,
    bmcTime,
    setBmcTime(ms) {
      clockAheadMs = ms - now()
    },
    power() {
      settle()
      return power
    },
    reset(action, face) {
      settle()
      const nowMs = now()
      commands.push({ atMs: nowMs, action, face })
      if (nowMs >= overrideUntilMs) clearOverride()
      overrideUntilMs = Infinity
      const isHeard = obeys === 'all' || (obeys === 'force' && !(asksSystem.has(action) && power === 'on'))
      if (isHeard) transitions = begin(action, nowMs)
      tellWatchers()
    },
    resetBmc(face) {
      commands.push({ atMs: now(), action: 'ResetBmc', face })
      if (obeys !== 'nothing') bmcGoes(now())
    },
    whenBmcGoes: (listener) => void bmcListeners.push(listener),
    bmcStartedMs: () => bmcStartedMs,
    run() {
      settle()
      return run
    },
    hostActs(action) {
      settle()
      if (run === undefined) return
      transitions = []
      if (action === 'reboot') restart(now(), 'softReset')
      else setPower('off', now())
      tellWatchers()
    },
    watch(listener) {
      watchers.add(listener)
      return () => watchers.delete(listener)
    },
    dueMs: () => transitions[0]?.atMs,
    setObedience(next) {
      obeys = next
    },
    setCircumstances(next) {
      circumstances = next
      lastConditions = undefined
    },
    circumstances: () => circumstances,
    conditions: currentConditions,
    reading: (sensor) => (sensor.kind === 'supply' ? null : read(sensor, currentConditions(), seed)),
    lastResetMs() {
      settle()
      return lastResetMs
    },
    restartCause() {
      settle()
      return restartCause
    },
    indicator: () => (now() < indicator.untilMs ? indicator.state : 'off'),
    setIndicator(state, seconds) {
      indicator = { state, untilMs: seconds === undefined ? Infinity : now() + seconds * 1000 }
    },
    restorePolicy: () => restorePolicy,
    setRestorePolicy(policy) {
      restorePolicy = policy
    },
    powerCap,
    bootOverride() {
      settle()
      if (now() >= overrideUntilMs) clearOverride()
      return bootOverride
    },
    setBootOverride(override, forSeconds) {
      bootOverride = override
      overrideUntilMs = forSeconds === undefined ? Infinity : now() + forSeconds * 1000
    },
    bootedFrom() {
      settle()
      return bootedFrom
    },
  }
}
