import { describe, expect, it } from 'vitest'
import type { BudgetAct, BudgetDeed, BudgetLevel, BudgetState } from './budget.ts'
import { dueForMs, lookAtBudget, toLevel, toSight, type WatchedBudget } from './budget-look.ts'
import type { Node } from './node.ts'
import { toPowerTotal } from './power-total.ts'
import { powerNode } from './testing/power-node.ts'

const t0 = Date.parse('2026-11-30T12:00:00Z')
const second = 1_000

const budget: WatchedBudget = { name: 'the rack', range: 'n[1-3]', capWatts: 1_000, warnShare: 0.9, overSeconds: 30, acts: [], armedMs: t0 }
const cap = (nodes: string, watts = 200): BudgetAct => ({ do: 'cap', nodes, watts })
const shut = (nodes: string): BudgetAct => ({ do: 'shutdown', nodes, forceAfterSeconds: null })

/** Three nodes that draw so much together; -1: the first tells nothing. */
const draw = (watts: number, nowMs: number, isPartly = false): Node[] => [
  powerNode('n1', nowMs, { watts: isPartly ? null : watts / 2 }),
  powerNode('n2', nowMs, { watts: isPartly ? watts / 2 : watts / 4 }),
  powerNode('n3', nowMs, { watts: isPartly ? watts / 2 : watts / 4 }),
]

describe('where a total stands', () => {
  it.each<[string, number, boolean, BudgetLevel, BudgetLevel]>([
    ['below the warning', 899, false, 'ok', 'ok'],
    ['at the warning', 900, false, 'ok', 'warning'],
    ['at the cap', 1_000, false, 'ok', 'warning'],
    ['above the cap', 1_001, false, 'ok', 'over'],
    ['a little below the cap after it was passed', 971, false, 'over', 'over'],
    ['3 % below the cap after it was passed', 970, false, 'over', 'warning'],
    ['a little below the warning after one', 871, false, 'warning', 'warning'],
    ['3 % of the cap below the warning after one', 870, false, 'warning', 'ok'],
    ['below, and somebody tells nothing', 500, true, 'ok', 'unknown'],
    ['at the warning by what is told alone', 900, true, 'unknown', 'warning'],
    ['above the cap by what is told alone', 1_001, true, 'unknown', 'over'],
    ['fallen because somebody tells nothing any more', 500, true, 'over', 'unknown'],
  ])('%s', (_, watts, isPartly, before, level) => {
    expect(toLevel(toPowerTotal(draw(watts, t0, isPartly), t0), budget, before)).toBe(level)
  })
})

/** A look every ten seconds: `1100` is drawn, `1100?` is told by two of three. What is said of each: level, passage once it counts, why nothing is done. */
function follow(looks: string, changes: Partial<WatchedBudget> = {}, everyMs = 10 * second): string[] {
  let state: BudgetState | null = null
  return looks.split(' ').map((look, at) => {
    const nowMs = t0 + at * everyMs
    const sight = toSight(budget, draw(Number.parseInt(look, 10), nowMs, look.endsWith('?')), nowMs)
    const decision = lookAtBudget({ ...budget, ...changes }, state, [], sight, nowMs)
    state = decision.state
    return [state.level, state.isPassed ? String(state.passage) : '-', state.hold ?? (decision.act === null ? '-' : `${decision.act.act.do} ${decision.act.node.name}`)].join(' ')
  })
}

describe('from look to look', () => {
  it.each<[string, string, Partial<WatchedBudget>, string[]]>([
    ['it counts after 30 s', '1100 1100 1100 1100', { armedMs: null }, ['over - -', 'over - -', 'over - -', 'over 1 off']],
    ['an excess that passes before is none', '1100 1100 500 1100 1100', {}, ['over - -', 'over - -', 'ok - -', 'over - -', 'over - -']],
    ['at once where it need not last', '1100', { overSeconds: 0, acts: [cap('n2')] }, ['over 1 cap n2']],
    ['off by default: nothing is done', '1100', { overSeconds: 0, armedMs: null, acts: [cap('n2')] }, ['over 1 off']],
    ['nothing is left to do', '1100', { overSeconds: 0 }, ['over 1 exhausted']],
    ['what is told alone is above: that is no guess', '1100?', { overSeconds: 0, acts: [cap('n2')] }, ['over 1 cap n2']],
    ['partly unknown and not above: nothing is done', '1100 990? 600?', { overSeconds: 0, acts: [cap('n2')] }, ['over 1 cap n2', 'over 1 unknown', 'unknown 1 unknown']],
    ['a second time is another passage', '1100 500 1100', { overSeconds: 0, acts: [cap('n2')] }, ['over 1 cap n2', 'ok - -', 'over 2 cap n2']],
    ['the same passage while it hovers', '1100 980 1100', { overSeconds: 0, acts: [cap('n2')] }, ['over 1 cap n2', 'over 1 cap n2', 'over 1 cap n2']],
  ])('%s', (_, looks, changes, said) => {
    expect(follow(looks, changes)).toEqual(said)
  })

  it('time in which nobody looked does not count', () => {
    expect(follow('1100 1100', {}, 61 * second)).toEqual(['over - -', 'over - -'])
  })
})

describe('what is done next', () => {
  const acts = [cap('n[1-2]'), shut('n3,n1')]
  const passed = (nodes: Node[], nowMs: number, deeds: readonly BudgetDeed[] = [], changes: Partial<WatchedBudget> = {}) => {
    const before: BudgetState = { lookedMs: nowMs - second, level: 'over', sinceMs: t0, overSinceMs: t0, passage: 1, armedMs: t0, isPassed: true, hold: null, total: toPowerTotal(nodes, nowMs), fullMs: null }
    const { state, act, lapsed } = lookAtBudget({ ...budget, acts, ...changes }, before, deeds, toSight(budget, nodes, nowMs), nowMs)
    return act === null ? `${state.hold}${lapsed === null ? '' : ', lapsed'}` : `${act.act.do} ${act.node.name}`
  }
  const nowMs = t0 + 60 * second
  const deed = (line: number, name: string, changes: Partial<BudgetDeed> = {}): BudgetDeed => ({ passage: 1, line, nodeId: `id-${name}`, state: 'asked', decidedMs: nowMs - 40 * second, endedMs: nowMs - 20 * second, ...changes })
  const nodes = (changes: Partial<Node> & { readMs?: number } = {}) => [powerNode('n1', nowMs, changes), powerNode('n2', nowMs), powerNode('n3', nowMs)]

  it.each<[string, Node[], BudgetDeed[], string]>([
    ['the first of the list', nodes(), [], 'cap n1'],
    ['the next, once what the first draws now was read', nodes(), [deed(0, 'n1')], 'cap n2'],
    ['nothing while an operation goes on', nodes(), [deed(0, 'n1', { endedMs: null })], 'waiting'],
    ['nothing before the node was read again', nodes({ readMs: nowMs - 21 * second }), [deed(0, 'n1')], 'waiting'],
    ['nothing while its readings are stale', nodes({ bmc: { ...powerNode('x', nowMs).bmc, state: 'failed' }, watts: 900 }).map((node) => ({ ...node, watts: 600 })), [deed(0, 'n1')], 'waiting'],
    ['the next, when a node stays silent for longer than readings last', nodes({ bmc: { ...powerNode('x', nowMs).bmc, state: 'failed' } }).map((node) => ({ ...node, watts: 600 })), [deed(0, 'n1', { endedMs: nowMs - 181 * second })], 'cap n2'],
    ['nothing while web is to ask', nodes(), [deed(0, 'n1', { state: 'due', decidedMs: nowMs - dueForMs, endedMs: null })], 'waiting'],
    ['what web did not ask in time has lapsed', nodes(), [deed(0, 'n1', { state: 'due', decidedMs: nowMs - dueForMs - 1, endedMs: null })], 'waiting, lapsed'],
    ['what has lapsed is decided anew', nodes(), [deed(0, 'n1', { state: 'lapsed' })], 'cap n1'],
    ['what was refused is passed over', nodes(), [deed(0, 'n1', { state: 'refused' })], 'cap n2'],
    ['the second line after the first, by name', nodes(), [deed(0, 'n1'), deed(0, 'n2')], 'shutdown n1'],
    ['deeds of an earlier passage are none of this one', nodes(), [deed(0, 'n1', { passage: 0 })], 'cap n1'],
    ['nothing while the last of an earlier passage goes on', nodes(), [deed(0, 'n1', { passage: 0, endedMs: null })], 'waiting'],
    ['what is due is taken back when the total has fallen', nodes().map((node) => ({ ...node, watts: 200 })), [deed(0, 'n1', { state: 'due', decidedMs: nowMs - second, endedMs: null })], 'null, lapsed'],
    ['everything is done', nodes(), [deed(0, 'n1'), deed(0, 'n2'), deed(1, 'n1'), deed(1, 'n3')], 'exhausted'],
  ])('%s', (_, all, deeds, expected) => {
    expect(passed(all, nowMs, deeds)).toBe(expected)
  })

  it.each<[string, Partial<Node>, string]>([
    ['protected', { protected: true }, 'cap n2'],
    ['off', { power: { state: 'off', at: new Date(nowMs).toISOString() } }, 'cap n2'],
    ['capped as low already', { capWatts: 200 }, 'cap n2'],
    ['capped higher is no reason', { capWatts: 201 }, 'cap n1'],
    ['of unknown state', { bmc: { ...powerNode('x', nowMs).bmc, state: 'failed' } }, 'cap n2'],
  ])('passes over a node that is %s', (_, changes, expected) => {
    expect(passed(nodes(changes).map((node) => ({ ...node, watts: 600 })), nowMs)).toBe(expected)
  })

  it('never touches a node that is not in the budget, though the list names it', () => {
    expect(passed([...nodes(), powerNode('m1', nowMs)], nowMs, [], { acts: [shut('m1'), shut('n2')] })).toBe('shutdown n2')
  })

  it('begins a list anew that was armed again while it is passed', () => {
    const done = [deed(0, 'n1'), deed(0, 'n2'), deed(1, 'n1'), deed(1, 'n3')]
    expect([passed(nodes(), nowMs, done), passed(nodes(), nowMs, done, { armedMs: t0 + 1 })]).toEqual(['exhausted', 'cap n1'])
  })

  it('gives the same for the same', () => {
    expect(passed(nodes(), nowMs, [deed(0, 'n1')])).toBe(passed(nodes(), nowMs, [deed(0, 'n1')]))
  })
})
