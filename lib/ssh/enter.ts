import { SshError } from './errors.ts'

/** How a BMC's command line lets somebody into the serial console. Patterns look at the text without escape sequences. */
export type Entry = {
  command: string
  /** The last line while it waits for a command; without it any line that ends like a prompt counts, once nothing more comes. */
  prompt?: RegExp
  /** What it says when we are in. Without it, or when it does not come: no new prompt within `silentMs`. */
  announced?: RegExp
  busy?: RegExp
  /** The command that ends the session of whoever is in the console. */
  evict?: string
}

/**
 * Where the conversation stands. `text`: what came since the last command, bounded. `prompt`: the line that waited for a command, by
 * which we know when we are back at it.
 */
export type Entering = {
  readonly phase: 'shell' | 'evicting' | 'asked'
  readonly text: string
  readonly prompt: string
  readonly quietMs: number
  readonly mayEvict: boolean
}

export type Heard = { bytes: Buffer } | { quietMs: number }

export type EnterStep =
  | { next: Entering }
  | { next: Entering; type: string }
  /** We are in; `entered` is what was said since the command, for the one who reads the console. */
  | { entered: Buffer; prompt: string }
  | { failed: SshError }

const mostText = 16 * 1024
/** So long without a byte, and a line that looks like a prompt is one. */
const promptMs = 300
const silentMs = { announced: 5_000, unannounced: 2_000 } as const
const anyPrompt = /[>#$%\]:]\s*$/

export const startEntering = (mayEvict: boolean): Entering => ({ phase: 'shell', text: '', prompt: '', quietMs: 0, mayEvict })

/** One step of getting into the console: what was heard, and what follows from it. Pure: clocks and sockets are the caller's. */
export function enter(state: Entering, entry: Entry, heard: Heard): EnterStep {
  const isQuiet = 'quietMs' in heard
  const text = isQuiet ? state.text : (state.text + heard.bytes.toString('latin1')).slice(-mostText)
  const now: Entering = { ...state, text, quietMs: isQuiet ? state.quietMs + heard.quietMs : 0 }
  const shown = withoutEscapes(text)
  if (now.phase === 'shell') return atShell(now, entry, shown)
  const said = withoutEcho(shown, now.phase === 'evicting' ? (entry.evict ?? '') : entry.command)
  if (said === undefined) return { next: now }
  return now.phase === 'evicting' ? afterEviction(now, entry, said) : afterCommand(now, entry, said)
}

function atShell(now: Entering, entry: Entry, shown: string): EnterStep {
  const line = lastLine(shown)
  const isPrompt = entry.prompt?.test(line) ?? (now.quietMs >= promptMs && anyPrompt.test(line))
  if (!isPrompt) return { next: now }
  return { next: { ...now, phase: 'asked', text: '', quietMs: 0, prompt: line.trim() }, type: `${entry.command}\r` }
}

function afterCommand(now: Entering, entry: Entry, said: string): EnterStep {
  if (entry.busy?.test(said) === true) {
    if (!now.mayEvict || entry.evict === undefined) return { failed: new SshError('busy', 'somebody else is in the serial console') }
    if (!isBack(now, said)) return { next: now }
    return { next: { ...now, phase: 'evicting', text: '', quietMs: 0, mayEvict: false }, type: `${entry.evict}\r` }
  }
  const entered: EnterStep = { entered: Buffer.from(afterEcho(now.text, entry.command), 'latin1'), prompt: now.prompt }
  if (entry.announced?.test(said) === true) return entered
  // Older iLOs print their prompt once more just before they let us in: what looks like a refusal may go on.
  if (now.quietMs >= promptMs && isBack(now, said)) {
    const words = said.slice(0, said.lastIndexOf(lastLine(said))).replace(/\s+/g, ' ').trim().slice(0, 160)
    return { failed: new SshError('no-console', `"${entry.command}" did not lead into the serial console${words === '' ? '' : `: ${words}`}`) }
  }
  return now.quietMs >= (entry.announced === undefined ? silentMs.unannounced : silentMs.announced) ? entered : { next: now }
}

function afterEviction(now: Entering, entry: Entry, said: string): EnterStep {
  if (now.quietMs < promptMs || !isBack(now, said)) return { next: now }
  return { next: { ...now, phase: 'asked', text: '', quietMs: 0 }, type: `${entry.command}\r` }
}

const isBack = (now: Entering, said: string) => isAtPrompt(said, now.prompt)

/** Does this text end at the prompt? The prompt alone, or after another of itself, as iLO prints it. */
export function isAtPrompt(shown: string, prompt: string): boolean {
  const line = lastLine(shown).trim()
  return prompt !== '' && (line === prompt || line === `${prompt} ${prompt}`)
}

const lastLine = (text: string) => text.slice(Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1)

/** What stands after the echo of a command; undefined while the echo is not whole. A shell that does not echo begins on a new line. */
function withoutEcho(shown: string, command: string): string | undefined {
  const at = shown.indexOf(command)
  if (at >= 0) return shown.slice(at + command.length)
  return /[\r\n]/.test(shown) ? shown : undefined
}

/** The same in the text as it came, whose escape sequences the reader of the console wants. */
function afterEcho(text: string, command: string): string {
  const at = text.indexOf(command)
  return at < 0 ? text : text.slice(at + command.length).replace(/^\r?\n/, '')
}

/** Text as it would be read: without escape sequences (ECMA-48 CSI, OSC, two-byte) and control characters but line ends. */
export function withoutEscapes(text: string): string {
  // oxlint-disable-next-line no-control-regex -- escape sequences are what this is about
  return text.replace(/\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[ -/]*[0-~])/g, '').replace(/[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f]/g, '')
}
