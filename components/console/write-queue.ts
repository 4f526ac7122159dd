/** What a terminal shows is done in the order in which it was sent: bytes, and between them what changes the terminal itself. */
export type WriteQueue = {
  write: (bytes: Uint8Array) => void
  /** Runs `work` when all bytes before it have been parsed; bytes after it wait. */
  run: (work: () => void) => void
  /** Bytes that are not parsed yet. */
  pending: () => number
}

/**
 * Puts bytes and work in order before a terminal that parses in its own time.
 * @param parse hands bytes to the terminal and calls `done` when they are parsed
 * @param onParsed is told how much still waits, after every piece
 */
export function createWriteQueue(parse: (bytes: Uint8Array, done: () => void) => void, onParsed: (pending: number) => void): WriteQueue {
  let waiting: (Uint8Array | (() => void))[] = []
  let parsing = 0
  let pending = 0

  function pump(): void {
    let taken = 0
    for (const next of waiting) {
      if (typeof next === 'function') {
        if (parsing > 0) break
        taken += 1
        next()
        continue
      }
      taken += 1
      parsing += 1
      parse(next, () => {
        parsing -= 1
        pending -= next.byteLength
        onParsed(pending)
        if (parsing === 0 && waiting.length > 0) setTimeout(pump)
      })
    }
    waiting = waiting.slice(taken)
  }

  function add(entry: Uint8Array | (() => void)): void {
    waiting.push(entry)
    if (waiting.length === 1) pump()
  }

  return {
    write(bytes) {
      pending += bytes.byteLength
      add(bytes)
    },
    run: add,
    pending: () => pending,
  }
}
