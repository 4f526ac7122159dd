import { createRequire } from 'node:module'
import type { Terminal as HeadlessTerminal } from '@xterm/headless'
import type { SerializeAddon as Serializer } from '@xterm/addon-serialize'
import { createUndecided } from './undecided.ts'

// Both are CommonJS whose exports Node's loader cannot name.
const require = createRequire(import.meta.url)
const { Terminal } = require('@xterm/headless') as typeof import('@xterm/headless')
const { SerializeAddon } = require('@xterm/addon-serialize') as typeof import('@xterm/addon-serialize')

export type Picture = { columns: number; rows: number; screen: Buffer }

/**
 * A terminal without a face that follows a node's stream. It answers nothing: what a hostile host asks of it (who are you, where is
 * the cursor) would be typed into that host.
 */
export type Screen = {
  write: (bytes: Buffer) => void
  resize: (columns: number, rows: number) => void
  /** The terminal after all that was written before this call, as bytes that bring a reset terminal of this size to it. */
  picture: () => Promise<Picture>
  /** Bytes written and not yet parsed: the measure for back-pressure. */
  pending: () => number
  close: () => void
}

/** Rows above the screen: those that come back into view when somebody makes the terminal taller. */
const scrollback = 200

/** Of xterm 6.0.0's inside, what its serializer leaves out. */
type Inside = {
  buffer: { scrollTop: number; scrollBottom: number; x: number; y: number }
  _charsetService: { glevel: number; _charsets: ({ q?: string } | undefined)[] }
  coreService: { decPrivateModes: { origin: boolean } }
}

/** `onParsed` is called whenever written bytes have been parsed. */
export function createScreen(size: { columns: number; rows: number }, onParsed: () => void): Screen {
  const terminal: HeadlessTerminal = new Terminal({ cols: size.columns, rows: size.rows, scrollback, allowProposedApi: true, logLevel: 'off' })
  const serializer: Serializer = new SerializeAddon()
  terminal.loadAddon(serializer as never)
  const undecided = createUndecided()
  let pending = 0
  let isClosed = false

  function serialize(rest: Buffer): Picture {
    // The serializer ends the normal screen in the colours of the cursor, which the other screen would then begin with.
    const text = serializer.serialize({ scrollback }).replace('\x1b[?1049h', '\x1b[0m\x1b[?1049h') + toMargins(terminal) + toCharsets(terminal)
    return { columns: terminal.cols, rows: terminal.rows, screen: Buffer.concat([Buffer.from(text), rest]) }
  }

  return {
    write(bytes) {
      if (isClosed) return
      pending += bytes.length
      undecided.push(bytes)
      terminal.write(bytes, () => {
        pending -= bytes.length
        if (!isClosed) onParsed()
      })
    },
    resize(columns, rows) {
      terminal.write('', () => {
        if (!isClosed) terminal.resize(columns, rows)
      })
    },
    picture() {
      const rest = undecided.bytes()
      return new Promise((resolve, reject) => {
        if (isClosed) return reject(new Error('the screen is closed'))
        terminal.write('', () => (isClosed ? reject(new Error('the screen is closed')) : resolve(serialize(rest))))
      })
    },
    pending: () => pending,
    close() {
      isClosed = true
      terminal.dispose()
    },
  }
}

const insideOf = (terminal: HeadlessTerminal) => (terminal as unknown as { _core: Inside })._core

/** DECSTBM where a program (tmux, a pager) has set margins; it homes the cursor, which is put back. */
function toMargins(terminal: HeadlessTerminal): string {
  const { buffer, coreService } = insideOf(terminal)
  if (buffer.scrollTop === 0 && buffer.scrollBottom === terminal.rows - 1) return ''
  const row = coreService.decPrivateModes.origin ? buffer.y - buffer.scrollTop : buffer.y
  return `\x1b[${buffer.scrollTop + 1};${buffer.scrollBottom + 1}r\x1b[${row + 1};${buffer.x + 1}H`
}

/** Line drawing (DEC special graphics, in which `q` is a line) in G0 or G1, and which of the two is in use. */
function toCharsets(terminal: HeadlessTerminal): string {
  const { glevel, _charsets } = insideOf(terminal)._charsetService
  const isDrawing = (level: number) => _charsets[level]?.q === '─'
  return `${isDrawing(0) ? '\x1b(0' : ''}${isDrawing(1) ? '\x1b)0' : ''}${glevel === 1 ? '\x0e' : ''}`
}
