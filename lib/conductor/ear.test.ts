import { expect, test } from 'vitest'
import { BmcError } from '#lib/bmc/errors.ts'
import type { BmcFailureKind } from '#lib/domain/bmc.ts'
import { createEar } from './ear.ts'

type Opened = { event: () => void; end: (how: 'idle' | 'closed' | BmcFailureKind) => Promise<void>; signal: AbortSignal }

/** An ear with a clock that stands until it is pushed, and the streams that it opened. */
function setUp() {
  const opened: Opened[] = []
  const state = { nowMs: 0, path: '/redfish/v1/SSE' as string | undefined, nudges: 0 }
  const ear = createEar({
    stream: () => state.path,
    now: () => state.nowMs,
    onEvent: () => (state.nudges += 1),
    listen: (_path, event, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new BmcError('failed', 'n', 'n: closed')))
        opened.push({
          event,
          signal,
          async end(how) {
            if (how === 'idle' || how === 'closed') resolve(how)
            else reject(new BmcError(how, 'n', `n: ${how}`))
            await new Promise((turn) => setImmediate(turn))
          },
        })
      }),
  })
  return { ear, opened, state, last: () => opened.at(-1)! }
}

test('listens once, whatever the number of answers, and passes events on', () => {
  const { ear, opened, state, last } = setUp()
  ear.wake()
  ear.wake()
  last().event()
  expect([opened.length, state.nudges]).toEqual([1, 1])
})

test('a BMC without a stream is not asked, and one that is spoken to otherwise is let go', async () => {
  const { ear, opened, state, last } = setUp()
  state.path = undefined
  ear.wake()
  expect(opened).toHaveLength(0)
  state.path = '/redfish/v1/SSE'
  ear.wake()
  state.path = undefined
  ear.wake()
  expect(last().signal.aborted).toBe(true)
  await ear.stop()
})

test.each(['unsupported', 'garbled', 'not-a-bmc'] as const)('%s is the end of it until the next survey', async (kind) => {
  const { ear, opened, state, last } = setUp()
  ear.wake()
  await last().end(kind)
  state.nowMs = 1e9
  ear.wake()
  expect(opened).toHaveLength(1)
  ear.renew()
  ear.wake()
  expect(opened).toHaveLength(2)
})

test('one that closes at once is tried less and less often, five times in all', async () => {
  const { ear, opened, state, last } = setUp()
  const at: number[] = []
  for (let second = 0; second < 100_000; second++) {
    state.nowMs = second * 1000
    const before = opened.length
    ear.wake()
    if (opened.length === before) continue
    at.push(second)
    await last().end('closed')
  }
  expect(at).toEqual([0, 10, 30, 70, 150])
})

test('an event forgives what was before, and long silence is no fault', async () => {
  const { ear, opened, state, last } = setUp()
  for (let i = 0; i < 20; i++) {
    state.nowMs += 1e8
    ear.wake()
    last().event()
    await last().end('closed')
  }
  expect(opened).toHaveLength(20)
  for (let i = 0; i < 20; i++) {
    state.nowMs += 1e8
    ear.wake()
    await last().end('idle')
  }
  expect(opened).toHaveLength(40)
})

test('three changes of which it told nothing, and it is given up; an event in between, and it is not', async () => {
  const { ear, opened, state, last } = setUp()
  ear.wake()
  ear.sawChange()
  ear.sawChange()
  last().event()
  ear.sawChange()
  ear.sawChange()
  expect(last().signal.aborted).toBe(false)
  ear.sawChange()
  expect(last().signal.aborted).toBe(true)
  await ear.stop()
  state.nowMs = 1e9
  ear.wake()
  expect(opened).toHaveLength(1)
})

test('a stop closes it and is no failure', async () => {
  const { ear, opened, last } = setUp()
  ear.wake()
  await ear.stop()
  expect(last().signal.aborted).toBe(true)
  ear.wake()
  expect(opened).toHaveLength(2)
})
