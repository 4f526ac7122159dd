'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { createRule, patchRule } from '#lib/api/alert-commands.ts'
import { ApiError } from '#lib/api/fetcher.ts'
import { keys } from '#lib/api/queries.ts'
import type { AlertRule } from '#lib/domain/alert-rule.ts'
import type { Receiver } from '#lib/domain/receiver.ts'
import { useErrorWords } from '../errors/use-error-words.ts'
import { Checkbox } from '../ui/checkbox.tsx'
import { DialogPart } from '../ui/dialog.tsx'
import { Select } from '../ui/select.tsx'
import { TextField } from '../ui/text-field.tsx'
import { toast } from '../ui/toast.tsx'
import { ConditionFields } from './condition-fields.tsx'
import { FormDialog } from './form-dialog.tsx'
import { RangeField } from './range-field.tsx'
import { emptyRule, problemsOfRule, toRule, toRuleForm, type RuleForm } from './rule-form.ts'
import { SpanSelect } from './span-select.tsx'

type RuleDialogProps = { rule: AlertRule | null; receivers: readonly Receiver[]; onClose: () => void }

const repeats = [3_600, 4 * 3_600, 12 * 3_600, 86_400]

/** Makes a rule, or changes one. */
export function RuleDialog({ rule, receivers, onClose }: RuleDialogProps) {
  const t = useTranslations('alerts.rule')
  const words = useErrorWords()
  const client = useQueryClient()
  const [form, setForm] = useState<RuleForm>(() => (rule === null ? emptyRule(receivers.map(({ id }) => id)) : toRuleForm(rule)))
  const [isTried, setTried] = useState(false)
  const problems = problemsOfRule(form)
  const shown = isTried ? problems : []
  const save = useMutation({
    mutationFn: () => (rule === null ? createRule(toRule(form)) : patchRule(rule.id, toRule(form))),
    onSuccess: ({ name }) => {
      void client.invalidateQueries({ queryKey: keys.alertRules })
      void client.invalidateQueries({ queryKey: keys.alerts })
      toast({ level: 'ok', title: t('saved', { name }) })
      onClose()
    },
  })
  const change = (changes: Partial<RuleForm>) => {
    save.reset()
    setForm({ ...form, ...changes })
  }
  const field = save.error instanceof ApiError ? save.error.field : undefined
  const refusal = save.error === null ? null : words(save.error)
  const isNameTaken = save.error instanceof ApiError && save.error.code === 'name-taken'
  const submit = () => {
    setTried(true)
    if (problems.length === 0 && !save.isPending) save.mutate()
  }
  return (
    <FormDialog
      title={rule === null ? t('newTitle') : t('editTitle', { name: rule.name })}
      refusal={field === 'range' || isNameTaken ? null : refusal}
      busy={save.isPending}
      onSave={submit}
      onClose={onClose}
    >
      <DialogPart className="flex flex-col gap-4">
        <TextField label={t('name')} value={form.name} maxLength={100} onChange={(event) => change({ name: event.target.value })} error={shown.includes('name') ? t('problem.name') : isNameTaken ? t('problem.nameTaken') : null} />
        <ConditionFields form={form} problems={shown} onChange={change} />
        {form.kind !== 'audit' && <RangeField label={t('range')} value={form.range} onChange={(range) => change({ range })} error={shown.includes('range') ? t('problem.range') : field === 'range' ? refusal : null} />}
        <Select label={t('level')} value={form.level} onChange={(level) => change({ level })} choices={(['warning', 'critical'] as const).map((value) => ({ value, label: t(`levels.${value}`) }))} />
      </DialogPart>
      <DialogPart className="flex flex-col gap-4">
        <Receivers receivers={receivers} chosen={form.receivers} onChange={(chosen) => change({ receivers: chosen })} />
        {form.kind !== 'operation' && (
          <>
            <SpanSelect label={t('repeat')} value={form.repeat} spans={repeats} others={[{ value: 'never', label: t('never') }]} onChange={(repeat) => change({ repeat })} />
            <Checkbox checked={form.tellsOver} onChange={(event) => change({ tellsOver: event.target.checked })}>
              {t('tellsOver')}
            </Checkbox>
          </>
        )}
      </DialogPart>
    </FormDialog>
  )
}

function Receivers({ receivers, chosen, onChange }: { receivers: readonly Receiver[]; chosen: readonly string[]; onChange: (chosen: string[]) => void }) {
  const t = useTranslations('alerts.rule')
  const toggle = (id: string) => onChange(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id])
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 text-label text-muted">{t('receivers')}</legend>
      {receivers.map(({ id, name }) => (
        <Checkbox key={id} checked={chosen.includes(id)} onChange={() => toggle(id)}>
          {name}
        </Checkbox>
      ))}
      {chosen.length === 0 && <p className="text-label text-faint">{t('noReceivers')}</p>}
    </fieldset>
  )
}
