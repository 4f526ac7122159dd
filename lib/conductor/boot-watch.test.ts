import { describe, expect, it } from 'vitest'
import type { PowerReading } from '#lib/bmc/bmc.ts'
import { createBootWatch } from './boot-watch.ts'

const t0 = Date.parse('2026-11-30T12:00:00.000Z')
const at = (ms: number) => new Date(t0 + ms).toISOString()
const memory = { stage: 'memory', word: 'MemoryInitializationStarted' } as const
const running = { stage: 'osRunning', word: 'OSRunning' } as const
const on = (sight: typeof memory | typeof running | null, lastResetAt?: string): PowerReading =>
  ({ state: 'on', ...(sight && { progress: { source: 'redfish', ...sight } }), ...(lastResetAt === undefined ? {} : { lastResetAt }) })
const log = (word: string, happenedAt: string | null) => ({ entries: [], cursor: null, sources: [], progress: { stage: null, word, at: happenedAt } })

describe('the watch over the start of a host', () => {
  it('keeps since when something is told, by each source', () => {
    const watch = createBootWatch()
    watch.seePower(on(memory), t0)
    watch.seePower(on(memory), t0 + 10_000)
    watch.seePostCode('0x92', t0 + 10_000)
    expect(watch.told()).toEqual([{ source: 'redfish', ...memory, at: at(0) }, { source: 'post-code', stage: null, word: '0x92', at: at(10_000) }])
    watch.seePower(on(running), t0 + 20_000)
    expect(watch.told()[0]).toEqual({ source: 'redfish', ...running, at: at(20_000) })
  })

  it.each([
    ['a command of ours', (watch: ReturnType<typeof createBootWatch>) => watch.begin(t0 + 60_000)],
    ['another reset time', (watch: ReturnType<typeof createBootWatch>) => watch.seePower(on(null, 'b'), t0 + 60_000)],
  ])('does not take what was told before a start for what is told of it: %s', (_, start) => {
    const watch = createBootWatch()
    watch.seePower(on(running, 'a'), t0)
    start(watch)
    expect(watch.isStarting(t0 + 60_000)).toBe(true)
    watch.seePower(on(running, 'b'), t0 + 70_000)
    expect(watch.told()).toEqual([{ source: 'redfish', ...running, at: at(70_000) }])
  })

  it('is told of nothing while the host is off, and begins when it is on again', () => {
    const watch = createBootWatch()
    watch.seePower(on(running), t0)
    watch.seePower({ state: 'off', progress: { source: 'redfish', stage: 'notStarted', word: 'None' } }, t0 + 10_000)
    expect([watch.told(), watch.isStarting(t0 + 10_000)]).toEqual([[], false])
    watch.seePower({ state: 'poweringOn' }, t0 + 20_000)
    expect(watch.isStarting(t0 + 20_000)).toBe(true)
  })

  it('tells nothing of before a start, and of a host that was switched off expects none', () => {
    const watch = createBootWatch()
    watch.seePower(on(running), t0)
    watch.begin(t0 + 10_000)
    expect(watch.told()).toEqual([])
    watch.seePower({ state: 'off' }, t0 + 20_000)
    expect(watch.isStarting(t0 + 20_000)).toBe(false)
  })

  it('lasts a quarter of an hour', () => {
    const watch = createBootWatch()
    expect(watch.isStarting(t0)).toBe(false)
    watch.expect(t0)
    expect([watch.isStarting(t0 + 14 * 60_000), watch.isStarting(t0 + 15 * 60_000)]).toEqual([true, false])
  })

  it('takes the time of an old log from the log, and of what came since from its own clock', () => {
    const watch = createBootWatch()
    watch.seeLog(log('memory', null), true, t0)
    expect(watch.told()).toEqual([])
    watch.seeLog(log('memory', at(-86_400_000)), true, t0)
    expect(watch.told()).toMatchObject([{ source: 'log', word: 'memory', at: at(-86_400_000) }])
    watch.seeLog(log('video', at(-3_600_000)), false, t0)
    expect(watch.told()).toMatchObject([{ source: 'log', word: 'video', at: at(0) }])
  })
})
