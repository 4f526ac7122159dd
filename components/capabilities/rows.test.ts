import { describe, expect, it } from 'vitest'
import type { Capabilities } from '#lib/domain/bmc.ts'
import { foldSlots, toGroups } from './rows.ts'

const old: Capabilities = {
  probedAt: '2026-11-29T00:00:00Z',
  resets: { On: { can: true, via: 'redfish' }, PowerCycle: { can: true, via: 'ipmi', composed: true, reason: 'lacks' } },
  indicator: { can: false, reason: 'no light' },
}
const rowsOf = (capabilities: Capabilities) => Object.fromEntries(toGroups(capabilities).flatMap(({ rows }) => rows.map((row) => [row.name, row])))

describe('toGroups', () => {
  it('reads a record of an older version: what it lacks was not asked', () => {
    const rows = rowsOf(old)
    expect(rows['PowerCycle']).toMatchObject({ can: true, via: 'ipmi', isComposed: true, told: { reason: 'lacks' } })
    expect(rows['indicator']).toMatchObject({ can: false, told: { reason: 'no light' } })
    expect(rows['media']).toMatchObject({ can: null, isUnasked: true })
    expect(rows['consoles']).toMatchObject({ can: null, isUnasked: true })
    expect(rows['sessions']).toBeUndefined()
  })

  it('says what the last probe could not read, with and without an earlier value', () => {
    const rows = rowsOf({ ...old, events: { can: true, via: 'redfish', types: [] }, unread: ['events', 'media'] })
    expect(rows['events']).toMatchObject({ can: true, isEarlier: true })
    expect(rows['media']).toMatchObject({ can: null, isEarlier: true, isUnasked: false })
  })

  it('gives each way of a console its line', () => {
    const rows = rowsOf({ ...old, consoles: [{ way: 'sol', can: true }, { way: 'ssh', can: false, reason: 'switched off' }] })
    expect(rows['sol']).toMatchObject({ can: true, via: 'ipmi' })
    expect(rows['ssh']).toMatchObject({ can: false, via: undefined, told: { reason: 'switched off' } })
  })
})

it('folds slots that differ in their names alone', () => {
  const slot = { owner: 'manager', can: null, mediaTypes: ['CD'], protocols: [] } as const
  const folded = foldSlots([{ ...slot, id: 'EXT1', mediaTypes: ['CD'], protocols: [] }, { ...slot, id: 'EXT2', mediaTypes: ['CD'], protocols: [] }, { ...slot, id: 'USB', mediaTypes: ['USBStick'], protocols: [] }])
  expect(folded.map(({ ids }) => ids)).toEqual([['EXT1', 'EXT2'], ['USB']])
})
