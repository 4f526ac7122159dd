import { getEventListeners } from 'node:events'
import { expect, it } from 'vitest'
import { pause } from './pause.ts'

it('leaves nothing behind at its signal', async () => {
  const { signal } = new AbortController()
  await pause(0, signal)
  await pause(0, signal)
  expect(getEventListeners(signal, 'abort')).toEqual([])
})

it('ends with its signal', async () => {
  const stop = new AbortController()
  const waiting = pause(3_600_000, stop.signal)
  stop.abort()
  await waiting
  await pause(3_600_000, stop.signal)
  expect(getEventListeners(stop.signal, 'abort')).toEqual([])
})
