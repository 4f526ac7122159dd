/**
 * Follows a terminal's parser just far enough to know which bytes at the end of a stream are not decided yet: half a UTF-8 character,
 * an escape sequence that goes on. A picture of the terminal does not hold them, and a reader who begins there would see their rest
 * as text. States as in ECMA-48 §5.4 and xterm's parser.
 */
export type Undecided = {
  push: (bytes: Uint8Array) => void
  /** The bytes since the beginning of what is not decided; empty between sequences. */
  bytes: () => Buffer
}

type State = 'ground' | 'utf8' | 'escape' | 'csi' | 'osc' | 'string'

const ESC = 0x1b
/** Nobody needs more of a sequence; of one that never ends its beginning is enough, since it does nothing until it ends. */
const greatestKept = 4096

export function createUndecided(): Undecided {
  let state: State = 'ground'
  let continuation = 0
  let previous = 0
  let kept: number[] = []

  function to(next: State, first?: number): void {
    state = next
    kept = first === undefined ? [] : [first]
  }

  function keep(byte: number): void {
    if (kept.length < greatestKept) kept.push(byte)
  }

  function begin(byte: number): void {
    if (byte < 0xc2 || byte > 0xf4) return to('ground')
    continuation = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3
    to('utf8', byte)
  }

  /** The C1 controls, which reach the parser as the characters U+0080 to U+009F. */
  function afterCharacter(): void {
    const [first, second] = kept
    if (kept.length !== 2 || first !== 0xc2) return to('ground')
    if (second === 0x9b) state = 'csi'
    else if (second === 0x9d) state = 'osc'
    else if (second === 0x90 || second === 0x98 || second === 0x9e || second === 0x9f) state = 'string'
    else to('ground')
  }

  function inUtf8(byte: number): void {
    if (byte < 0x80 || byte > 0xbf) {
      to('ground')
      return step(byte)
    }
    keep(byte)
    continuation -= 1
    if (continuation === 0) afterCharacter()
  }

  function inEscape(byte: number): void {
    if (byte < 0x20) return
    keep(byte)
    if (byte < 0x30) return
    if (byte === 0x5b) state = 'csi'
    else if (byte === 0x5d) state = 'osc'
    else if (byte === 0x50 || byte === 0x58 || byte === 0x5e || byte === 0x5f) state = 'string'
    else to('ground')
  }

  function inCsi(byte: number): void {
    // Controls within a sequence are done at once: the picture has them.
    if (byte < 0x20 || byte === 0x7f) return
    keep(byte)
    if (byte >= 0x40) to('ground')
  }

  function inString(byte: number, endsWithBell: boolean): void {
    const endsHere = (byte === 0x07 && endsWithBell) || (byte === 0x9c && previous === 0xc2)
    keep(byte)
    if (endsHere) to('ground')
  }

  function step(byte: number): void {
    if (byte === ESC) return to('escape', byte)
    if (byte === 0x18 || byte === 0x1a) return to('ground')
    if (state === 'ground') {
      if (byte >= 0x80) begin(byte)
    } else if (state === 'utf8') inUtf8(byte)
    else if (state === 'escape') inEscape(byte)
    else if (state === 'csi') inCsi(byte)
    else inString(byte, state === 'osc')
  }

  return {
    push(bytes) {
      for (const byte of bytes) {
        step(byte)
        previous = byte
      }
    },
    bytes: () => Buffer.from(kept),
  }
}
