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

const able = { probedAt: '2026-11-23T00:00:00Z', resets: { Nmi: { can: false, reason: 'x' } }, indicator: { can: false } }
const old = { power: { state: 'on', at: '2026-11-23T11:00:00.000Z' } } as const

describe('fateOf', () => {
  it.each([
    ['acts on a node that is on', target('n', 'on'), { action: 'PowerCycle' }, 'act'],
    ['leaves a node alone that is off', target('n', 'off'), { action: 'PowerCycle' }, 'pointless'],
    ['switches on what is off', target('n', 'off'), { action: 'On' }, 'act'],
    ['asks a silent node nevertheless', silent('n'), { action: 'ForceOff' }, 'silent'],
    ['is not sure of an old state', target('n', 'on', old), { action: 'ForceOff' }, 'unsure'],
    ['keeps from a protected node', target('n', 'on', { protected: true }), { action: 'ForceOff' }, 'protected'],
    ['keeps from a protected node that is off, too', target('n', 'off', { protected: true }), { action: 'On' }, 'protected'],
    ['believes the BMC about what it cannot do', target('n', 'on', { capabilities: able }), { action: 'Nmi' }, 'cannot'],
    ['believes it about a light too', target('n', 'on', { capabilities: able }), { action: 'IndicatorOn' }, 'cannot'],
    ['resets the BMC of a node that is off', target('n', 'off'), { action: 'ResetBmc' }, 'act'],
    ['needs no state for what is not about power', target('n', 'on', old), { action: 'SetBoot' }, 'act'],
    ['needs one to start a node at once', target('n', 'on', old), { action: 'SetBoot', start: true }, 'unsure'],
    ['asks a silent BMC for whatever it is', silent('n'), { action: 'ClearLog' }, 'silent'],
    ['keeps a BMC of a protected node from a reset', target('n', 'on', { protected: true }), { action: 'ResetBmc' }, 'protected'],
    ['lights a protected node', target('n', 'on', { protected: true }), { action: 'IndicatorOn' }, 'act'],
    ['gives the fans of a protected node back', target('n', 'on', { protected: true }), { action: 'AutomaticFans' }, 'act'],
    ['does not look at a state that will be another then', target('n', 'off'), { action: 'PowerCycle', later: true }, 'later'],
    ['does not take a silence for lasting', silent('n'), { action: 'PowerCycle', later: true }, 'later'],
    ['keeps from a protected node then as now', target('n', 'on', { protected: true }), { action: 'PowerCycle', later: true }, 'protected'],
    ['asks again in any state', target('n', 'off'), { action: 'PowerCycle', again: true }, 'act'],
  ] as const)('%s', (_, node, deed, fate) => {
    expect(fateOf(node, deed, now)).toBe(fate)
  })
})

const shape = (plan: ReturnType<typeof toPlan>) => plan.groups.map(({ fate, power, targets }) => [fate, power, targets.map(({ name }) => name).join()])

it('asks only for the nodes that take part, and tells of the rest by reason', () => {
  const plan = toPlan([target('n2', 'off'), target('n3', 'on'), silent('n4'), target('n10', 'on')], { action: 'PowerCycle' }, now)
  expect(plan.taking.map(({ name }) => name)).toEqual(['n3', 'n4', 'n10'])
  expect(shape(plan)).toEqual([
    ['act', 'on', 'n3,n10'],
    ['silent', 'unknown', 'n4'],
    ['pointless', 'off', 'n2'],
  ])
})

it('takes nobody in who was not among those that somebody has seen', () => {
  const plan = toPlan([target('n1', 'on'), target('n2', 'on'), target('n3', 'off')], { action: 'ForceOff' }, now, new Set(['n1']))
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
