'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useLocale, useTranslations } from 'next-intl'
import { useState } from 'react'
import { createSchedule, deleteSchedule, patchSchedule } from '#lib/api/commands.ts'
import { keys } from '#lib/api/queries.ts'
import type { Schedule } from '#lib/api/schedule-contract.ts'
import { foldNames } from '#lib/domain/fold-names.ts'
import type { ScheduleWhen } from '#lib/domain/schedule.ts'
import { useErrorWords } from '../errors/use-error-words.ts'
import { toWhenForm, weekdayName } from '../operations/when-form.ts'
import { spanWords } from '../ui/age.tsx'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { useNow } from '../ui/clock.tsx'
import { Link } from '../ui/link.tsx'
import { LocalTime } from '../ui/local-time.tsx'
import { HealthMark } from '../ui/marks.tsx'
import { RowMenu } from '../ui/row-menu.tsx'
import { Cell, Row } from '../ui/table.tsx'
import { toast } from '../ui/toast.tsx'
import { useWords } from '../ui/words.tsx'

/** One schedule: what it asks, when, and how the last time went. On a phone its cells stand one under the other. */
export function ScheduleRow({ schedule, reason, onEdit }: { schedule: Schedule; reason: string | undefined; onEdit: () => void }) {
  const t = useTranslations('schedules')
  const names = useTranslations('operations.name')
  const { name, request, enabled } = schedule
  const nodes = request.range ?? foldNames(request.nodes ?? [])
  return (
    <Row className="max-md:relative max-md:flex max-md:h-auto max-md:flex-col max-md:gap-1 max-md:py-2.5">
      <Cell className="font-medium max-md:pr-14 max-md:pl-5">
        <span className="inline-flex min-w-0 flex-wrap items-center gap-2">
          {name}
          {!enabled && <Badge>{t('off')}</Badge>}
        </span>
      </Cell>
      <Cell className="max-md:pl-5">
        {names(request.action)} <span className="font-mono break-all text-muted">{nodes}</span>
      </Cell>
      <Cell className="text-muted max-md:pl-5">
        <WhenWords when={schedule.when} />
      </Cell>
      <Cell className="whitespace-nowrap max-md:pl-5">
        <Next at={schedule.nextAt} />
      </Cell>
      <Cell className="max-md:pl-5">
        <Last schedule={schedule} />
      </Cell>
      <Cell numeric className="w-12 max-md:absolute max-md:top-1 max-md:right-0 max-md:w-auto">
        <Actions schedule={schedule} reason={reason} onEdit={onEdit} />
      </Cell>
    </Row>
  )
}

function WhenWords({ when }: { when: ScheduleWhen }) {
  const t = useTranslations('schedules')
  const words = useTranslations('when')
  const locale = useLocale()
  if ('once' in when) return words('rhythms.once')
  const { rhythm, time, weekday, cron, timeZone } = toWhenForm(when, new Date(0))
  if (rhythm === 'cron') {
    return (
      <>
        <span className="font-mono">{cron}</span> {timeZone}
      </>
    )
  }
  return t(`told.${rhythm as 'daily' | 'weekdays' | 'weekly'}`, { time, zone: timeZone, day: weekdayName(locale, Number(weekday)) })
}

function Next({ at }: { at: string | null }) {
  const t = useTranslations('schedules')
  const words = useWords()
  const nowMs = useNow()
  if (at === null) return <span className="text-faint">{t('never')}</span>
  return (
    <>
      <LocalTime at={at} className="font-mono" /> <span className="text-faint">{t('in', { span: spanWords(Date.parse(at) - nowMs, words) })}</span>
    </>
  )
}

function Last({ schedule: { lastAt, lastOperation, lastProblem } }: { schedule: Schedule }) {
  const t = useTranslations('schedules')
  if (lastAt === null) return <span className="text-faint">{t('notYet')}</span>
  if (lastProblem !== null) {
    return (
      <span className="inline-flex flex-wrap items-center gap-x-2 text-warning">
        <HealthMark level="warning" />
        <LocalTime at={lastAt} className="font-mono" />
        <span>{lastProblem.code === 'missed' ? t('problem.missed') : lastProblem.code === 'owner-gone' ? t('problem.ownerGone') : lastProblem.message}</span>
      </span>
    )
  }
  const time = <LocalTime at={lastAt} className="font-mono" />
  return lastOperation === null ? time : <Link href={`/operations/${lastOperation}`}>{time}</Link>
}

function Actions({ schedule, reason, onEdit }: { schedule: Schedule; reason: string | undefined; onEdit: () => void }) {
  const t = useTranslations('schedules')
  const turn = useTurn(schedule)
  const { name, enabled } = schedule
  return (
    <RowMenu
      label={t('actions', { name })}
      entries={[
        { label: t('change'), reason, onSelect: onEdit },
        enabled ? { label: t('switchOff'), reason, onSelect: () => turn.mutate('off') } : { label: t('switchOn'), reason, onSelect: () => turn.mutate('on') },
        { kind: 'line' },
        { label: t('remove'), tone: 'danger', reason, onSelect: () => turn.mutate('remove') },
      ]}
    />
  )
}

function UndoButton({ onUndo }: { onUndo: () => void }) {
  const [isDone, setDone] = useState(false)
  const t = useTranslations('schedules')
  return (
    <Button
      size="sm"
      disabled={isDone}
      onClick={() => {
        setDone(true)
        onUndo()
      }}
    >
      {t('undo')}
    </Button>
  )
}

/** Removing one can be undone: it is made again as it was. */
function useTurn(schedule: Schedule) {
  const t = useTranslations('schedules')
  const words = useErrorWords()
  const client = useQueryClient()
  const refresh = () => void client.invalidateQueries({ queryKey: keys.schedules })
  const fail = (error: Error) => toast({ level: 'critical', title: words(error) })
  const { id, name, when, request, enabled } = schedule
  return useMutation({
    mutationFn: async (how: 'on' | 'off' | 'remove') => {
      if (how === 'remove') await deleteSchedule(id)
      else await patchSchedule(id, { enabled: how === 'on' })
    },
    onSuccess: (_, how) => {
      if (how !== 'remove') return toast({ level: 'ok', title: t(how === 'on' ? 'isOn' : 'isOff', { name }) })
      toast({ level: 'ok', title: t('removed', { name }), staysMs: 12_000, action: <UndoButton onUndo={() => void createSchedule({ name, when, request, enabled }).then(refresh, fail)} /> })
    },
    onError: fail,
    onSettled: refresh,
  })
}
