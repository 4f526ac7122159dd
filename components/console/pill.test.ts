import { expect, test } from 'vitest'
import type { ConsoleStatus } from '#lib/domain/console.ts'
import { toPill } from './pill.ts'

const nothing = { reason: null, text: null, retryInMs: null }
const status = (state: ConsoleStatus['state']): ConsoleStatus => ({
  state,
  via: 'sol',
  host: 'available',
  at: '2026-11-23T18:00:00.000Z',
  ...nothing,
})

test('an open session is no longer shown as open when the socket is gone', () => {
  expect(toPill({ state: 'up' }, status('open'))).toEqual({ word: 'open', tone: 'ok' })
  expect(toPill({ state: 'down', text: null }, status('open'))).toEqual({ word: 'away', tone: 'warning' })
  expect(toPill({ state: 'connecting' }, status('open'))).toEqual({ word: 'connecting', tone: 'plain' })
  expect(toPill({ state: 'ended', why: 'revoked' }, status('open'))).toEqual({ word: 'ended', tone: 'critical' })
})

test('a socket without a word of the session is still connecting; a host that is away is still an open session', () => {
  expect(toPill({ state: 'up' }, null).word).toBe('connecting')
  expect(toPill({ state: 'up' }, { ...status('open'), host: 'unavailable' }).word).toBe('open')
})
