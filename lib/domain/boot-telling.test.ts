import { describe, expect, it } from 'vitest'
import type { BootProgress } from './boot-progress.ts'
import { toTelling } from './boot-telling.ts'

const at = '2026-11-30T12:00:00.000Z'
const one = (source: BootProgress['source'], changes: Partial<BootProgress> = {}): BootProgress => ({ source, stage: null, word: 'w', at, ...changes })

describe('what is told of a start', () => {
  const all = [one('console'), one('log'), one('post-code'), one('redfish', { stage: 'osRunning' })]

  it('begins with what the BMC says by itself', () => {
    expect(toTelling(all, Date.parse(at) + 60_000).map(({ source }) => source)).toEqual(['redfish', 'post-code', 'log', 'console'])
  })

  it('is, of a start long over, the state alone', () => {
    expect(toTelling(all, Date.parse(at) + 3_600_000).map(({ source }) => source)).toEqual(['redfish'])
  })
})
