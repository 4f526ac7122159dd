import { describe, expect, it } from 'vitest'
import type { PowerState } from '#lib/domain/power.ts'
import { isConfirmed } from '#lib/domain/confirmation.ts'
import { fateOf, toDraw, toPlan, type Target } from './plan.ts'

const now = Date.parse('2026-11-23T12:00:00Z')
const target = (name: string, power: PowerState, changes: Partial<Target> = {}): Target => ({
  id: name,
  name,
  groups: [],
  rack: null,
  position: null,
  watts: 400,
  power: { state: power, at: '2026-11-23T11:59:58.000Z' },
  health: { level: 'ok', reasons: [], at: '2026-11-23T11:59:30.000Z' },
  bmc: { address: `${name}-ipmi`, protocol: 'auto', state: 'ok', via: 'ipmi', failure: null, latencyMs: 3, endpoints: [] },
  seenAt: '2026-11-23T11:59:58.000Z',
  protected: false,
  identity: {},
  ...changes,
})
const silent = (name: string) => target(name, 'on', { bmc: { ...target(name, 'on').bmc, state: 'failed' } })

describe('fateOf', () => {
  it.each([
    ['acts on a node that is on', target('n', 'on'), 'PowerCycle', 'act'],
    ['leaves a node alone that is off', target('n', 'off'), 'PowerCycle', 'pointless'],
    ['switches on what is off', target('n', 'off'), 'On', 'act'],
    ['asks a silent node nevertheless', silent('n'), 'ForceOff', 'silent'],
    ['is not sure of an old state', target('n', 'on', { power: { state: 'on', at: '2026-11-23T11:00:00.000Z' } }), 'ForceOff', 'unsure'],
    ['keeps from a protected node', target('n', 'on', { protected: true }), 'ForceOff', 'protected'],
    ['keeps from a protected node that is off, too', target('n', 'off', { protected: true }), 'On', 'protected'],
    [
      'believes the BMC about what it cannot do',
      target('n', 'on', { capabilities: { probedAt: '2026-11-23T00:00:00Z', resets: { Nmi: { can: false, reason: 'x' } }, indicator: { can: true } } }),
      'Nmi',
      'cannot',
    ],
  ] as const)('%s', (_, node, action, fate) => {
    expect(fateOf(node, action, now)).toBe(fate)
  })
})

const shape = (plan: ReturnType<typeof toPlan>) => plan.groups.map(({ fate, power, targets }) => [fate, power, targets.map(({ name }) => name).join()])

it('asks only for the nodes that take part, and tells of the rest by reason', () => {
  const plan = toPlan([target('n2', 'off'), target('n3', 'on'), silent('n4'), target('n10', 'on')], 'PowerCycle', now)
  expect(plan.taking.map(({ name }) => name)).toEqual(['n3', 'n4', 'n10'])
  expect(shape(plan)).toEqual([
    ['act', 'on', 'n3,n10'],
    ['silent', 'unknown', 'n4'],
    ['pointless', 'off', 'n2'],
  ])
})

it('takes nobody in who was not among those that somebody has seen', () => {
  const plan = toPlan([target('n1', 'on'), target('n2', 'on'), target('n3', 'off')], 'ForceOff', now, new Set(['n1']))
  expect(plan.taking.map(({ name }) => name)).toEqual(['n1'])
  expect(shape(plan)).toEqual([
    ['act', 'on', 'n1'],
    ['newly', 'on', 'n2'],
    ['pointless', 'off', 'n3'],
  ])
})

it('sums up what nodes draw, of those that tell it now', () => {
  const old = target('n3', 'on', { health: { level: 'ok', reasons: [], at: '2026-11-23T09:00:00.000Z' } })
  expect(toDraw([target('n1', 'on'), target('n2', 'on', { watts: null }), old, silent('n4')], now)).toEqual({ watts: 400, from: 1 })
})

it('wants the number typed above ten nodes', () => {
  expect(isConfirmed(10, '')).toBe(true)
  expect(isConfirmed(11, '')).toBe(false)
  expect(isConfirmed(24, '2')).toBe(false)
  expect(isConfirmed(24, ' 24 ')).toBe(true)
})
