import type { BootTarget, Machine } from '../machine.ts'
import type { Medium } from '../media/drives.ts'
import { bootLife } from './boot.ts'
import { shutDown } from './kernel.ts'
import type { Host, Life, Wait } from './life.ts'

/** One listener at the serial port of a machine, as the BMC's UART is wired to it. What is printed while it is not attached is gone. */
export interface SerialLine {
  /** `onChange` is called when there is output to read, when typed characters find room again, and when power changes. */
  attach: (onChange: () => void) => void
  detach: () => void
  /** Whether somebody listens on this line: whoever comes second is told that it is taken. */
  isAttached: () => boolean
  /** Takes at most so many characters of what the host printed. */
  read: (most: number) => Buffer
  /** Types; gives how many characters there was room for. */
  write: (characters: Buffer) => number
  sendBreak: () => void
  isPowered: () => boolean
  /** For tests: the host prints this now. */
  print: (text: string) => void
}

/** The port, and the line that SOL has of it. */
export interface SerialPort extends SerialLine {
  /** Another listener: what the host prints reaches all that are attached, and it waits for the slowest. */
  openLine: () => SerialLine
}

interface Listener {
  onChange: () => void
  attachedAtMs: number
  output: Buffer[]
  outputLength: number
}

/** Above this the host waits, as a UART with flow control makes it. */
const outputLimit = 4096
const inputLimit = 128
/** A life that was left alone is caught up by so many steps; then it goes on from now. */
const mostStepsToCatchUp = 20_000
const sysRqWithinMs = 5000

export function createSerialPort(machine: Machine, medium: () => Medium | undefined = () => undefined): SerialPort {
  const listeners = new Set<Listener>()
  let unwatch: (() => void) | undefined
  let timer: NodeJS.Timeout | undefined
  let input: string[] = []
  let sysRqUntilMs = 0
  let isPumping = false

  let runId: number | undefined
  let isShuttingDown = false
  let life: Life | undefined
  let wait: Wait | undefined
  let clockMs = 0
  let host: Host | undefined

  /** Follows the machine: another run is another life, and a graceful shutdown changes the one there is. */
  function follow(): void {
    const power = machine.power()
    const run = machine.run()
    if (run?.id !== runId) {
      runId = run?.id
      isShuttingDown = false
      wait = undefined
      input = []
      life = undefined
      if (run) {
        clockMs = run.startedMs
        host = newHost(run.startedMs)
        life = bootLife(host)
      }
    }
    if (power === 'poweringOff' && !isShuttingDown && host) {
      isShuttingDown = true
      wait = undefined
      clockMs = Math.max(clockMs, machine.now())
      life = shutDown(host)
    }
  }

  function newHost(startedMs: number): Host {
    return {
      identity: machine.identity,
      now: () => clockMs,
      startedMs,
      kernelRuns: false,
      kernelStartedMs: startedMs,
      window: { rows: 24, columns: 80 },
      bootsFrom,
      medium,
      act: machine.hostActs,
    }
  }

  /** Until it has started, what the override says; then what it said. */
  function bootsFrom(): BootTarget {
    if (machine.power() !== 'poweringOn') return machine.bootedFrom()
    const { enabled, target } = machine.bootOverride()
    return enabled === 'disabled' ? 'none' : target
  }

  const isFull = () => [...listeners].some((one) => one.outputLength >= outputLimit)

  function tell(isWorthIt: (listener: Listener) => boolean): void {
    for (const listener of [...listeners].filter(isWorthIt)) listener.onChange()
  }

  function pump(): void {
    if (isPumping || listeners.size === 0) return
    isPumping = true
    const hadRoom = input.length < inputLimit
    for (let steps = 0; ; steps++) {
      follow()
      if (!life || isFull()) break
      if (steps === mostStepsToCatchUp) clockMs = Math.max(clockMs, machine.now())
      const key = wait && !wait.deaf ? input.shift() : undefined
      if (wait && key === undefined && wait.untilMs > machine.now()) break
      if (wait) clockMs = key === undefined ? Math.max(clockMs, wait.untilMs) : machine.now()
      wait = undefined
      const step = life.next(key)
      if (step.done === true) life = undefined
      else if (typeof step.value === 'string') emit(step.value)
      else wait = step.value
    }
    isPumping = false
    arm()
    const hasRoomAgain = !hadRoom && input.length < inputLimit
    tell((listener) => hasRoomAgain || listener.outputLength > 0)
  }

  function emit(text: string): void {
    const bytes = Buffer.from(text.replaceAll(/\r?\n/g, '\r\n'))
    for (const listener of listeners) {
      if (clockMs < listener.attachedAtMs) continue
      listener.output.push(bytes)
      listener.outputLength += bytes.length
    }
  }

  /** Printed by the kernel itself, whatever the life is at. */
  function say(text: string): void {
    clockMs = Math.max(clockMs, machine.now())
    emit(text)
  }

  function arm(): void {
    clearTimeout(timer)
    const dueMs = Math.min(wait?.untilMs ?? Infinity, machine.dueMs() ?? Infinity)
    if (dueMs === Infinity || isFull()) return
    timer = setTimeout(pump, Math.min(60_000, Math.max(1, dueMs - machine.now()))).unref()
  }

  function pressSysRq(key: string): void {
    sysRqUntilMs = 0
    const at = `[${((machine.now() - (host?.kernelStartedMs ?? 0)) / 1000).toFixed(6).padStart(12)}] `
    if (key === 'b' || key === 'o') {
      say(`${at}sysrq: ${key === 'b' ? 'Resetting' : 'Power Off'}\n`)
      machine.hostActs(key === 'b' ? 'reboot' : 'poweroff')
    } else if (key === 's') say(`${at}sysrq: Emergency Sync\n${at}Emergency Sync complete\n`)
    else say(`${at}sysrq: HELP : loglevel(0-9) reboot(b) crash(c) sync(s) show-memory-usage(m) poweroff(o) unmount(u)\n`)
  }

  function onPower(): void {
    pump()
    tell(() => true)
  }

  function openLine(): SerialLine {
    let mine: Listener | undefined
    return {
      attach(onChange) {
        if (mine) listeners.delete(mine)
        mine = { onChange, attachedAtMs: machine.now(), output: [], outputLength: 0 }
        listeners.add(mine)
        unwatch ??= machine.watch(onPower)
        pump()
      },
      detach() {
        if (mine) listeners.delete(mine)
        mine = undefined
        // The others may have waited for this one.
        if (listeners.size > 0) return void setImmediate(pump)
        unwatch?.()
        unwatch = undefined
        clearTimeout(timer)
      },
      isAttached: () => mine !== undefined,
      read(most) {
        if (!mine) return Buffer.alloc(0)
        const all = Buffer.concat(mine.output)
        mine.output = all.length > most ? [all.subarray(most)] : []
        mine.outputLength = Math.max(0, all.length - most)
        // The host has room again; what it prints now is read by the next call.
        if (mine.outputLength < outputLimit) setImmediate(pump)
        return all.subarray(0, most)
      },
      ...wire,
    }
  }

  const wire = {
    write(characters: Buffer) {
      follow()
      let count = 0
      for (const byte of characters) {
        const key = String.fromCharCode(byte)
        if (sysRqUntilMs > machine.now()) pressSysRq(key)
        else if (input.length < inputLimit) input.push(key)
        else break
        count++
      }
      setImmediate(pump)
      return count
    },
    sendBreak() {
      if (host?.kernelRuns === true) sysRqUntilMs = machine.now() + sysRqWithinMs
    },
    isPowered: () => machine.run() !== undefined,
    print(text: string) {
      say(text)
      tell(() => true)
    },
  }

  return { ...openLine(), openLine }
}
