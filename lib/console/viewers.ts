import type { ConsoleFrame, ConsoleMode, ConsoleStatus, ConsoleViewer } from '#lib/domain/console.ts'
import type { Picture } from './screen.ts'
import type { Cursor, Timeline } from './timeline.ts'

/** A viewer's line, as far as the hub must know it. */
export type ViewerSocket = {
  sendBytes: (bytes: Buffer, sent: () => void) => void
  sendFrame: (frame: ConsoleFrame, sent: () => void) => void
  /** Bytes that wait to be sent. */
  waiting: () => number
  /** No more typed bytes until `resume`: the line's own window holds the sender up. */
  pause: () => void
  resume: () => void
  close: (code: number, reason: string) => void
}

/** Who looks, as the ticket says. */
export type Person = {
  id: string
  name: string
  kind: 'person' | 'token'
  sessionId: string | null
  ip: string | null
  requestId: string | null
}

export type Viewer = {
  readonly id: string
  readonly person: Person
  readonly mode: ConsoleMode
  readonly since: string
  readonly socket: ViewerSocket
  /** Told of each state of the console, the present one first. */
  readonly onStatus: (status: ConsoleStatus) => void
  cursor: Cursor
  isLive: boolean
  /** A picture is being made for it. */
  isJumping: boolean
  /** Since when it has not moved although there is something for it. */
  stuckSinceMs: number | null
  /** What it must still be told, the newest of each. */
  owed: { status?: ConsoleStatus; viewers?: Extract<ConsoleFrame, { type: 'viewers' }> }
  bytesIn: number
  bytesOut: number
  refusedAtMs: number
  asked: { second: number; count: number }
  /** Typed bytes and requests, one after the other. */
  tail: Promise<void> | undefined
  isGone: boolean
}

/** What may wait in one viewer's line; more stays in the timeline, or is skipped. */
export const greatestWaiting = 256 * 1024
const greatestPiece = 32 * 1024

export const toShown = ({ id, person, mode, since }: Viewer): ConsoleViewer => ({ id, name: person.name, mode, since })

export type PumpOptions = {
  timeline: Timeline
  stream: string
  /** The terminal now, and the place in the stream that it stands for. */
  picture: () => Promise<Picture & Cursor>
  /** Called after a viewer has moved. */
  onMoved: () => void
}

/** Moves a viewer along the timeline as far as its line takes it. One that has fallen out of the history goes on from the screen. */
export function pump(viewer: Viewer, options: PumpOptions): void {
  const { socket } = viewer
  const again = () => {
    if (!viewer.isGone) pump(viewer, options)
  }
  while (!viewer.isGone && !viewer.isJumping && socket.waiting() < greatestWaiting) {
    if (viewer.owed.viewers !== undefined || viewer.owed.status !== undefined) {
      payOwed(viewer, again)
      continue
    }
    const piece = options.timeline.next(viewer.cursor, greatestPiece)
    if (piece.kind === 'gone') return void jump(viewer, options, again)
    if (piece.kind === 'end') {
      if (!viewer.isLive) socket.sendFrame({ type: 'live' }, again)
      viewer.isLive = true
      break
    }
    if (piece.kind === 'mark') {
      viewer.cursor.markId = piece.mark.id
      const { kind, ...rest } = piece.mark
      socket.sendFrame(kind === 'size' ? ({ type: 'size', ...rest } as ConsoleFrame) : ({ type: 'mark', ...piece.mark } as ConsoleFrame), again)
    } else {
      viewer.cursor.offset += piece.bytes.length
      viewer.bytesOut += piece.bytes.length
      socket.sendBytes(piece.bytes, again)
    }
    viewer.stuckSinceMs = null
  }
  options.onMoved()
}

function payOwed({ owed, socket }: Viewer, sent: () => void): void {
  const { status, viewers } = owed
  owed.status = undefined
  owed.viewers = undefined
  if (status !== undefined) socket.sendFrame({ type: 'state', ...status }, sent)
  if (viewers !== undefined) socket.sendFrame(viewers, sent)
}

/** Sends the screen as it is and goes on from there: what lies between is left out, and said. */
async function jump(viewer: Viewer, { picture, stream }: PumpOptions, again: () => void): Promise<void> {
  viewer.isJumping = true
  const found = await picture().catch(() => null)
  viewer.isJumping = false
  if (found === null || viewer.isGone) return
  const { offset, markId, columns, rows, screen } = found
  sendScreen(viewer, { stream, offset, markId, columns, rows, screen }, again, Math.max(0, offset - viewer.cursor.offset))
  again()
}

type Shown = { stream: string; offset: number; markId: number; columns: number; rows: number; screen: Buffer }

/** The terminal at one place; the viewer goes on from there. */
export function sendScreen(viewer: Viewer, shown: Shown, sent: () => void, skipped?: number): void {
  const { screen, markId, ...rest } = shown
  viewer.cursor = { offset: shown.offset, markId }
  viewer.socket.sendFrame({ type: 'screen', ...rest, ...(skipped === undefined ? {} : { skipped }) }, sent)
  viewer.socket.sendBytes(screen, sent)
}
