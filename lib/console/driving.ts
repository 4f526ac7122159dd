import type { BmcConsole } from '#lib/bmc/console.ts'
import type { ConsoleEvent, ConsoleFrame, ConsoleRequest, ConsoleState, RefusedReason } from '#lib/domain/console.ts'
import { greatestWaiting, toShown, type Person, type Viewer } from './viewers.ts'

export type ConsoleDeed = 'console-take-over' | 'console-break' | 'console-sysrq' | 'console-take-session'

/** Writes to the audit before the deed; when it rejects, the deed is not done. */
export type AuditDeed = (person: Person, deed: ConsoleDeed, more?: { target?: string | null; detail?: Record<string, unknown> }) => Promise<void>

export type DrivingOptions = {
  node: string
  viewers: ReadonlySet<Viewer>
  console: () => BmcConsole | undefined
  state: () => ConsoleState
  retry: () => void
  takeSession: () => void
  mark: (event: ConsoleEvent) => void
  /** Tells everybody who is there and who drives. */
  tell: (frame: ViewersFrame) => void
  audit: AuditDeed
  complain: (text: string) => void
}

export type ViewersFrame = Extract<ConsoleFrame, { type: 'viewers' }>

/** What viewers may do to the console: one of them drives, and what they send is done in the order of its sending. */
export type Driving = {
  joined: (viewer: Viewer) => void
  left: (viewer: Viewer) => void
  type: (viewer: Viewer, bytes: Buffer) => void
  ask: (viewer: Viewer, request: ConsoleRequest) => void
  driver: () => Viewer | null
  close: () => void
}

const wheelMs = 15_000
const greatestTyping = 64 * 1024
const asksPerSecond = 20
const refusedEveryMs = 1_000

export function createDriving(options: DrivingOptions): Driving {
  const { viewers, mark } = options
  let driver: Viewer | null = null
  /** The driver whose line broke: the wheel is kept for a moment, as a page that is reloaded comes back. */
  let held: { person: Person; timer: NodeJS.Timeout } | null = null
  let typing = 0

  function tellViewers(): void {
    options.tell({ type: 'viewers', viewers: [...viewers].map(toShown), driver: driver?.id ?? null, heldFor: held?.person.name ?? null })
  }

  function letGo(): void {
    if (held === null) return
    clearTimeout(held.timer)
    held = null
  }

  function drive(viewer: Viewer): void {
    letGo()
    driver = viewer
    tellViewers()
  }

  /** What one viewer sends is done in its order, although a break waits for the audit. */
  function receive(viewer: Viewer, work: () => Promise<void> | undefined): void {
    if (viewer.isGone) return
    const done = viewer.tail === undefined ? work() : viewer.tail.then(work)
    if (done === undefined) return
    const tail = done.catch((error: unknown) => options.complain(`the console of ${options.node}: ${String(error)}`)).finally(() => {
      if (viewer.tail === tail) viewer.tail = undefined
    })
    viewer.tail = tail
  }

  function refuse(viewer: Viewer, what: string, reason: RefusedReason): undefined {
    const nowMs = performance.now()
    const isRepeated = what === 'type' && nowMs - viewer.refusedAtMs < refusedEveryMs
    if (isRepeated || viewer.isGone || viewer.socket.waiting() > greatestWaiting) return
    viewer.refusedAtMs = nowMs
    viewer.socket.sendFrame({ type: 'refused', what, reason }, () => {})
  }

  function mayDrive(viewer: Viewer, what: string): boolean {
    if (viewer.mode === 'watch') refuse(viewer, what, 'watch-only')
    else if (driver === viewer) return true
    else if (driver === null && held === null) {
      drive(viewer)
      return true
    } else refuse(viewer, what, 'not-driver')
    return false
  }

  function typed(viewer: Viewer, bytes: Buffer): undefined {
    if (viewer.isGone || !mayDrive(viewer, 'type')) return
    const console = options.console()
    if (console === undefined) return refuse(viewer, 'type', 'not-open')
    viewer.bytesIn += bytes.length
    typing += bytes.length
    if (typing > greatestTyping) viewer.socket.pause()
    console
      .write(bytes)
      .then(
        (outcome) => outcome === 'refused' && refuse(viewer, 'type', 'host-unavailable'),
        () => refuse(viewer, 'type', 'bmc'),
      )
      .finally(() => {
        typing -= bytes.length
        if (typing <= greatestTyping / 2) for (const one of viewers) one.socket.resume()
      })
  }

  function isTooFast(viewer: Viewer): boolean {
    const second = Math.floor(performance.now() / 1000)
    if (viewer.asked.second !== second) viewer.asked = { second, count: 0 }
    viewer.asked.count += 1
    return viewer.asked.count > asksPerSecond
  }

  function asked(viewer: Viewer, request: ConsoleRequest): Promise<void> | undefined {
    if (isTooFast(viewer)) return refuse(viewer, request.type, 'too-fast')
    switch (request.type) {
      case 'take':
        return take(viewer)
      case 'release':
        if (driver === viewer) {
          driver = null
          tellViewers()
        }
        return
      case 'size':
        if (mayDrive(viewer, 'size')) mark({ kind: 'size', by: viewer.person.name, columns: request.columns, rows: request.rows })
        return
      case 'break':
        return sendBreak(viewer, null)
      case 'sysrq':
        return sendBreak(viewer, request.key)
      case 'takeSession':
        return takeSession(viewer)
      case 'retry':
        if (viewer.mode === 'watch') return refuse(viewer, 'retry', 'watch-only')
        options.retry()
        return
    }
  }

  /** The audit row first. False when it could not be written: then the deed is not done. */
  async function audited(viewer: Viewer, what: string, ...deed: [ConsoleDeed, Parameters<AuditDeed>[2]?]): Promise<boolean> {
    try {
      await options.audit(viewer.person, ...deed)
      return true
    } catch (error) {
      options.complain(`the console of ${options.node}: ${deed[0]} was not done, as it could not be audited: ${String(error)}`)
      refuse(viewer, what, 'audit-away')
      return false
    }
  }

  async function take(viewer: Viewer): Promise<void> {
    if (viewer.mode === 'watch') return refuse(viewer, 'take', 'watch-only')
    if (driver === viewer) return
    const from = driver?.person.name ?? held?.person.name ?? null
    if (from === null) return drive(viewer)
    if (!(await audited(viewer, 'take', 'console-take-over', { target: from })) || viewer.isGone) return
    mark({ kind: 'takeOver', by: viewer.person.name, from })
    for (const one of viewers) if (one.socket.waiting() < greatestWaiting) one.socket.sendFrame({ type: 'takenOver', by: viewer.person.name, from }, () => {})
    drive(viewer)
  }

  async function sendBreak(viewer: Viewer, key: string | null): Promise<void> {
    const what = key === null ? 'break' : 'sysrq'
    if (!mayDrive(viewer, what)) return
    const open = options.console()
    if (open === undefined) return refuse(viewer, what, 'not-open')
    // A SysRq key without its break would be typed to whatever reads the line.
    if (!open.canBreak) return refuse(viewer, what, 'no-break')
    if (!(await audited(viewer, what, key === null ? 'console-break' : 'console-sysrq', { detail: key === null ? {} : { key } }))) return
    const console = options.console()
    if (console === undefined || driver !== viewer) return refuse(viewer, what, 'not-open')
    if (!console.canBreak) return refuse(viewer, what, 'no-break')
    const by = viewer.person.name
    mark(key === null ? { kind: 'break', by } : { kind: 'sysrq', by, key })
    // Queued together, so that nothing comes between the break and its key.
    const outcomes = [console.sendBreak(), ...(key === null ? [] : [console.write(Buffer.from(key))])]
    const settled = await Promise.allSettled(outcomes)
    if (settled.some((one) => one.status === 'rejected')) refuse(viewer, what, 'bmc')
    else if (settled.some((one) => one.status === 'fulfilled' && one.value === 'refused')) refuse(viewer, what, 'host-unavailable')
  }

  async function takeSession(viewer: Viewer): Promise<void> {
    if (viewer.mode === 'watch') return refuse(viewer, 'takeSession', 'watch-only')
    if (options.state() !== 'busy') return refuse(viewer, 'takeSession', 'not-open')
    if (!(await audited(viewer, 'takeSession', 'console-take-session'))) return
    mark({ kind: 'takeSession', by: viewer.person.name })
    options.takeSession()
  }

  function mayBegin({ mode, person }: Viewer): boolean {
    if (mode === 'watch') return false
    return held === null ? driver === null && viewers.size === 1 : held.person.id === person.id
  }

  return {
    joined(viewer) {
      if (mayBegin(viewer)) drive(viewer)
      else tellViewers()
    },
    left(viewer) {
      if (driver === viewer) {
        driver = null
        const timer = setTimeout(() => {
          held = null
          tellViewers()
        }, wheelMs)
        held = { person: viewer.person, timer }
      }
      tellViewers()
    },
    type: (viewer, bytes) => receive(viewer, () => typed(viewer, bytes)),
    ask: (viewer, request) => receive(viewer, () => asked(viewer, request)),
    driver: () => driver,
    close: letGo,
  }
}
