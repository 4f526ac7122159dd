import type { BootTarget } from '../machine.ts'
import type { Identity } from '../makes.ts'
import type { Medium } from '../media/drives.ts'

/** Sleeps until a moment of the host's clock or until a key comes; `deaf` leaves keys for later. */
export interface Wait {
  untilMs: number
  deaf?: boolean
}

/**
 * What runs on the host, as far as its serial port shows: it prints texts and waits. A wait gives the key that ended it, or
 * undefined when its time had come. Nothing ticks while nobody watches: a life that was left alone is caught up when somebody looks.
 */
export type Life<Result = void> = Generator<string | Wait, Result, string | undefined>

/** The host as its programs see it. */
export interface Host {
  identity: Identity
  /** Milliseconds since 1970, by the host's clock: of the moment that the life is living. */
  now: () => number
  startedMs: number
  /** From here on the kernel runs, and a break is a SysRq. */
  kernelRuns: boolean
  /** When the kernel started. */
  kernelStartedMs: number
  window: { rows: number; columns: number }
  /** What it starts from, as its firmware was told. */
  bootsFrom: () => BootTarget
  /** What is in the virtual drive. */
  medium: () => Medium | undefined
  act: (action: 'reboot' | 'poweroff') => void
}

export const forever = Infinity

/** Waits without listening. */
export function* rest(host: Host, ms: number): Life {
  yield { untilMs: host.now() + ms, deaf: true }
}

/** The last thing that a life does: the machine goes on without it. */
export function* end(host: Host, action: 'reboot' | 'poweroff'): Life {
  host.act(action)
  yield { untilMs: forever, deaf: true }
}

export type Key = 'up' | 'down' | 'left' | 'right' | 'escape' | 'other' | (string & {})

const arrows: Record<string, Key> = { A: 'up', B: 'down', C: 'right', D: 'left' }
const escapeMs = 60

/** The next key, with the sequences of arrow keys as one; undefined when none came in time. */
export function* readKey(host: Host, untilMs: number): Life<Key | undefined> {
  const first = yield { untilMs }
  if (first !== '\x1b') return first
  const second = yield { untilMs: host.now() + escapeMs }
  if (second === undefined) return 'escape'
  if (second !== '[' && second !== 'O') return 'other'
  for (;;) {
    const next = yield { untilMs: host.now() + escapeMs }
    if (next === undefined) return 'other'
    if (next >= '@' && next <= '~') return arrows[next] ?? 'other'
  }
}
