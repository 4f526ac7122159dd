'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { createSchedule, patchSchedule } from '#lib/api/commands.ts'
import { toErrorWords } from '#lib/api/error-key.ts'
import { ApiError } from '#lib/api/fetcher.ts'
import { keys, nodesQuery } from '#lib/api/queries.ts'
import type { Schedule } from '#lib/api/schedule-contract.ts'
import { foldNames } from '#lib/domain/fold-names.ts'
import { powerAction, type PowerAction } from '#lib/domain/power.ts'
import { toForced } from '#lib/domain/reset-rules.ts'
import { isEverything, parseSelection, toMatcher } from '#lib/domain/selection.ts'
import { useNow } from '../ui/clock.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogPart } from '../ui/dialog.tsx'
import { Select } from '../ui/select.tsx'
import { TextField } from '../ui/text-field.tsx'
import { toast } from '../ui/toast.tsx'
import { ForceChoice, toForceAfter, usualForce } from '../operations/force-choice.tsx'
import { HowPart } from '../operations/how-part.tsx'
import { allAtOnce, fromLimits, toLimits } from '../operations/how.ts'
import { startWhen, toWhen, toWhenForm } from './form.ts'
import { WhenFields } from './when-fields.tsx'

/** Everything that switches a node; an NMI is for a person who looks on. */
const choosable = powerAction.options.filter((action) => action !== 'Nmi')

/** Makes a schedule, or changes `known`. */
export function ScheduleDialog({ known, onClose }: { known: Schedule | null; onClose: () => void }) {
  const t = useTranslations('schedules')
  const names = useTranslations('operations.name')
  const common = useTranslations('common')
  const client = useQueryClient()
  const asked = known?.request
  const [name, setName] = useState(known?.name ?? '')
  const [action, setAction] = useState<PowerAction>((asked?.action as PowerAction | undefined) ?? 'GracefulShutdown')
  const [range, setRange] = useState(asked?.range ?? asked?.nodes?.join(',') ?? '')
  const [when, setWhen] = useState(() => (known === null ? startWhen(new Date()) : toWhenForm(known.when, new Date())))
  const [how, setHow] = useState(() => fromLimits(asked?.limits ?? {}))
  const [force, setForce] = useState(() => (asked?.forceAfterSeconds === undefined ? usualForce : { wanted: true, seconds: String(asked.forceAfterSeconds) }))
  const nodes = useNodesOf(range)
  const at = toWhen(when)
  const { limits } = toLimits(how)
  const forceAfterSeconds = toForced(action) === null ? undefined : toForceAfter(force)
  const save = useMutation({
    mutationFn: () => {
      const request = { kind: 'power' as const, action, range: range.trim(), limits: limits!, ...(forceAfterSeconds == null ? {} : { forceAfterSeconds }) }
      const body = { name: name.trim(), when: at!, request }
      return known === null ? createSchedule(body) : patchSchedule(known.id, { ...body, enabled: true })
    },
    onSuccess: (saved) => {
      toast({ level: 'ok', title: t('saved', { name: saved.name }) })
      void client.invalidateQueries({ queryKey: keys.schedules })
      onClose()
    },
  })
  const wrong = useWrong(save.error)
  const ready = name.trim() !== '' && range.trim() !== '' && at !== null && limits !== null && forceAfterSeconds !== null

  return (
    <Dialog
      open
      keepOnOutsidePress
      onOpenChange={(open) => !open && onClose()}
      title={known === null ? t('newTitle') : t('changeTitle', { name: known.name })}
      description={t('dialogText')}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button type="submit" form="schedule" kind="strong" disabled={!ready} busy={save.isPending}>
            {t('save')}
          </Button>
        </>
      }
    >
      <form
        id="schedule"
        onSubmit={(event) => {
          event.preventDefault()
          if (ready && !save.isPending) save.mutate()
        }}
      >
        <DialogPart className="grid gap-3 sm:grid-cols-2">
          <TextField label={t('name')} value={name} maxLength={100} onChange={(event) => setName(event.target.value)} error={wrong('name')} />
          <Select<PowerAction> label={t('action')} value={action} onChange={setAction} choices={choosable.map((value) => ({ value, label: names(value) }))} />
          <TextField
            mono
            className="sm:col-span-2"
            label={t('range')}
            value={range}
            placeholder="n[1-20],-n7"
            onChange={(event) => setRange(event.target.value)}
            hint={nodes === null ? t('rangeHint') : t('rangeNow', { count: nodes.length, nodes: foldNames(nodes.slice(0, 500).map((node) => node.name)) })}
            error={wrong('request')}
          />
        </DialogPart>
        <DialogPart>
          <WhenFields form={when} error={wrong('when')} onChange={setWhen} />
        </DialogPart>
        {toForced(action) !== null && (
          <DialogPart>
            <ForceChoice action={action} force={force} frozen={save.isPending} onChange={setForce} />
          </DialogPart>
        )}
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

/** The server's sentence about a field, without the field's name in the API. */
function useWrong(error: Error | null): (field: 'name' | 'when' | 'request') => string | null {
  return (field) => (error instanceof ApiError && error.field?.split('.')[0] === field ? error.message.replace(/^[\w.]+: /, '') : null)
}

function Refused({ error }: { error: Error }) {
  const errors = useTranslations('errors')
  const { key, values } = toErrorWords(error)
  if (error instanceof ApiError && error.field !== undefined) return null
  return (
    <p role="alert" className="px-5 py-3 text-critical">
      {errors(key, values)}
    </p>
  )
}
