import { describe, expect, it } from 'vitest'
import type { Command } from '#lib/ipmi/command.ts'
import { IpmiError } from '#lib/ipmi/errors.ts'
import { readSelClock, toZoneMinutes } from './ipmi-sel-clock.ts'

const hour = 3_600_000
const now = Date.UTC(2026, 10, 30, 12)

describe('the zone of a log', () => {
  it.each([
    ['none stated: UTC', now, undefined, 0],
    ['stated, and the clock runs by it', now + 8 * hour, 480, 480],
    ['stated west of UTC, the clock some minutes off beside', now - 5 * hour + 300_000, -300, -300],
    ['stated, and the clock is none the less UTC (a zone chosen on its page)', now, 480, 0],
    ['UTC, stated', now, 0, 0],
    ['stated, the clock not set: nothing speaks against it', 4_660_000, 480, 480],
    ['stated, the clock not told', undefined, 480, 480],
  ])('%s', (_, told, stated, zone) => {
    expect(toZoneMinutes(told, stated, now)).toBe(zone)
  })
})

describe('reading it', () => {
  const seconds = (ms: number) => {
    const data = Buffer.alloc(4)
    data.writeUInt32LE(Math.floor(ms / 1000), 0)
    return data
  }
  /** A BMC that answers these commands by their number, and refuses others. */
  const sessionOf = (answers: Record<number, Buffer>) => ({
    async send<Request, Response>(command: Command<Request, Response>): Promise<Response> {
      const data = answers[command.cmd]
      if (data === undefined) throw new IpmiError('completion-code', 'invalid command (C1h)')
      return command.decode(data)
    },
  })
  const optional = async <T>(_: string, ask: () => Promise<T>) => ask().catch(() => undefined)

  it('a clock in local time is right', async () => {
    const { clock, zoneMinutes } = await readSelClock(sessionOf({ 0x48: seconds(Date.now() + 8 * hour), 0x5c: Buffer.from('e001', 'hex') }), optional)
    expect(zoneMinutes).toBe(480)
    expect(Math.abs(clock!.aheadSeconds!)).toBeLessThan(60)
  })

  it('without an offset it is eight hours ahead; one that was not set stays unset', async () => {
    const { clock, zoneMinutes } = await readSelClock(sessionOf({ 0x48: seconds(Date.now() + 8 * hour) }), optional)
    expect([zoneMinutes, Math.round(clock!.aheadSeconds! / 3600)]).toEqual([0, 8])
    expect((await readSelClock(sessionOf({ 0x48: seconds(4_660_000), 0x5c: Buffer.from('e001', 'hex') }), optional)).clock?.aheadSeconds).toBeNull()
    expect(await readSelClock(sessionOf({ 0x5c: Buffer.from('ff07', 'hex') }), optional)).toEqual({ clock: null, zoneMinutes: 0 })
  })
})
