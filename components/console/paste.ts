/** A paste of more lines than this is shown first. */
export const guardAboveLines = 5

const pieceBytes = 4096
const encoder = new TextEncoder()

/** What a terminal would get: lines end in CR as Enter does, other control characters but Tab are left out. */
export function toTyped(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are what is to be removed
  return text.replaceAll(/\r\n?|\n/g, '\r').replaceAll(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f]/g, '')
}

/** Lines that would be entered; a text without a line end at its end has one more that waits for Enter. */
export const countLines = (text: string) => toTyped(text).replace(/\r$/, '').split('\r').length

/** A text in pieces to be sent one after the other: a line each with a pause, else 4 KiB without cutting a character. */
export function toPieces(text: string, byLine: boolean): Uint8Array[] {
  const typed = toTyped(text)
  if (byLine) return (typed.match(/[^\r]*\r|[^\r]+$/g) ?? []).flatMap((line) => cut(encoder.encode(line)))
  return cut(encoder.encode(typed))
}

const isInside = (byte: number | undefined) => byte !== undefined && (byte & 0xc0) === 0x80

function cut(bytes: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = []
  let from = 0
  while (from < bytes.length) {
    let to = Math.min(from + pieceBytes, bytes.length)
    while (to < bytes.length && isInside(bytes[to])) to -= 1
    pieces.push(bytes.subarray(from, to))
    from = to
  }
  return pieces
}

const wait = (ms: number, signal: AbortSignal) =>
  new Promise<void>((done) => {
    if (signal.aborted) return done()
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', () => (clearTimeout(timer), done()), { once: true })
  })

/**
 * Sends pieces with a pause in ms after each. Ends early when `send` says that it cannot, or on abort.
 * Gives how many were sent.
 */
export async function sendPieces(
  pieces: readonly Uint8Array[],
  pauseMs: number,
  send: (piece: Uint8Array) => boolean,
  signal: AbortSignal,
): Promise<number> {
  let sent = 0
  for (const piece of pieces) {
    if (signal.aborted || !send(piece)) break
    sent += 1
    if (sent < pieces.length) await wait(pauseMs, signal)
  }
  return sent
}
