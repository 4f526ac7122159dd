import type { BmcConsole, ConsoleEnd, ConsoleEndKind, ConsoleNotice, ConsoleOptions } from '#lib/bmc/console.ts'
import { BmcError } from '#lib/bmc/errors.ts'
import type { BmcFailureKind } from '#lib/domain/bmc.ts'
import type { ConsoleFrame } from '#lib/domain/console.ts'
import type { Store } from './store.ts'
import type { Person, ViewerSocket } from './viewers.ts'

/** A BMC's serial port for tests of the hub: what it is asked is written down, and what it does is said. */
export function createFakeBmc() {
  const log: string[] = []
  let current: ConsoleOptions | undefined
  let failing: BmcFailureKind | null = null
  let refuses = false
  const bmc = {
    log,
    isPaused: false,
    canBreak: true,
    isAnswering: true,
    opened: 0,
    fail: (kind: BmcFailureKind | null) => (failing = kind),
    refuse: (next: boolean) => (refuses = next),
    isOpen: () => current !== undefined,
    print: (text: string | Buffer) => current?.onBytes(Buffer.from(text)),
    notice: (notice: ConsoleNotice) => current?.onNotice?.(notice),
    end(kind: ConsoleEndKind) {
      const ended = current
      current = undefined
      ended?.onEnd({ kind, address: '10.0.0.7:623', text: `10.0.0.7:623: ${kind}` } satisfies ConsoleEnd)
    },
    async answers() {
      log.push('ping')
      return bmc.isAnswering
    },
    async open(options: ConsoleOptions): Promise<BmcConsole> {
      log.push(options.takeOver === true ? 'open by force' : 'open')
      if (!bmc.isAnswering) throw new BmcError('unreachable', '10.0.0.7:623', '10.0.0.7:623: no answer')
      if (failing !== null && !(failing === 'console-busy' && options.takeOver === true)) throw new BmcError(failing, '10.0.0.7:623', `10.0.0.7:623: ${failing}`)
      current = options
      bmc.opened += 1
      const typing = async (what: string) => {
        log.push(what)
        return refuses ? ('refused' as const) : ('accepted' as const)
      }
      return {
        via: bmc.canBreak ? 'sol' : 'ssh',
        canBreak: bmc.canBreak,
        address: '10.0.0.7:623',
        write: (bytes) => typing(`type ${Buffer.from(bytes).toString()}`),
        sendBreak: () => typing('break'),
        pause: () => (bmc.isPaused = true),
        resume: () => (bmc.isPaused = false),
        async close() {
          log.push('close')
          current = undefined
        },
      }
    },
  }
  return bmc
}

/** A viewer's line that remembers what it was sent. `takes` false: it takes nothing any more. */
export function createFakeSocket() {
  const frames: ConsoleFrame[] = []
  let bytes: Buffer[] = []
  let pictureNext = false
  let pictures: string[] = []
  let waiting: { length: number; sent: () => void }[] = []
  const held = (): number => waiting.reduce((sum, one) => sum + one.length, 0)
  const hold = (length: number, sent: () => void) => {
    if (line.takes) setImmediate(sent)
    else waiting.push({ length, sent })
  }
  const line = {
    takes: true as boolean,
    isPaused: false,
    closedWith: null as number | null,
    frames,
    kinds: () => frames.map((frame) => (frame.type === 'mark' ? frame.kind : frame.type)),
    last: <T extends ConsoleFrame['type']>(type: T) => frames.findLast((frame) => frame.type === type) as Extract<ConsoleFrame, { type: T }> | undefined,
    text: () => Buffer.concat(bytes).toString(),
    length: () => bytes.reduce((sum, part) => sum + part.length, 0),
    pictures: () => pictures,
    waiting: held,
    take() {
      line.takes = true
      const all = waiting
      waiting = []
      for (const one of all) one.sent()
    },
    forget() {
      frames.length = 0
      bytes = []
      pictures = []
    },
    socket: {
      sendBytes(part, sent) {
        if (pictureNext) pictures.push(part.toString())
        else bytes.push(Buffer.from(part))
        pictureNext = false
        hold(part.length, sent)
      },
      sendFrame(frame, sent) {
        frames.push(frame)
        if (frame.type === 'screen') pictureNext = true
        hold(100, sent)
      },
      waiting: held,
      pause: () => void (line.isPaused = true),
      resume: () => void (line.isPaused = false),
      close: (code) => void (line.closedWith = code),
    } satisfies ViewerSocket,
  }
  return line
}

export const person = (name: string): Person => ({ id: `id of ${name}`, name, kind: 'person', sessionId: `session of ${name}`, ip: null, requestId: null })

/** A store that keeps nothing. */
export const noStore: Store = {
  read: async () => [],
  begin: () => {},
  add: () => {},
  setHolding: () => {},
  wasHolding: async () => false,
  flush: async () => {},
  close: async () => {},
}
