import { describe, expect, it } from 'vitest'
import { toInstallEnd, usualInstallTiming as timing, type InstallSight, type Reads } from './install-end.ts'

const minute = 60_000
const t0 = Date.UTC(2026, 10, 30)
const gib = 2 ** 30

const reads = (changes: Partial<Reads> = {}): Reads => ({ bytes: 0, requests: 0, percent: 0, firstReadAtMs: null, lastReadAtMs: null, refusedAddress: null, isRevoked: false, ...changes })
const sight = (afterMs: number, changes: Partial<InstallSight> = {}): InstallSight => ({
  nowMs: t0 + afterMs,
  restartedAtMs: t0,
  before: { bytes: 0, requests: 0 },
  reads: reads(),
  restart: null,
  isInserted: null,
  isStopped: false,
  ...changes,
})
/** A node that has read 1.5 GiB, the last of it so long ago. */
const read = (afterMs: number, quietMs: number, changes: Partial<InstallSight> = {}, more: Partial<Reads> = {}) =>
  sight(afterMs, { reads: reads({ bytes: 1.5 * gib, requests: 24_000, percent: 88.7, firstReadAtMs: t0 + 30_000, lastReadAtMs: t0 + afterMs - quietMs, ...more }), ...changes })

describe('an install goes on', () => {
  it.each([
    ['while nothing was read for less than a quarter of an hour', sight(14 * minute)],
    ['while the node reads', read(40 * minute, 2_000)],
    ['while it has read a little while ago', read(40 * minute, 9 * minute)],
    ['right after the node has restarted', read(40 * minute, minute, { restart: 'seen off' })],
    ['while a BMC says that it holds the image', read(40 * minute, 2_000, { isInserted: true })],
  ])('%s', (_, seen) => {
    expect(toInstallEnd(seen, timing)).toBeNull()
  })
})

describe('an install ends', () => {
  it.each<[string, InstallSight, Partial<NonNullable<ReturnType<typeof toInstallEnd>>>, string]>([
    ['when nothing was read any more for ten minutes', read(50 * minute, 10 * minute), { next: 'remove', state: 'verified' }, 'it read 1.5 GiB, 88 % of the image, in 24000 requests within 40 min; then nothing for 10 min'],
    ['sooner when the node has restarted', read(50 * minute, 3 * minute, { restart: 'seen off' }), { next: 'remove', state: 'verified' }, 'then the node restarted (seen off) and read nothing for 3 min'],
    ['when the BMC has ejected it by itself', read(50 * minute, 2_000, { isInserted: false }), { next: 'gone', state: 'verified' }, 'then it was ejected, by somebody or by the BMC itself'],
    ['when somebody has ejected it', read(50 * minute, 2_000, {}, { isRevoked: true }), { next: 'gone', state: 'verified' }, 'then it was ejected'],
    ['when it was mounted and never fetched', sight(15 * minute), { next: 'remove', state: 'not-applied', code: 'never-read' }, 'mounted but never read: the node was restarted 15 min ago and has read nothing of the image since, and its BMC has not fetched a byte of it either'],
    [
      'when only the BMC has looked at it',
      sight(16 * minute, { before: { bytes: 65_536, requests: 3 }, reads: reads({ bytes: 65_536, requests: 3 }) }),
      { next: 'remove', state: 'not-applied', code: 'never-read' },
      'though its BMC looked at it when it took it in (64.0 KiB in 3 requests). So the node did not boot from it: look at its console, at its boot mode',
    ],
    ['when somebody else asked for it', sight(16 * minute, { reads: reads({ refusedAddress: '10.0.0.99' }) }), { code: 'never-read' }, 'The address 10.0.0.99 asked for it and got nothing, because it is not this BMC\'s'],
    ['when it is out and unread', sight(2 * minute, { isInserted: false }), { next: 'gone', state: 'not-applied', code: 'ejected-unread' }, 'has ejected it'],
    ['when firmware has looked at it and no more', read(20 * minute, 10 * minute, {}, { bytes: 100_000, percent: 0.4 }), { next: 'remove', state: 'unknown', code: 'little-read' }, 'less than 1 % of the image'],
    ['well when a small image was read whole', read(20 * minute, 10 * minute, {}, { bytes: 100_000, percent: 100 }), { state: 'verified' }, '100 % of the image'],
    ['and leaves in what is read for eight hours', read(480 * minute, 2_000), { next: 'leave', state: 'unknown', code: 'still-reading' }, 'the image was left in'],
    ['when it is stopped before anything was read', sight(minute, { isStopped: true }), { next: 'remove', state: 'aborted', code: 'stopped' }, 'before the node had read anything'],
    ['when it is stopped after the reads', read(9 * minute, 2 * minute, { isStopped: true }), { next: 'remove', state: 'aborted', code: 'stopped' }, 'until then it read 1.5 GiB'],
    ['and leaves in what the host reads just now', read(9 * minute, 4_000, { isStopped: true }), { next: 'leave', state: 'aborted', code: 'left-mounted' }, 'the last time 4 s ago: the image was left in'],
    ['when it is stopped and out already', read(9 * minute, 4_000, { isStopped: true, isInserted: false }), { next: 'gone', state: 'aborted' }, 'the image is out'],
  ])('%s', (_, seen, end, text) => {
    const found = toInstallEnd(seen, timing)
    expect(found).toMatchObject(end)
    expect(found!.text).toContain(text)
  })
})

describe('an install from another server, whose reads nobody counts', () => {
  it.each<[string, Partial<InstallSight>, number, object | null]>([
    ['goes on', {}, 60 * minute, null],
    ['ends when the node restarts', { restart: 'seen off' }, 60 * minute, { next: 'remove', state: 'unknown' }],
    ['ends when the BMC has ejected it', { isInserted: false }, 60 * minute, { next: 'gone', state: 'unknown' }],
    ['is left in when it is stopped', { isStopped: true }, 60 * minute, { next: 'leave', state: 'aborted' }],
    ['is not watched for ever', {}, 480 * minute, { next: 'leave', state: 'unknown' }],
  ])('%s', (_, changes, afterMs, end) => {
    const found = toInstallEnd(sight(afterMs, { ...changes, reads: null }), timing)
    if (end === null) expect(found).toBeNull()
    else expect(found).toMatchObject(end)
  })
})
