import type { ConsoleMark } from '#lib/domain/console.ts'

/** The state of the terminal at one place of the stream: `screen`, written to a reset terminal of this size, is that state. */
export type Checkpoint = {
  readonly offset: number
  /** Marks up to this id lie before it. */
  readonly markId: number
  readonly columns: number
  readonly rows: number
  readonly screen: Buffer
}

/** How far a reader is: bytes before `offset` and marks up to `markId` are behind it. */
export type Cursor = { offset: number; markId: number }

export type Piece = { kind: 'bytes'; bytes: Buffer } | { kind: 'mark'; mark: ConsoleMark } | { kind: 'end' } | { kind: 'gone' }

/**
 * The newest part of a node's stream: bytes, marks between them, and checkpoints from which a terminal can be rebuilt. It begins at a
 * checkpoint, so that a reader who begins there sees what everybody sees.
 */
export type Timeline = {
  append: (bytes: Buffer) => void
  mark: (mark: ConsoleMark) => void
  /** A state of the terminal somewhere in what is kept; older bytes go as soon as enough is left after it. */
  checkpoint: (checkpoint: Checkpoint) => void
  first: () => Checkpoint
  end: () => number
  lastMarkId: () => number
  /** What comes after a cursor, at most `most` bytes; the cursor is moved by the caller. `gone`: that place is no longer kept. */
  next: (cursor: Cursor, most: number) => Piece
  /** Is this a place that a reader may go on from? */
  has: (cursor: Cursor) => boolean
  /** Bytes kept now. */
  size: () => number
}

type Page = { offset: number; length: number; bytes: Buffer }

const pageBytes = 4096
const mostMarks = 500

export function createTimeline(origin: Checkpoint, keepBytes: number): Timeline {
  let checkpoints: Checkpoint[] = [origin]
  let pages: Page[] = []
  let marks: ConsoleMark[] = []
  let end = origin.offset
  let lastMarkId = origin.markId

  function append(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) {
      let page = pages.at(-1)
      if (page === undefined || page.length === pageBytes) pages.push((page = { offset: end, length: 0, bytes: Buffer.allocUnsafe(pageBytes) }))
      const taken = bytes.copy(page.bytes, page.length, at, at + pageBytes - page.length)
      page.length += taken
      end += taken
      at += taken
    }
  }

  function trim(): void {
    while (checkpoints.length > 1 && end - checkpoints[1]!.offset >= keepBytes) checkpoints.shift()
    const { offset, markId } = checkpoints[0]!
    const firstKept = pages.findIndex((page) => page.offset + page.length > offset)
    pages = firstKept === -1 ? [] : pages.slice(firstKept)
    marks = marks.filter((mark) => mark.id > markId)
  }

  /** A flapping line leaves marks and no bytes: the oldest go, sizes last since the picture depends on them. */
  function limitMarks(): void {
    if (marks.length <= mostMarks) return
    const oldest = marks.findIndex((mark) => mark.kind !== 'size')
    marks.splice(Math.max(0, oldest), 1)
  }

  function pageAt(offset: number): Page {
    let low = 0
    for (let high = pages.length - 1; low < high; ) {
      const middle = (low + high + 1) >> 1
      if (pages[middle]!.offset <= offset) low = middle
      else high = middle - 1
    }
    return pages[low]!
  }

  const has = ({ offset, markId }: Cursor) => {
    const { offset: start, markId: startMark } = checkpoints[0]!
    return offset >= start && offset <= end && markId >= startMark && markId <= lastMarkId
  }

  return {
    append,
    mark(mark) {
      // A window that is dragged resizes many times in one place: only the last size counts.
      const before = marks.at(-1)
      if (mark.kind === 'size' && before?.kind === 'size' && before.offset === mark.offset) marks.pop()
      marks.push(mark)
      lastMarkId = mark.id
      limitMarks()
    },
    checkpoint(checkpoint) {
      if (checkpoint.offset < checkpoints.at(-1)!.offset || checkpoint.offset > end) return
      checkpoints.push(checkpoint)
      trim()
    },
    first: () => checkpoints[0]!,
    end: () => end,
    lastMarkId: () => lastMarkId,
    next(cursor, most) {
      if (!has(cursor)) return { kind: 'gone' }
      const mark = marks.find((one) => one.id > cursor.markId)
      if (mark !== undefined && mark.offset <= cursor.offset) return { kind: 'mark', mark }
      if (cursor.offset === end) return { kind: 'end' }
      const page = pageAt(cursor.offset)
      const from = cursor.offset - page.offset
      const length = Math.min(most, page.length - from, (mark?.offset ?? Infinity) - cursor.offset)
      return { kind: 'bytes', bytes: page.bytes.subarray(from, from + length) }
    },
    has,
    size: () => pages.reduce((sum, page) => sum + page.length, 0),
  }
}
