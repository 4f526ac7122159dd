import { describe, expect, it } from 'vitest'
import { alertTiming, type Alert, type QuietReason } from './alert.ts'
import { lookAt, type Seen, type WatchingRule } from './alert-look.ts'
import { toAlertMessage } from './alert-message.ts'
import { suggestedRules, type AlertCondition } from './alert-rule.ts'
import type { SensorNews } from './alert-sight.ts'
import type { BudgetState } from './budget.ts'
import type { Node } from './node.ts'
import { parseSelection } from './selection.ts'
import { sampleNode } from './testing/sample-node.ts'

const t0 = Date.parse('2026-11-30T12:00:00Z')
const second = 1_000
const iso = (ms: number) => new Date(ms).toISOString()

const node = (name: string, changes: Partial<Node> = {}): Node => sampleNode(name, iso(t0), changes)

const silentBmc: Node['bmc'] = { ...node('x').bmc, state: 'failed', failure: { kind: 'unreachable', address: '10.0.0.1:623', text: '' } }
const silent = (name: string, changes: Partial<Node> = {}) => node(name, { bmc: silentBmc, ...changes })

const rule = (condition: AlertCondition, changes: Partial<WatchingRule> = {}): WatchingRule => ({
  id: 'r', name: 'the rule', isOn: true, range: '*', condition, level: 'warning', receivers: ['x'], repeatSeconds: null, tellsOver: true, sinceMs: 0, ...changes,
})

const seen = (changes: Partial<Seen> = {}): Seen => ({
  nowMs: t0, isAfterGap: false, nodes: [], quietOf: () => null, sensors: () => undefined, operations: [], budgets: [], audit: { isLate: false, waitingSince: null }, ...changes,
})

const states = (alerts: readonly Alert[]) => alerts.map(({ node: name, subject, state }) => `${name ?? subject} ${state}`)

describe('what a condition sees', () => {
  const stale = iso(t0 - 600 * second)
  const warning: Node['health'] = { level: 'warning', reasons: [{ level: 'warning', code: 'state', part: 'PSU 1' }], at: iso(t0) }
  const critical: Node['health'] = { ...warning, level: 'critical' }
  const hot: SensorNews = { isNew: true, evidence: { kind: 'sensor', name: 'Inlet', reading: 41, unit: '°C', more: 0 } }
  const health = (level: 'warning' | 'critical'): AlertCondition => ({ kind: 'health', level, forSeconds: 0 })
  const sensor: AlertCondition = { kind: 'sensor', sensor: 'temperature', name: null, is: 'over', value: 40, forSeconds: 0 }
  const silence: AlertCondition = { kind: 'silent', forSeconds: 0 }

  it.each<[string, AlertCondition, Node, SensorNews | undefined, string[]]>([
    ['a warning, for who wants warnings', health('warning'), node('n1', { health: warning }), undefined, ['n1 firing']],
    ['no warning, for who wants what is critical', health('critical'), node('n1', { health: warning }), undefined, []],
    ['what is critical, for both', health('warning'), node('n1', { health: critical }), undefined, ['n1 firing']],
    ['no health of yesterday', health('warning'), node('n1', { health: { ...critical, at: stale } }), undefined, []],
    ['no health of a silent BMC', health('warning'), silent('n1', { health: critical }), undefined, []],
    ['a BMC that does not answer', silence, silent('n1'), undefined, ['n1 firing']],
    ['no BMC that is asked for the first time', silence, node('n1', { bmc: { ...silentBmc, state: 'probing' } }), undefined, []],
    ['no BMC whose conductor is gone', silence, node('n1', { power: { state: 'on', at: stale } }), undefined, []],
    ['a sensor beyond', sensor, node('n1'), hot, ['n1 firing']],
    ['a sensor within', sensor, node('n1'), { isNew: true, evidence: null }, []],
    ['no sensor of yesterday', sensor, node('n1', { health: { ...warning, at: stale } }), hot, []],
    ['no sensor where none was read', sensor, node('n1'), undefined, []],
  ])('%s', (_, condition, one, sensors, expected) => {
    expect(states(lookAt(rule(condition), [], seen({ nodes: [one], sensors: () => sensors }), alertTiming).alerts)).toEqual(expected)
  })

  it('the same reading again says what it said, and a new one what it says', () => {
    const look = (known: readonly Alert[], sensors: SensorNews) => lookAt(rule(sensor), known, seen({ nodes: [node('n1')], sensors: () => sensors }), alertTiming).alerts
    const firing = look([], hot)
    expect(states(look(firing, { isNew: false, evidence: null }))).toEqual(['n1 firing'])
    expect(states(look(firing, { isNew: true, evidence: null }))).toEqual(['n1 over'])
    expect(states(look([], { isNew: false, evidence: null }))).toEqual([])
  })
})

describe('whom a rule is about', () => {
  const silence: AlertCondition = { kind: 'silent', forSeconds: 0 }
  const look = (known: readonly Alert[], nodes: readonly Node[], range = '*', quietOf: Seen['quietOf'] = () => null) =>
    lookAt(rule(silence, { range }), known, seen({ nodes, quietOf }), alertTiming)

  it('the nodes of its range', () => {
    expect(states(look([], ['n1', 'n2', 'gpu1'].map((name) => silent(name)), 'n[1-2],-n2').alerts)).toEqual(['n1 firing'])
  })

  it('a node that left the range, or was removed, is over and told under its name', () => {
    const told = look([], [silent('n1'), silent('n2')]).alerts.map((alert): Alert => ({ ...alert, told: 'firing', sinceMs: t0 - 3600 * second }))
    const { alerts, tellings } = lookAt(rule(silence, { range: 'n1' }), told, seen({ nodes: [silent('n1')], nowMs: t0 + 60 * second }), alertTiming)
    expect(states(alerts)).toEqual(['n1 firing', 'n2 over'])
    expect(tellings).toEqual([])
    const later = lookAt(rule(silence, { range: 'n1' }), alerts, seen({ nodes: [silent('n1')], nowMs: t0 + 90 * second }), alertTiming)
    expect(later.tellings.map(({ kind, alerts: of }) => [kind, states(of)])).toEqual([['over', ['n2 over']]])
  })

  it('300 nodes that fall silent together are one message with one folded range', () => {
    const nodes = Array.from({ length: 300 }, (_, index) => silent(`n${index + 1}`))
    const begun = look([], nodes)
    expect(begun.tellings).toEqual([])
    const { tellings } = lookAt(rule(silence), begun.alerts, seen({ nodes, nowMs: t0 + 20 * second }), alertTiming)
    const message = toAlertMessage(rule(silence), tellings[0]!, t0, alertTiming)
    expect([tellings.length, message.range, message.count, message.nodes.length, message.alerts.length]).toEqual([1, 'n[1-300]', 300, 300, 200])
  })

  it('nobody is told of quiet nodes, and all of what still fires when it ends', () => {
    const quietOf = ({ name }: Node): QuietReason | null => (name === 'n1' ? 'maintenance' : null)
    const first = look([], [silent('n1'), silent('n2')], '*', quietOf)
    const later = seen({ nodes: [silent('n1'), silent('n2')], nowMs: t0 + 30 * second, quietOf })
    const second_ = lookAt(rule(silence), first.alerts, later, alertTiming)
    expect(second_.tellings.map(({ alerts }) => states(alerts))).toEqual([['n2 firing']])
    expect(second_.alerts.map(({ quiet }) => quiet)).toEqual(['maintenance', null])
    const third = lookAt(rule(silence), second_.alerts, { ...later, nowMs: t0 + 100 * second, quietOf: () => null }, alertTiming)
    expect(third.tellings.map(({ alerts }) => states(alerts))).toEqual([['n1 firing']])
  })
})

describe('operations and the audit', () => {
  const ended = { id: 'op', action: 'PowerCycle', by: 'ada', endedAtMs: t0 - 30 * second, failed: ['n2', 'n3'], total: 10 } as const
  const look = (changes: Partial<WatchingRule>, more: Partial<Seen> = {}, known: readonly Alert[] = []) =>
    lookAt(rule({ kind: 'operation' }, changes), known, seen({ nodes: ['n1', 'n2', 'n3'].map((name) => node(name)), operations: [{ ...ended, failed: [...ended.failed] }], ...more }), alertTiming)

  it('an operation is told once, with the nodes of the range', () => {
    const { alerts } = look({ range: 'n[1-2]' })
    const { tellings, alerts: told } = look({ range: 'n[1-2]' }, { nowMs: t0 + 20 * second }, alerts)
    expect(tellings[0]!.alerts[0]!.evidence).toEqual({ kind: 'operation', id: 'op', action: 'PowerCycle', by: 'ada', failed: ['n2'], total: 10 })
    const after = look({ range: 'n[1-2]', repeatSeconds: 300 }, { nowMs: t0 + 7200 * second }, told)
    expect([states(after.alerts), after.tellings]).toEqual([['op over'], []])
  })

  it('not one that ended before the rule began, outside its range, or on nodes under maintenance alone', () => {
    expect(look({ sinceMs: t0 }).alerts).toEqual([])
    expect(look({ range: 'n1' }).alerts).toEqual([])
    expect(look({}, { quietOf: ({ name }) => (name === 'n2' ? 'maintenance' : null) }).alerts[0]!.quiet).toBeNull()
    expect(look({}, { quietOf: () => 'maintenance' }).alerts[0]!.quiet).toBe('maintenance')
  })

  it('an audit that is not signed for as long as the rule says', () => {
    const audit = rule({ kind: 'audit', forSeconds: 60 })
    const late = { audit: { isLate: true, waitingSince: iso(t0) } }
    const { alerts } = lookAt(audit, [], seen(late), alertTiming)
    expect(states(alerts)).toEqual(['audit pending'])
    expect(states(lookAt(audit, alerts, seen({ ...late, nowMs: t0 + 60 * second }), alertTiming).alerts)).toEqual(['audit firing'])
  })
})

it('the suggested rules can be read by those who keep them', () => {
  for (const { range } of suggestedRules) expect(parseSelection(range, { exact: true }).problem).toBeNull()
})

describe('budgets', () => {
  const total = { nodes: 2, watts: 950, told: 1, silent: 1, off: 0, oldestAt: null, capWatts: 0, capped: 0 }
  const state: BudgetState = { lookedMs: t0, level: 'warning', sinceMs: t0, overSinceMs: null, passage: 0, armedMs: null, isPassed: false, hold: null, total, fullMs: null }
  const look = (level: 'warning' | 'over', changes: Partial<BudgetState> | null, more: Partial<Seen> = {}, range = '*') => {
    const budgets = [{ id: 'b', name: 'rack', range: 'n[1-2]', capWatts: 1_000, state: changes && { ...state, ...changes } }]
    return lookAt(rule({ kind: 'budget', level, forSeconds: 0 }, { range }), [], seen({ nodes: ['n1', 'n2', 'n3'].map((name) => node(name)), budgets, ...more }), alertTiming).alerts
  }

  it.each<[string, 'warning' | 'over', Partial<BudgetState> | null, string[]]>([
    ['near its cap', 'warning', {}, ['b firing']],
    ['over, for who wants to be warned', 'warning', { level: 'over' }, ['b firing']],
    ['near its cap, for who wants to know of an excess', 'over', {}, []],
    ['over, and not yet for as long as it must', 'over', { level: 'over' }, []],
    ['over for so long', 'over', { level: 'over', isPassed: true }, ['b firing']],
    ['within', 'warning', { level: 'ok' }, []],
    ['not known', 'warning', { level: 'unknown' }, []],
    ['of a look long ago', 'warning', { lookedMs: t0 - 61 * second }, []],
    ['never looked at', 'warning', null, []],
  ])('%s', (_, level, changes, expected) => {
    expect(states(look(level, changes))).toEqual(expected)
  })

  it('tells what is drawn and what is not told', () => {
    expect(look('warning', {})[0]!.evidence).toEqual({ kind: 'budget', name: 'rack', level: 'warning', watts: 950, capWatts: 1_000, silent: 1 })
  })

  it('are those with a node in the range, and quiet when all of their nodes are', () => {
    expect(look('warning', {}, {}, 'n3')).toEqual([])
    expect(look('warning', {}, { quietOf: ({ name }) => (name === 'n1' ? 'silence' : null) })[0]!.quiet).toBeNull()
    expect(look('warning', {}, { quietOf: () => 'silence' })[0]!.quiet).toBe('silence')
  })
})
