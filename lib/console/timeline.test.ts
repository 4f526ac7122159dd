import { describe, expect, it } from 'vitest'
import type { ConsoleMark } from '#lib/domain/console.ts'
import { createTimeline, type Checkpoint, type Cursor, type Timeline } from './timeline.ts'

const at = '2026-11-23T00:00:00.000Z'
const checkpoint = (offset: number, markId = 0): Checkpoint => ({ offset, markId, columns: 80, rows: 24, screen: Buffer.from(`screen at ${offset}`) })
const mark = (id: number, offset: number): ConsoleMark => ({ id, offset, at, kind: 'opened' })
const sized = (id: number, offset: number, columns: number): ConsoleMark => ({ id, offset, at, kind: 'size', by: 'ada', columns, rows: 24 })
const pattern = (length: number, from = 0) => Buffer.from(Array.from({ length }, (_, n) => (from + n) % 251))

function readAll(timeline: Timeline, from: Cursor, most = 1000): { bytes: Buffer; order: (number | string)[]; cursor: Cursor } {
  const cursor = { ...from }
  const parts: Buffer[] = []
  const order: (number | string)[] = []
  for (;;) {
    const piece = timeline.next(cursor, most)
    if (piece.kind === 'end' || piece.kind === 'gone') {
      if (piece.kind === 'gone') order.push('gone')
      return { bytes: Buffer.concat(parts), order, cursor }
    }
    if (piece.kind === 'mark') {
      cursor.markId = piece.mark.id
      order.push(`mark ${piece.mark.id}`)
    } else {
      cursor.offset += piece.bytes.length
      parts.push(piece.bytes)
      if (typeof order.at(-1) === 'number') order.push((order.pop() as number) + piece.bytes.length)
      else order.push(piece.bytes.length)
    }
  }
}

describe('the timeline', () => {
  it('gives every byte once and in order, whatever the pieces', () => {
    const timeline = createTimeline(checkpoint(0), 1_000_000)
    for (const length of [1, 4095, 4096, 4097, 10_000, 0, 3]) timeline.append(pattern(length, timeline.end()))
    for (const most of [1, 100, 4096, 50_000]) {
      expect(readAll(timeline, { offset: 0, markId: 0 }, most).bytes.equals(pattern(22_292))).toBe(true)
    }
    expect(readAll(timeline, { offset: 5_000, markId: 0 }).bytes.equals(pattern(17_292, 5_000))).toBe(true)
  })

  it('puts marks in their places, those after the last byte too', () => {
    const timeline = createTimeline(checkpoint(0), 1_000_000)
    timeline.mark(mark(1, 0))
    timeline.append(pattern(10))
    timeline.mark(mark(2, 10))
    timeline.mark(mark(3, 10))
    timeline.append(pattern(5000))
    timeline.mark(mark(4, 5010))
    expect(readAll(timeline, { offset: 0, markId: 0 }).order).toEqual(['mark 1', 10, 'mark 2', 'mark 3', 5000, 'mark 4'])
    // Who has seen mark 2 and came back is given 3 and not 2.
    expect(readAll(timeline, { offset: 10, markId: 2 }).order).toEqual(['mark 3', 5000, 'mark 4'])
  })

  it('forgets what lies before the last checkpoint that leaves enough', () => {
    const timeline = createTimeline(checkpoint(0), 10_000)
    timeline.mark(mark(1, 0))
    for (let n = 1; n <= 10; n += 1) {
      timeline.append(pattern(4_000, timeline.end()))
      timeline.checkpoint(checkpoint(timeline.end(), 1))
    }
    expect(timeline.first()).toMatchObject({ offset: 28_000, markId: 1 })
    expect(timeline.size()).toBeLessThan(10_000 + 4_000 + 4_096)
    expect(readAll(timeline, { offset: 0, markId: 0 }).order).toEqual(['gone'])
    expect(readAll(timeline, timeline.first()).bytes.equals(pattern(12_000, 28_000))).toBe(true)
  })

  it('refuses places that were never there', () => {
    const timeline = createTimeline(checkpoint(0), 10_000)
    timeline.append(pattern(10))
    for (const cursor of [{ offset: 11, markId: 0 }, { offset: -1, markId: 0 }, { offset: 3, markId: 9 }]) expect(timeline.has(cursor)).toBe(false)
    expect(timeline.has({ offset: 10, markId: 0 })).toBe(true)
  })

  it('keeps one size of a window that is dragged, and few marks of a line that flaps', () => {
    const timeline = createTimeline(checkpoint(0), 10_000)
    for (let id = 1; id <= 300; id += 1) timeline.mark(sized(id, 0, 80 + (id % 100)))
    expect(readAll(timeline, { offset: 0, markId: 0 }).order).toEqual(['mark 300'])
    for (let id = 301; id <= 2_000; id += 1) timeline.mark(mark(id, 0))
    const { order } = readAll(timeline, { offset: 0, markId: 0 })
    expect([order.length, order[0], order.at(-1)]).toEqual([500, 'mark 300', 'mark 2000'])
  })
})
