import { describe, expect, it } from 'vitest'
import type { NodePlan, PlannedLine } from '#lib/api/nodes-contract.ts'
import { isReady, linesOf, namesToWatch, toImport } from './plan.ts'

const line = (number: number, verdict: PlannedLine['verdict'], fields: string[] = []): PlannedLine => ({ line: number, name: `n${number}`, address: null, verdict, fields, problems: [] })

function toPlan(...lines: PlannedLine[]): NodePlan {
  const count = (verdict: PlannedLine['verdict']) => lines.filter((one) => one.verdict === verdict).length
  return { isDryRun: true, counts: { add: count('add'), change: count('change'), same: count('same'), skip: count('skip'), bad: count('bad') }, lines }
}

describe('a plan', () => {
  const plan = toPlan(line(1, 'same'), line(2, 'add'), line(3, 'bad'), line(4, 'change', ['rack']), line(5, 'change', ['address', 'password']))

  it('puts first what needs somebody', () => {
    expect(linesOf(plan, null).map((one) => one.line)).toEqual([3, 2, 4, 5, 1])
    expect(linesOf(plan, 'change').map((one) => one.line)).toEqual([4, 5])
  })
  it('is ready without bad lines, or when they are left out, and with something to do', () => {
    expect([isReady(plan, false), isReady(plan, true), isReady(toPlan(line(1, 'same')), true), isReady(toPlan(line(1, 'add')), false)]).toEqual([false, true, false, true])
  })
  it('watches nodes whose BMC is asked', () => {
    expect(namesToWatch(plan)).toEqual(['n2', 'n5'])
  })
})

describe('toImport', () => {
  it.each([
    ['name\nn1', { csv: 'name\nn1' }],
    [' [{"name":"n1"}]', { nodes: [{ name: 'n1' }] }],
    ['{"nodes":[{"name":"n1"}]}', { nodes: [{ name: 'n1' }] }],
    ['{"name":"n1"}', { nodes: [{ name: 'n1' }] }],
  ])('%j', (text, expected) => {
    expect(toImport(text)).toEqual(expected)
  })
  it('does not take broken JSON for a table', () => {
    expect(() => toImport('[{')).toThrow(SyntaxError)
  })
})
