import type { AlertRuleCreate } from '#lib/api/alerts-contract.ts'
import { secondsOf, type AlertCondition, type AlertLevel, type AlertRule } from '#lib/domain/alert-rule.ts'
import type { SensorKind } from '#lib/domain/sensor.ts'

/** A rule as the dialog's boxes hold it. Fields of other kinds keep what was typed while one looks around. */
export type RuleForm = {
  name: string
  kind: AlertCondition['kind']
  range: string
  seconds: string
  healthLevel: 'warning' | 'critical'
  budgetLevel: 'warning' | 'over'
  sensor: SensorKind | 'any'
  sensorName: string
  is: 'over' | 'under'
  value: string
  level: AlertLevel
  receivers: readonly string[]
  repeat: string
  tellsOver: boolean
}

export const emptyRule = (receivers: readonly string[]): RuleForm => ({
  name: '',
  kind: 'silent',
  range: '*',
  seconds: '300',
  healthLevel: 'critical',
  budgetLevel: 'warning',
  sensor: 'temperature',
  sensorName: '',
  is: 'over',
  value: '',
  level: 'warning',
  receivers,
  repeat: '14400',
  tellsOver: true,
})

export function toRuleForm({ name, range, condition, level, receivers, repeatSeconds, tellsOver }: Omit<AlertRule, 'id' | 'isOn'>): RuleForm {
  const form = { ...emptyRule(receivers), name, range, level, tellsOver, kind: condition.kind, seconds: String(secondsOf(condition)), repeat: repeatSeconds === null ? 'never' : String(repeatSeconds) }
  if (condition.kind === 'health') return { ...form, healthLevel: condition.level }
  if (condition.kind === 'budget') return { ...form, budgetLevel: condition.level }
  if (condition.kind !== 'sensor') return form
  return { ...form, sensor: condition.sensor ?? 'any', sensorName: condition.name ?? '', is: condition.is, value: String(condition.value) }
}

export type RuleProblem = 'name' | 'range' | 'value' | 'sensorName'

const isNumber = (text: string) => text.trim() !== '' && Number.isFinite(Number(text))

export function problemsOfRule({ name, kind, range, sensor, sensorName, value }: RuleForm): RuleProblem[] {
  const problems: RuleProblem[] = []
  if (name.trim() === '') problems.push('name')
  if (kind !== 'audit' && range.trim() === '') problems.push('range')
  if (kind === 'sensor' && !isNumber(value)) problems.push('value')
  if (kind === 'sensor' && sensor === 'any' && sensorName.trim() === '') problems.push('sensorName')
  return problems
}

function toCondition({ kind, seconds, healthLevel, budgetLevel, sensor, sensorName, is, value }: RuleForm): AlertCondition {
  const forSeconds = Number(seconds)
  if (kind === 'operation') return { kind }
  if (kind === 'health') return { kind, level: healthLevel, forSeconds }
  if (kind === 'budget') return { kind, level: budgetLevel, forSeconds }
  if (kind !== 'sensor') return { kind, forSeconds }
  return { kind, sensor: sensor === 'any' ? null : sensor, name: sensorName.trim() === '' ? null : sensorName.trim(), is, value: Number(value), forSeconds }
}

/** What the API is asked. A rule about the site has no nodes, and an operation has no end to tell of. */
export function toRule(form: RuleForm): Omit<AlertRuleCreate, 'isOn'> {
  const { kind, level, receivers, repeat, tellsOver } = form
  const isEvent = kind === 'operation'
  return {
    name: form.name.trim(),
    range: kind === 'audit' ? '*' : form.range.trim(),
    condition: toCondition(form),
    level,
    receivers: [...receivers],
    repeatSeconds: isEvent || repeat === 'never' ? null : Number(repeat),
    tellsOver: !isEvent && tellsOver,
  }
}
