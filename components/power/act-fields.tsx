'use client'

import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button, IconButton } from '../ui/button.tsx'
import { Select } from '../ui/select.tsx'
import { TextField } from '../ui/text-field.tsx'
import { emptyAct, moveAct, type ActForm, type BudgetProblem } from './budget-form.ts'

type ActFieldsProps = { acts: readonly ActForm[]; problems: readonly BudgetProblem[]; onChange: (acts: ActForm[]) => void }

/** The ordered list of what is to be done. */
export function ActFields({ acts, problems, onChange }: ActFieldsProps) {
  const t = useTranslations('budgets.form')
  const change = (line: number, changes: Partial<ActForm>) => onChange(acts.map((act, at) => (at === line ? { ...act, ...changes } : act)))
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="mb-1.5 text-label text-muted">{t('acts')}</legend>
      <p className="text-label text-faint">{t('actsHint')}</p>
      {acts.map((act, line) => (
        <div key={act.key} role="group" aria-label={t('line', { place: line + 1 })} className="grid grid-cols-[1fr_1.4fr_1fr_auto] items-start gap-2 max-sm:grid-cols-1">
          <Select label={t('do')} value={act.do} onChange={(what) => change(line, { do: what })} choices={(['cap', 'shutdown'] as const).map((value) => ({ value, label: t(`does.${value}`) }))} />
          <TextField label={t('nodes')} mono autoCapitalize="none" value={act.nodes} onChange={(event) => change(line, { nodes: event.target.value })} error={problems.includes(`${line} nodes`) ? t('problem.nodes') : null} />
          {act.do === 'cap' ? (
            <TextField label={t('watts')} inputMode="numeric" value={act.watts} onChange={(event) => change(line, { watts: event.target.value })} error={problems.includes(`${line} watts`) ? t('problem.watts') : null} />
          ) : (
            <TextField label={t('force')} inputMode="numeric" placeholder={t('never')} value={act.force} onChange={(event) => change(line, { force: event.target.value })} error={problems.includes(`${line} force`) ? t('problem.force') : null} />
          )}
          <span className="flex pt-5.5 max-sm:pt-0">
            <IconButton label={t('up')} disabled={line === 0} onClick={() => onChange(moveAct(acts, line, -1))}>
              <ArrowUp size={15} aria-hidden />
            </IconButton>
            <IconButton label={t('down')} disabled={line === acts.length - 1} onClick={() => onChange(moveAct(acts, line, 1))}>
              <ArrowDown size={15} aria-hidden />
            </IconButton>
            <IconButton label={t('removeLine')} onClick={() => onChange(acts.filter((_, at) => at !== line))}>
              <X size={15} aria-hidden />
            </IconButton>
          </span>
        </div>
      ))}
      <Button className="self-start" onClick={() => onChange([...acts, emptyAct(Math.max(-1, ...acts.map(({ key }) => key)) + 1)])}>
        <Plus size={15} aria-hidden />
        {t('addLine')}
      </Button>
    </fieldset>
  )
}
