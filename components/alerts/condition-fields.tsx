'use client'

import { useTranslations } from 'next-intl'
import { sensorKind, usualUnits } from '#lib/domain/sensor.ts'
import { Select } from '../ui/select.tsx'
import { TextField } from '../ui/text-field.tsx'
import type { RuleForm, RuleProblem } from './rule-form.ts'
import { SpanSelect } from './span-select.tsx'

type ConditionFieldsProps = { form: RuleForm; problems: readonly RuleProblem[]; onChange: (change: Partial<RuleForm>) => void }

const spans = [0, 60, 120, 300, 600, 1_800, 3_600]
const kinds = ['silent', 'health', 'sensor', 'budget', 'operation', 'audit'] as const

/** What the rule watches for: its kind, and what that kind needs to know. */
export function ConditionFields({ form, problems, onChange }: ConditionFieldsProps) {
  const t = useTranslations('alerts.rule')
  const health = useTranslations('health')
  return (
    <>
      <Select label={t('kind')} value={form.kind} onChange={(kind) => onChange({ kind })} choices={kinds.map((value) => ({ value, label: t(`kinds.${value}`), hint: t(`kindHints.${value}`) }))} />
      {form.kind === 'health' && (
        <Select
          label={t('healthLevel')}
          value={form.healthLevel}
          onChange={(healthLevel) => onChange({ healthLevel })}
          choices={(['warning', 'critical'] as const).map((value) => ({ value, label: value === 'warning' ? t('orWorse', { level: health(value) }) : health(value) }))}
        />
      )}
      {form.kind === 'budget' && (
        <Select label={t('budgetLevel')} value={form.budgetLevel} onChange={(budgetLevel) => onChange({ budgetLevel })} choices={(['warning', 'over'] as const).map((value) => ({ value, label: t(`budgetLevels.${value}`) }))} />
      )}
      {form.kind === 'sensor' && <SensorFields form={form} problems={problems} onChange={onChange} />}
      {form.kind !== 'operation' && <SpanSelect label={t('seconds')} value={form.seconds} spans={spans} onChange={(seconds) => onChange({ seconds })} />}
    </>
  )
}

function SensorFields({ form, problems, onChange }: ConditionFieldsProps) {
  const t = useTranslations('alerts.rule')
  const words = useTranslations('sensors.kind')
  const unit = form.sensor === 'any' ? undefined : usualUnits[form.sensor]
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <Select label={t('sensor')} value={form.sensor} onChange={(sensor) => onChange({ sensor })} choices={[{ value: 'any' as const, label: t('anySensor') }, ...sensorKind.options.map((value) => ({ value, label: words(value) }))]} />
        <TextField label={t('sensorName')} hint={t('sensorNameHint')} mono value={form.sensorName} onChange={(event) => onChange({ sensorName: event.target.value })} maxLength={100} error={problems.includes('sensorName') ? t('problem.sensorName') : null} />
      </div>
      <div className="grid gap-4 sm:grid-cols-2">
        <Select label={t('is')} value={form.is} onChange={(is) => onChange({ is })} choices={(['over', 'under'] as const).map((value) => ({ value, label: t(value) }))} />
        <TextField label={unit === undefined ? t('value') : t('valueIn', { unit })} inputMode="decimal" value={form.value} onChange={(event) => onChange({ value: event.target.value })} error={problems.includes('value') ? t('problem.value') : null} />
      </div>
    </>
  )
}
