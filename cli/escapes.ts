/** What somebody at a console may ask of this program instead of the node. */
export type Escape = 'leave' | 'break' | 'take' | 'reopen' | 'help'

/** Bytes for the node, and what was asked, in the order in which it was typed. */
export type Typed = { send: number[]; escapes: Escape[] }

/** ipmitool's and ssh's, after the start of a line: `~.`. */
const afterTilde: Record<string, Escape> = { '.': 'leave', B: 'break', b: 'break', '?': 'help' }
/** conserver's and confluent's, anywhere: Ctrl-E c, then a key. */
const afterEscape: Record<string, Escape> = { '.': 'leave', b: 'break', f: 'take', a: 'take', o: 'reopen', '?': 'help' }

const ctrlE = 0x05
const tilde = 0x7e
const isLineEnd = (byte: number) => byte === 0x0d || byte === 0x0a

type State = 'line-start' | 'in-line' | 'tilde' | 'ctrl-e' | 'ctrl-e c'

/** Finds escapes in what is typed, however it is cut into pieces. What turns out to be none is sent as it was typed; `~~` sends one `~`. */
export function createEscapes(): (bytes: Iterable<number>) => Typed {
  let state: State = 'line-start'

  function take(byte: number, { send, escapes }: Typed): void {
    const key = String.fromCharCode(byte)
    if (state === 'tilde') {
      const escape = afterTilde[key]
      if (escape !== undefined) escapes.push(escape)
      else send.push(tilde, ...(byte === tilde ? [] : [byte]))
      state = escape !== undefined || isLineEnd(byte) ? 'line-start' : 'in-line'
    } else if (state === 'ctrl-e') {
      if (key === 'c') return void (state = 'ctrl-e c')
      send.push(ctrlE)
      state = 'in-line'
      take(byte, { send, escapes })
    } else if (state === 'ctrl-e c') {
      const escape = afterEscape[key]
      if (escape !== undefined) escapes.push(escape)
      else send.push(ctrlE, 0x63, byte)
      state = 'in-line'
    } else if (byte === ctrlE) state = 'ctrl-e'
    else if (byte === tilde && state === 'line-start') state = 'tilde'
    else {
      send.push(byte)
      state = isLineEnd(byte) ? 'line-start' : 'in-line'
    }
  }

  return (bytes) => {
    const typed: Typed = { send: [], escapes: [] }
    for (const byte of bytes) take(byte, typed)
    return typed
  }
}
