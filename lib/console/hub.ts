import { randomBytes } from 'node:crypto'
import type { BmcConsole, ConsoleOptions } from '#lib/bmc/console.ts'
import {
  closeCodes,
  type CaptureSetting,
  type ConsoleEvent,
  type ConsoleMark,
  type ConsoleMode,
  type ConsolePlace,
  type ConsoleRequest,
  type ConsoleStatus,
} from '#lib/domain/console.ts'
import { isFreshStart } from '#lib/domain/reset-rules.ts'
import { createDriving, type AuditDeed } from './driving.ts'
import { createLink } from './link.ts'
import { createScreen, type Picture } from './screen.ts'
import type { Entry, Store, Stored } from './store.ts'
import { createTimeline, type Cursor, type Timeline } from './timeline.ts'
import { pump, sendScreen, type Person, type PumpOptions, type Viewer, type ViewerSocket } from './viewers.ts'

export type HubOptions = {
  node: string
  open: (options: ConsoleOptions) => Promise<BmcConsole>
  answers: (signal: AbortSignal) => Promise<boolean>
  store: Store
  capture: CaptureSetting
  audit: AuditDeed
  complain: (text: string) => void
  /** The first output after a command that starts the host, by the name of that. */
  onFirstOutput?: (after: string) => void
}

/** What a viewer has behind it when it goes: for the audit. */
export type Visit = { bytesIn: number; bytesOut: number; seconds: number }

export type ViewerHandle = {
  type: (bytes: Buffer) => void
  ask: (request: ConsoleRequest) => void
  leave: () => Visit
}

/** One node's console: one serial session, one screen, one history, any number of viewers of whom one drives. */
export type Hub = {
  readonly node: string
  status: () => ConsoleStatus
  viewers: () => readonly Viewer[]
  /** Whose keys reach the node; null while nobody's do. */
  driver: () => Viewer | null
  /** Null when there are too many already. `onStatus` is told of each state of the console while they are there, the present one first. */
  join: (person: Person, mode: ConsoleMode, place: ConsolePlace | null, socket: ViewerSocket, onStatus?: (status: ConsoleStatus) => void) => ViewerHandle | null
  setCapture: (capture: CaptureSetting) => void
  mark: (event: ConsoleEvent) => void
  /** The store's word on whether the history can be written. Without it a console whose capture is `required` is closed. */
  setRecorded: (works: boolean) => void
  /** The BMC, its address or its password has changed: try again what was given up. */
  retry: () => void
  /** Nobody looks, nothing is captured, and the ten minutes are over. */
  isIdle: () => boolean
  /** Closes the serial session, writes the history and sends everybody away. */
  close: (code?: number) => Promise<void>
}

const keepBytes = 256 * 1024
const checkpointEveryBytes = 64 * 1024
const lingerMs = 10 * 60_000
const mostViewers = 32
/** How often a console that is closed because it cannot be recorded tries to write again. */
const recordAgainMs = 5_000
const firstSize = { columns: 80, rows: 24 }
/** More output than this that is not parsed, or that the fastest viewer has not had, and the BMC is slowed down. */
const greatestUnparsed = 512 * 1024
const greatestLag = 128 * 1024
/** A BMC may say again what it kept of the last session when one is opened (OpenIPMI's `history`): for so long output is no news of the host. */
const replayMs = 1_500
/** A viewer that takes nothing for so long is not waited for. */
const stuckMs = 2_000

/** Opens a hub with the history that its store has. Nothing is asked of the BMC until somebody joins, or it is always captured. */
export async function openHub(options: HubOptions): Promise<Hub> {
  return createHub(options, await options.store.read())
}

function rebuild(stored: readonly Stored[]): { timeline: Timeline; lastEntries: readonly Entry[]; last: Stored['checkpoint'] } {
  const origin = stored[0]?.checkpoint ?? { offset: 0, markId: 0, ...firstSize, screen: Buffer.alloc(0) }
  const timeline = createTimeline(origin, keepBytes)
  for (const { checkpoint, entries } of stored) {
    // A gap (a file that cannot be read) ends what is one stream: begin at what comes after it.
    if (checkpoint.offset !== timeline.end()) return rebuild(stored.slice(stored.findIndex((one) => one.checkpoint === checkpoint)))
    timeline.checkpoint(checkpoint)
    for (const entry of entries) {
      if (Buffer.isBuffer(entry)) timeline.append(entry)
      else timeline.mark(entry)
    }
  }
  return { timeline, last: stored.at(-1)?.checkpoint ?? origin, lastEntries: stored.at(-1)?.entries ?? [] }
}

function createHub(options: HubOptions, stored: readonly Stored[]): Hub {
  const { store } = options
  const stream = randomBytes(8).toString('hex')
  const { timeline, last, lastEntries } = rebuild(stored)
  const screen = createScreen(last, onFlow)
  screen.write(last.screen)
  for (const entry of lastEntries) {
    if (Buffer.isBuffer(entry)) screen.write(entry)
    else if (entry.kind === 'size') screen.resize(entry.columns, entry.rows)
  }
  const viewers = new Set<Viewer>()
  let capture = options.capture
  let nextViewer = 1
  let linger: NodeJS.Timeout | undefined
  let isPaused = false
  let unstick: NodeJS.Timeout | undefined
  let checkpointing: Promise<void> | null = null
  let checkpointedAt = -Infinity
  let isClosed = false
  let isRecorded = true
  /** The command that starts the host, until something comes out after it. */
  let startedBy: string | null = null
  let openedAtMs = -Infinity
  let recordAgain: NodeJS.Timeout | undefined

  const link = createLink({
    open: options.open,
    answers: options.answers,
    isWatched: () => viewers.size > 0,
    isOurs: () => store.wasHolding(70_000),
    onBytes,
    onStatus(status) {
      store.setHolding(status.state === 'open' || status.state === 'lost')
      if (status.state === 'open') openedAtMs = performance.now()
      tellStatus()
    },
    onEvent: mark,
  })
  const pumping: PumpOptions = { timeline, stream, picture: pictureNow, onMoved: onFlow }

  const driving = createDriving({
    ...options,
    viewers,
    mark,
    console: link.console,
    state: () => link.status().state,
    retry: link.retry,
    takeSession: link.takeSession,
    tell(frame) {
      for (const viewer of viewers) tell(viewer, { viewers: frame })
    },
  })

  checkpoint()
  if (stored.length > 0) mark({ kind: 'restarted' })
  wantOrNot()

  function tell(viewer: Viewer, owed: Viewer['owed']): void {
    Object.assign(viewer.owed, owed)
    pump(viewer, pumping)
  }

  function mustClose(): boolean {
    return capture === 'required' && !isRecorded
  }

  /** The link knows only that it is not wanted; people want to know why. */
  function statusNow(): ConsoleStatus {
    const status = link.status()
    return mustClose() && status.state === 'closed' ? { ...status, state: 'failed', reason: 'unrecorded', text: null } : status
  }

  function tellStatus(): void {
    const status = statusNow()
    for (const viewer of viewers) {
      tell(viewer, { status })
      viewer.onStatus(status)
    }
  }

  function setRecorded(works: boolean): void {
    if (isClosed || works === isRecorded) return
    isRecorded = works
    mark({ kind: works ? 'recordingWorks' : 'recordingFailed' })
    obeyRecording()
  }

  function obeyRecording(): void {
    clearInterval(recordAgain)
    // Nothing arrives any more that would be written: so the writing is tried for its own sake.
    if (mustClose()) recordAgain = setInterval(checkpoint, recordAgainMs)
    wantOrNot()
    tellStatus()
  }

  async function pictureNow(): Promise<Picture & Cursor> {
    const place = { offset: timeline.end(), markId: timeline.lastMarkId() }
    return { ...(await screen.picture()), ...place }
  }

  function onBytes(bytes: Buffer): void {
    if (isClosed) return
    if (startedBy !== null && performance.now() - openedAtMs >= replayMs) {
      options.onFirstOutput?.(startedBy)
      startedBy = null
    }
    timeline.append(bytes)
    screen.write(bytes)
    store.add(bytes)
    if (timeline.end() - checkpointedAt >= checkpointEveryBytes) checkpoint()
    for (const viewer of viewers) pump(viewer, pumping)
    onFlow()
  }

  function mark(event: ConsoleEvent): void {
    if (isClosed) return
    const made = { ...event, id: timeline.lastMarkId() + 1, offset: timeline.end(), at: new Date().toISOString() } as ConsoleMark
    timeline.mark(made)
    if (made.kind === 'power') startedBy = isFreshStart(made.action) ? made.action : null
    if (made.kind === 'size') screen.resize(made.columns, made.rows)
    store.add(made)
    for (const viewer of viewers) pump(viewer, pumping)
  }

  /** A place from which the terminal can be rebuilt; the history is cut at the oldest of them. */
  function checkpoint(): void {
    if (checkpointing !== null) return
    checkpointedAt = timeline.end()
    checkpointing = pictureNow()
      .then((made) => {
        timeline.checkpoint(made)
        store.begin(made, entriesAfter(made), timeline.first().offset)
      })
      .catch((error: unknown) => {
        if (!isClosed) options.complain(`the console of ${options.node} has no picture: ${String(error)}`)
      })
      .finally(() => (checkpointing = null))
  }

  function entriesAfter(place: Cursor): Entry[] {
    const cursor = { offset: place.offset, markId: place.markId }
    const entries: Entry[] = []
    for (;;) {
      const piece = timeline.next(cursor, keepBytes)
      if (piece.kind === 'bytes') {
        entries.push(piece.bytes)
        cursor.offset += piece.bytes.length
      } else if (piece.kind === 'mark') {
        entries.push(piece.mark)
        cursor.markId = piece.mark.id
      } else return entries
    }
  }

  /** Slows the BMC down while the screen or everybody who looks is behind. One slow viewer does not count, nor one that is stuck. */
  function onFlow(): void {
    const console = link.console()
    if (console === undefined) {
      isPaused = false
      return
    }
    const shouldPause = screen.pending() > greatestUnparsed || isEverybodyBehind()
    if (shouldPause === isPaused) return
    isPaused = shouldPause
    if (shouldPause) console.pause()
    else console.resume()
    clearTimeout(unstick)
    if (shouldPause) unstick = setTimeout(onFlow, stuckMs + 10)
  }

  function isEverybodyBehind(): boolean {
    const nowMs = performance.now()
    const end = timeline.end()
    let isSomebodyBehind = false
    for (const viewer of viewers) {
      const isBehind = end - viewer.cursor.offset > greatestLag
      if (!isBehind) return false
      viewer.stuckSinceMs ??= nowMs
      if (nowMs - viewer.stuckSinceMs < stuckMs) isSomebodyBehind = true
    }
    return isSomebodyBehind
  }

  function wantOrNot(): void {
    clearTimeout(linger)
    linger = undefined
    if (mustClose()) return link.want(false)
    if (capture !== 'watched' || viewers.size > 0) return link.want(true)
    if (link.status().state === 'closed') return
    linger = setTimeout(() => {
      linger = undefined
      link.want(false)
    }, lingerMs)
  }

  function join(person: Person, mode: ConsoleMode, place: ConsolePlace | null, socket: ViewerSocket, onStatus: (status: ConsoleStatus) => void = () => {}): ViewerHandle | null {
    if (isClosed || viewers.size >= mostViewers) return null
    const id = `v${nextViewer++}`
    const cursor = place === null ? null : { offset: place.offset, markId: place.mark }
    const viewer: Viewer = {
      id,
      person,
      mode,
      since: new Date().toISOString(),
      socket,
      onStatus,
      cursor: cursor ?? { offset: 0, markId: 0 },
      isLive: false,
      isJumping: false,
      stuckSinceMs: null,
      owed: {},
      bytesIn: 0,
      bytesOut: 0,
      refusedAtMs: -Infinity,
      asked: { second: 0, count: 0 },
      tail: undefined,
      isGone: false,
    }
    const again = () => {
      if (!viewer.isGone) pump(viewer, pumping)
    }
    socket.sendFrame({ type: 'hello', you: id, node: options.node, mode, capture }, again)
    if (place !== null && place.stream === stream && cursor !== null && timeline.has(cursor)) {
      socket.sendFrame({ type: 'resume', stream, offset: cursor.offset }, again)
    } else sendScreen(viewer, { stream, ...timeline.first() }, again)
    viewers.add(viewer)
    wantOrNot()
    viewer.owed.status = statusNow()
    onStatus(viewer.owed.status)
    driving.joined(viewer)
    return { type: (bytes) => driving.type(viewer, bytes), ask: (request) => driving.ask(viewer, request), leave: () => leave(viewer) }
  }

  function leave(viewer: Viewer): Visit {
    const { bytesIn, bytesOut, since } = viewer
    const visit = { bytesIn, bytesOut, seconds: Math.round((Date.now() - Date.parse(since)) / 1000) }
    if (viewer.isGone) return visit
    viewer.isGone = true
    viewers.delete(viewer)
    if (!isClosed) {
      driving.left(viewer)
      wantOrNot()
      onFlow()
    }
    return visit
  }

  return {
    node: options.node,
    status: statusNow,
    viewers: () => [...viewers],
    driver: driving.driver,
    join,
    setCapture(next) {
      if (capture === next) return
      capture = next
      obeyRecording()
    },
    mark,
    setRecorded,
    retry: link.retry,
    isIdle: () => viewers.size === 0 && capture === 'watched' && linger === undefined && link.status().state === 'closed',
    async close(code = closeCodes.away) {
      for (const viewer of viewers) viewer.socket.close(code, 'the console is closed here')
      await link.close()
      isClosed = true
      driving.close()
      clearTimeout(linger)
      clearTimeout(unstick)
      clearInterval(recordAgain)
      await checkpointing
      store.setHolding(false)
      await store.close()
      screen.close()
    },
  }
}
