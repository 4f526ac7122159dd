'use client'

import { ChevronDown } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useDeferredValue, useId, useMemo, useState } from 'react'
import { countBatches } from '#lib/domain/batches.ts'
import type { OperationAction } from '#lib/domain/operation.ts'
import { inOrder, type OperationLimits, type Placed, type StepOrder } from '#lib/domain/operation-limits.ts'
import { spanWords } from '../ui/age.tsx'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/class-names.ts'
import { Select } from '../ui/select.tsx'
import { TextField } from '../ui/text-field.tsx'
import { useWords } from '../ui/words.tsx'
import { estimateSeconds, howNumbers, howRanges, toLimits, type How } from './how.ts'

type HowPartProps = {
  nodes: readonly Placed[]
  action: OperationAction
  how: How
  suggested: How
  /** It was asked already: a second try must ask for the same. */
  frozen: boolean
  onChange: (how: How) => void
}

/** How it will go through the nodes, in a line of words with about how long that takes; folded away, the limits that make it so. */
export function HowPart({ nodes, action, how, suggested, frozen, onChange }: HowPartProps) {
  const t = useTranslations('power.how')
  const [open, setOpen] = useState(false)
  const boxes = useId()
  const { limits, wrong } = toLimits(how)
  return (
    <section aria-label={t('title')}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        {limits === null ? <p className="text-critical">{t('wrong')}</p> : <Summary nodes={nodes} action={action} limits={limits} />}
        <Button kind="quiet" size="sm" className="ml-auto" aria-expanded={open} aria-controls={boxes} onClick={() => setOpen(!open)}>
          {t('title')}
          <ChevronDown size={14} aria-hidden className={cx('transition-transform', open && 'rotate-180')} />
        </Button>
      </div>
      {open && (
        <fieldset id={boxes} disabled={frozen} className="mt-3 grid grid-cols-2 gap-3 sm:grid-cols-3">
          <legend className="sr-only">{t('title')}</legend>
          {howNumbers.map((name) => (
            <TextField
              key={name}
              label={t(`box.${name}`)}
              value={how[name]}
              inputMode="numeric"
              placeholder={t(`none.${name}`)}
              onChange={(event) => onChange({ ...how, [name]: event.target.value })}
              error={wrong.includes(name) ? toWrong(name, how, t) : null}
            />
          ))}
          <Select<StepOrder>
            label={t('order')}
            value={how.order}
            onChange={(order) => onChange({ ...how, order })}
            choices={(['asked', 'rack', 'group'] as const).map((value) => ({ value, label: t(`orders.${value}`) }))}
          />
          {JSON.stringify(how) !== JSON.stringify(suggested) && (
            <Button kind="quiet" size="sm" className="justify-self-start" onClick={() => onChange(suggested)}>
              {t('suggested')}
            </Button>
          )}
        </fieldset>
      )}
    </section>
  )
}

type Words = ReturnType<typeof useTranslations<'power.how'>>

function toWrong(name: (typeof howNumbers)[number], how: How, t: Words): string {
  const [least, most] = howRanges[name]
  const isNumber = /^\s*\d{1,6}\s*$/.test(how[name]) && Number(how[name]) >= least && Number(how[name]) <= most
  return isNumber ? t('pauseAlone') : t('range', { least, most })
}

function Summary({ nodes, action, limits }: { nodes: readonly Placed[]; action: OperationAction; limits: OperationLimits }) {
  const t = useTranslations('power.how')
  const words = useWords()
  // Ten thousand nodes are not counted between two key strokes.
  const [wantedNodes, wanted] = [useDeferredValue(nodes), useDeferredValue(JSON.stringify(limits))]
  const { count, isExact } = useMemo(() => {
    const asked = JSON.parse(wanted) as OperationLimits
    return countBatches(inOrder(wantedNodes, asked.order), asked)
  }, [wantedNodes, wanted])
  if (nodes.length === 0) return <p className="text-muted">{t('nobody')}</p>
  const { atOnce, perRack, perGroup, pauseSeconds, order } = limits
  const parts = [
    count <= 1 ? t('once') : t(isExact ? 'batches' : 'atLeast', { count }),
    ...(atOnce === undefined || count <= 1 ? [] : [t('each', { count: atOnce })]),
    ...(perRack === undefined ? [] : [t('perRack', { count: perRack })]),
    ...(perGroup === undefined ? [] : [t('perGroup', { count: perGroup })]),
    ...(order === undefined || count <= 1 ? [] : [t(`in.${order}`)]),
    ...(pauseSeconds === undefined || pauseSeconds === 0 || count <= 1 ? [] : [t('pause', { span: spanWords(pauseSeconds * 1_000, words) })]),
  ]
  return (
    <>
      <p>{parts.join(t('comma'))}</p>
      <p className="text-muted">{t('about', { span: spanWords(estimateSeconds(action, count, limits) * 1_000, words) })}</p>
    </>
  )
}
