'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { ApiError } from '#lib/api/fetcher.ts'
import { nodesQuery } from '#lib/api/queries.ts'
import type { Schedule } from '#lib/api/schedule-contract.ts'
import { foldNames } from '#lib/domain/fold-names.ts'
import { kindOf } from '#lib/domain/operation-actions.ts'
import type { OperationAction } from '#lib/domain/operation.ts'
import type { Role } from '#lib/domain/role.ts'
import { isEverything, parseSelection, toMatcher } from '#lib/domain/selection.ts'
import { useErrorWords } from '../errors/use-error-words.ts'
import { useNow } from '../ui/clock.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogPart } from '../ui/dialog.tsx'
import { Select } from '../ui/select.tsx'
import { TextField } from '../ui/text-field.tsx'
import { HowPart } from '../operations/how-part.tsx'
import { allAtOnce, fromLimits, toLimits } from '../operations/how.ts'
import { useSchedule } from '../operations/use-schedule.tsx'
import { WhenFields } from '../operations/when-fields.tsx'
import { startWhen, toWhen, toWhenForm } from '../operations/when-form.ts'
import { wrongField } from '../operations/wrong-field.ts'
import { choosable, fromAsked, toAskedOptions, usualAsked } from './asked.ts'
import { OptionPart } from './option-part.tsx'

/** Makes a schedule, or changes `known`. */
export function ScheduleDialog({ known, role, onClose }: { known: Schedule | null; role: Role; onClose: () => void }) {
  const t = useTranslations('schedules')
  const words = useTranslations('when')
  const names = useTranslations('operations.name')
  const common = useTranslations('common')
  const request = known?.request
  const [name, setName] = useState(known?.name ?? '')
  const [asked, setAsked] = useState(() => (request === undefined ? usualAsked : fromAsked(request)))
  const [range, setRange] = useState(request?.range ?? foldNames(request?.nodes ?? []))
  const [when, setWhen] = useState(() => (known === null ? startWhen(new Date()) : toWhenForm(known.when, new Date())))
  const [how, setHow] = useState(() => fromLimits(request?.limits ?? {}))
  const nodes = useNodesOf(range)
  const at = toWhen(when)
  const { limits } = toLimits(how)
  const options = toAskedOptions(asked)
  const { action } = asked
  const save = useSchedule(onClose, known?.id)
  const ready = name.trim() !== '' && range.trim() !== '' && at !== null && limits !== null && options !== null

  return (
    <Dialog
      open
      keepOnOutsidePress
      onOpenChange={(open) => !open && onClose()}
      title={known === null ? t('newTitle') : t('changeTitle', { name: known.name })}
      description={words('text')}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button type="submit" form="schedule" kind="strong" disabled={!ready} busy={save.isPending}>
            {words('save')}
          </Button>
        </>
      }
    >
      <form
        id="schedule"
        onSubmit={(event) => {
          event.preventDefault()
          if (ready && !save.isPending) save.mutate({ name: name.trim(), when: at, request: { kind: kindOf(action), action, ...options, range: range.trim(), limits } })
        }}
      >
        <DialogPart className="grid gap-3 sm:grid-cols-2">
          <TextField label={words('name')} value={name} maxLength={100} onChange={(event) => setName(event.target.value)} error={wrongField(save.error, 'name')} />
          <Select<OperationAction> label={t('action')} value={action} onChange={(next) => setAsked({ ...asked, action: next })} choices={choosable(role, request?.action ?? action).map((value) => ({ value, label: names(value) }))} />
          <TextField
            mono
            className="sm:col-span-2"
            label={t('range')}
            value={range}
            placeholder="n[1-20],-n7"
            onChange={(event) => setRange(event.target.value)}
            hint={nodes === null ? t('rangeHint') : t('rangeNow', { count: nodes.length, nodes: foldNames(nodes.slice(0, 500).map((node) => node.name)) })}
            error={wrongField(save.error, 'request')}
          />
        </DialogPart>
        <OptionPart form={asked} frozen={save.isPending} onChange={setAsked} />
        <DialogPart>
          <WhenFields form={when} error={wrongField(save.error, 'when')} onChange={setWhen} />
        </DialogPart>
        <DialogPart>
          <HowPart nodes={nodes ?? []} action={action} how={how} suggested={allAtOnce} frozen={save.isPending} onChange={setHow} />
        </DialogPart>
        {save.isError && <Refused error={save.error} />}
      </form>
    </Dialog>
  )
}

/** What a range means now; null while it means nothing that can be told. */
function useNodesOf(range: string) {
  const { data } = useQuery(nodesQuery())
  const nowMs = useNow()
  const selection = parseSelection(range, { exact: true })
  if (data === undefined || selection.problem !== null || isEverything(selection)) return null
  return data.nodes.filter(toMatcher(selection, nowMs))
}

function Refused({ error }: { error: Error }) {
  const words = useErrorWords()
  if (error instanceof ApiError && error.field !== undefined) return null
  return (
    <p role="alert" className="px-5 py-3 text-critical">
      {words(error)}
    </p>
  )
}
