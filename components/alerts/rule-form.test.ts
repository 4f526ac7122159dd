import { expect, it } from 'vitest'
import { suggestedRules } from '#lib/domain/alert-rule.ts'
import { emptyRule, problemsOfRule, toRule, toRuleForm } from './rule-form.ts'

it.each(suggestedRules.map((rule) => [rule.key, rule] as const))('the suggested rule %s goes through the form unchanged', (_, { key, isOn: _on, ...rule }) => {
  const whole = { ...rule, name: key, receivers: ['r'] }
  const isEvent = rule.condition.kind === 'operation'
  expect(toRule(toRuleForm(whole))).toEqual(isEvent ? { ...whole, repeatSeconds: null, tellsOver: false } : whole)
})

it('keeps a rule that the form has no usual choice for', () => {
  const rule = { name: 'n', range: 'rack=7', condition: { kind: 'sensor', sensor: null, name: 'FAN*', is: 'under', value: -0.5, forSeconds: 77 }, level: 'critical', receivers: [], repeatSeconds: 1234, tellsOver: false } as const
  expect(toRule(toRuleForm({ ...rule, receivers: [] }))).toEqual(rule)
})

it.each([
  [{}, ['name']],
  [{ name: 'n', range: ' ' }, ['range']],
  [{ name: 'n', kind: 'sensor', value: '' }, ['value']],
  [{ name: 'n', kind: 'sensor', value: '4o' }, ['value']],
  [{ name: 'n', kind: 'sensor', value: '40', sensor: 'any' }, ['sensorName']],
  [{ name: 'n', kind: 'audit', range: '' }, []],
] as const)('what is missing in %j is named', (changes, problems) => {
  expect(problemsOfRule({ ...emptyRule([]), ...changes })).toEqual(problems)
})
