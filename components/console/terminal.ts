import { SearchAddon } from '@xterm/addon-search'
import { Terminal } from '@xterm/xterm'
import '@xterm/xterm/css/xterm.css'
import './terminal.css'
import type { ConsoleMark } from '#lib/domain/console.ts'
import type { Screen } from './connection.ts'
import { createMarkLines } from './mark-lines.ts'
import { createBidiFilter } from './safe-bytes.ts'
import { silence } from './silence.ts'
import { readTheme } from './theme.ts'
import { createWriteQueue } from './write-queue.ts'

/** About 256 KiB of full lines, and ten times that of short ones. */
const scrollbackLines = 10_000
const fontFamily = "'Geist Mono Variable', ui-monospace, 'Noto Sans Mono CJK SC', monospace"

export type TerminalOptions = {
  host: HTMLElement
  fontSize: number
  screenReader: boolean
  label: string
  markWords: (mark: ConsoleMark) => { text: string; isTrouble: boolean }
  /** What a person typed. */
  onTyped: (text: string) => void
  onParsed: (pending: number) => void
  /** The terminal has another size, in cells or in px. */
  onSize: (size: { columns: number; rows: number; screenWidth: number }) => void
  onMark: (mark: ConsoleMark) => void
}

export type ConsoleTerminal = {
  terminal: Terminal
  search: SearchAddon
  screen: Screen
  /** How many columns and rows would fill the space there is. */
  proposeSize: (space: HTMLElement) => { columns: number; rows: number }
  setFontSize: (size: number) => void
  setScreenReader: (on: boolean) => void
  /** All that is kept, as text: wrapped lines are one line. */
  readText: () => string
  /** The rows that are shown, as text. */
  readScreen: () => string
  dispose: () => void
}

/** xterm makes <style> elements and has no option for a nonce: those that it makes while it opens get the page's (stack.md §3). */
function openWithNonce(terminal: Terminal, host: HTMLElement): void {
  const nonce = document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce
  const make = document.createElement
  document.createElement = function createElement(this: Document, ...args: Parameters<typeof make>) {
    const element = make.apply(this, args)
    if (nonce !== undefined && element instanceof HTMLStyleElement) element.nonce = nonce
    return element
  } as typeof make
  try {
    terminal.open(host)
  } finally {
    document.createElement = make
  }
}

/** The terminal widget: shows a stream in order, says what is typed, and answers nothing by itself. */
export async function createTerminal(options: TerminalOptions): Promise<ConsoleTerminal> {
  const { host } = options
  await document.fonts.load(`${options.fontSize}px 'Geist Mono Variable'`).catch(() => undefined)
  const terminal = new Terminal({
    allowProposedApi: true,
    cols: 80,
    rows: 24,
    fontFamily,
    fontSize: options.fontSize,
    lineHeight: 1.2,
    scrollback: scrollbackLines,
    screenReaderMode: options.screenReader,
    minimumContrastRatio: 4.5,
    macOptionClickForcesSelection: true,
    rightClickSelectsWord: false,
    theme: readTheme(host),
    linkHandler: null,
    overviewRuler: { width: 12 },
  })
  silence(terminal)
  const search = new SearchAddon({ highlightLimit: 500 })
  terminal.loadAddon(search)
  openWithNonce(terminal, host)
  terminal.textarea?.setAttribute('aria-label', options.label)

  const bidi = createBidiFilter()
  const marks = createMarkLines(terminal)
  const queue = createWriteQueue((bytes, done) => terminal.write(bidi.filter(bytes), done), options.onParsed)
  const typed = terminal.onData(options.onTyped)

  const repaint = () => (terminal.options.theme = readTheme(host))
  const scheme = matchMedia('(prefers-color-scheme: dark)')
  scheme.addEventListener('change', repaint)
  const themes = new MutationObserver(repaint)
  themes.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })

  const cell = () => {
    const screen = host.querySelector('.xterm-screen')
    const { width = 0, height = 0 } = screen?.getBoundingClientRect() ?? {}
    return { width: width / terminal.cols || 8, height: height / terminal.rows || 16 }
  }
  const width = () => Math.ceil(host.querySelector('.xterm-screen')?.getBoundingClientRect().width ?? 0)
  const sized = () => {
    requestAnimationFrame(() => options.onSize({ columns: terminal.cols, rows: terminal.rows, screenWidth: width() }))
  }
  sized()

  return {
    terminal,
    search,
    screen: {
      queue,
      reset(columns, rows) {
        bidi.reset()
        terminal.reset()
        terminal.resize(columns, rows)
        marks.clear()
        sized()
      },
      resize(columns, rows) {
        terminal.resize(columns, rows)
        sized()
      },
      mark(mark) {
        marks.add(options.markWords(mark))
        options.onMark(mark)
      },
    },
    proposeSize(space) {
      const { width, height } = cell()
      const room = { columns: Math.floor((space.clientWidth - 40) / width), rows: Math.floor((space.clientHeight - 20) / height) }
      return { columns: Math.min(500, Math.max(20, room.columns)), rows: Math.min(200, Math.max(5, room.rows)) }
    },
    setFontSize(size) {
      terminal.options.fontSize = size
      sized()
    },
    setScreenReader(on) {
      terminal.options.screenReaderMode = on
    },
    readText: () => readLines(terminal, 0, terminal.buffer.active.length),
    readScreen: () => readLines(terminal, terminal.buffer.active.viewportY, terminal.buffer.active.viewportY + terminal.rows),
    dispose() {
      scheme.removeEventListener('change', repaint)
      themes.disconnect()
      typed.dispose()
      terminal.dispose()
    },
  }
}

function readLines(terminal: Terminal, from: number, to: number): string {
  const lines: string[] = []
  for (let row = from; row < to; row++) {
    const line = terminal.buffer.active.getLine(row)
    if (line === undefined) continue
    const next = terminal.buffer.active.getLine(row + 1)
    const text = line.translateToString(next?.isWrapped !== true)
    if (line.isWrapped && lines.length > 0) lines.push(lines.pop() + text)
    else lines.push(text)
  }
  return `${lines.join('\n').trimEnd()}\n`
}
