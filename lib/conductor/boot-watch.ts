import type { LogReading, PowerReading } from '#lib/bmc/bmc.ts'
import type { BootProgress, BootSight, BootSource } from '#lib/domain/boot-progress.ts'

/** What is known of the start of one node's host, from all who tell of it. Times in ms since 1970. */
export type BootWatch = {
  /** Something was sent that may start the host: for a while it is worth asking for more than the power readings tell. */
  expect: (nowMs: number) => void
  /** The host was started at this moment: what goes on being told goes on since then at the earliest. */
  begin: (atMs: number) => void
  isStarting: (nowMs: number) => boolean
  /** The power was read; a host that is off has no start, and whatever was told of its last one is over. */
  seePower: (reading: PowerReading, nowMs: number) => void
  /** A log was read; `isFirst`: from its beginning, so that its newest entry may be old. */
  seeLog: (reading: LogReading, isFirst: boolean, nowMs: number) => void
  seePostCode: (code: string, nowMs: number) => void
  /** What was told before the last start is told no more. */
  told: () => BootProgress[]
}

/** A big machine tests its memory for a quarter of an hour. */
const startsForMs = 15 * 60_000

export function createBootWatch(): BootWatch {
  const known = new Map<BootSource, BootProgress>()
  let begunAtMs = -Infinity
  let expectedAtMs = -Infinity
  let last: PowerReading | undefined

  function begin(atMs: number): void {
    begunAtMs = atMs
    expectedAtMs = Math.max(expectedAtMs, atMs)
  }

  /** What a source tells already goes on since then. */
  function see(source: BootSource, { stage, word }: BootSight, atMs: number): void {
    const was = known.get(source)
    if (was?.stage === stage && was.word === word && Date.parse(was.at) >= begunAtMs) return
    known.set(source, { source, stage, word, at: new Date(atMs).toISOString() })
  }

  return {
    expect(nowMs) {
      expectedAtMs = nowMs
    },
    begin,
    isStarting: (nowMs) => nowMs - expectedAtMs < startsForMs,
    seePower(reading, nowMs) {
      const { state, lastResetAt, progress } = reading
      const isReset = last?.lastResetAt !== undefined && lastResetAt !== undefined && last.lastResetAt !== lastResetAt
      if (state === 'off') {
        known.clear()
        expectedAtMs = -Infinity
      } else if (isReset || last?.state === 'off') begin(nowMs)
      if (state !== 'off' && progress !== undefined) see(progress.source, progress, nowMs)
      last = reading
    },
    seeLog({ progress }, isFirst, nowMs) {
      if (progress === undefined) return
      // In a log that is followed what is new is new now, whatever the BMC's clock says.
      const atMs = isFirst ? Date.parse(progress.at ?? '') : nowMs
      if (!Number.isNaN(atMs)) see('log', progress, atMs)
    },
    seePostCode: (code, nowMs) => see('post-code', { stage: null, word: code }, nowMs),
    told: () => [...known.values()].filter(({ at }) => Date.parse(at) >= begunAtMs),
  }
}
