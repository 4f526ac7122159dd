import { describe, expect, it } from 'vitest'
import { createPace } from './gate.ts'

/** How long each of so many deeds waits, when they come together after a rest. */
async function waitsOf(count: number, perSecond: () => number, restMs = 60_000): Promise<number[]> {
  let nowMs = 0
  const waits: number[] = []
  const pace = createPace(perSecond, () => nowMs, async (ms) => void waits.push(Math.round(ms)))
  nowMs = restMs
  for (let i = 0; i < count; i++) {
    const before = waits.length
    await pace(new AbortController().signal)
    if (waits.length === before) waits.push(0)
  }
  return waits
}

describe('the pace of commands (checklist 58)', () => {
  it('lets a second’s worth out at once after a rest, and not one more', async () => {
    const waits = await waitsOf(252, () => 250)
    expect(waits.slice(0, 250)).toEqual(Array(250).fill(0))
    expect(waits.slice(250)).toEqual([4, 8])
  })

  it('lets 500 start within two seconds where 250 a second are allowed', async () => {
    expect((await waitsOf(500, () => 250)).at(-1)).toBe(1_000)
  })

  it('does not save up more than a second', async () => {
    expect(await waitsOf(3, () => 2, 3_600_000)).toEqual([0, 0, 500])
  })

  it('heeds a figure that was changed meanwhile', async () => {
    let perSecond = 2
    const waits = await waitsOf(4, () => (perSecond += 0))
    expect(waits).toEqual([0, 0, 500, 1_000])
    perSecond = 10
    expect((await waitsOf(12, () => perSecond)).slice(10)).toEqual([100, 200])
  })

  it('says when it was stopped', async () => {
    const stop = new AbortController()
    stop.abort()
    expect(await createPace(() => 1, () => 0, async () => {})(stop.signal)).toBe(false)
  })
})
