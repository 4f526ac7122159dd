'use client'

import { useQuery } from '@tanstack/react-query'
import { useLocale, useTranslations } from 'next-intl'
import { useDeferredValue, type ReactNode } from 'react'
import { ApiError } from '#lib/api/fetcher.ts'
import { scheduleTimesQuery } from '#lib/api/queries.ts'
import { LocalTime } from '../ui/local-time.tsx'
import { Select } from '../ui/select.tsx'
import { TextField } from '../ui/text-field.tsx'
import { rhythms, startWhen, toWhen, weekdayName, type Rhythm, type WhenForm } from './when-form.ts'

const isTimed = (rhythm: Rhythm) => rhythm !== 'cron'

type WhenFieldsProps<Form> = { form: Form; error: string | null; frozen?: boolean; onChange: (form: Form) => void }

/** When: once, or a rhythm in words, or a cron expression; and what comes of it. */
export function WhenFields({ form, error, onChange }: WhenFieldsProps<WhenForm>) {
  return (
    <WhenSet>
      <RhythmSelect value={form.rhythm} choices={rhythms} onChange={(rhythm) => onChange({ ...form, rhythm })} />
      <TimeFields form={form} error={error} onChange={onChange} />
    </WhenSet>
  )
}

/** The same where it may also be now, which is null. */
export function NowOrWhenFields({ form, error, frozen = false, onChange }: WhenFieldsProps<WhenForm | null>) {
  return (
    <WhenSet frozen={frozen}>
      <RhythmSelect
        value={form?.rhythm ?? 'now'}
        choices={['now', ...rhythms] as const}
        onChange={(rhythm) => onChange(rhythm === 'now' ? null : { ...(form ?? startWhen(new Date())), rhythm })}
      />
      {form !== null && <TimeFields form={form} error={error} onChange={onChange} />}
    </WhenSet>
  )
}

function WhenSet({ frozen = false, children }: { frozen?: boolean; children: ReactNode }) {
  const t = useTranslations('when')
  return (
    <fieldset disabled={frozen} className="grid grid-cols-2 gap-3 sm:grid-cols-3">
      <legend className="sr-only">{t('label')}</legend>
      {children}
    </fieldset>
  )
}

function RhythmSelect<Value extends Rhythm | 'now'>({ value, choices, onChange }: { value: Value; choices: readonly Value[]; onChange: (value: Value) => void }) {
  const t = useTranslations('when')
  const rhythmWords = useTranslations('when.rhythms')
  const toLabel = (one: Rhythm | 'now') => rhythmWords(one)
  return <Select<Value> label={t('rhythm')} value={value} onChange={onChange} choices={choices.map((one) => ({ value: one, label: toLabel(one) }))} />
}

function TimeFields({ form, error, onChange }: WhenFieldsProps<WhenForm>) {
  const t = useTranslations('when')
  const days = useWeekdays()
  return (
    <>
      {form.rhythm === 'once' && <TextField type="date" label={t('date')} value={form.date} onChange={(event) => onChange({ ...form, date: event.target.value })} />}
      {form.rhythm === 'weekly' && <Select label={t('weekday')} value={form.weekday} onChange={(weekday) => onChange({ ...form, weekday })} choices={days} />}
      {isTimed(form.rhythm) ? (
        <TextField type="time" label={t('time')} value={form.time} onChange={(event) => onChange({ ...form, time: event.target.value })} />
      ) : (
        <TextField mono label={t('cron')} hint={t('cronHint')} value={form.cron} onChange={(event) => onChange({ ...form, cron: event.target.value })} />
      )}
      {form.rhythm !== 'once' && <TextField label={t('timeZone')} value={form.timeZone} onChange={(event) => onChange({ ...form, timeZone: event.target.value })} list="time-zones" />}
      {form.rhythm !== 'once' && (
        <datalist id="time-zones">
          {Intl.supportedValuesOf('timeZone').map((zone) => (
            <option key={zone} value={zone}>{zone}</option>
          ))}
        </datalist>
      )}
      <Preview form={form} error={error} />
    </>
  )
}

function useWeekdays() {
  const locale = useLocale()
  return [1, 2, 3, 4, 5, 6, 0].map((day) => ({ value: String(day), label: weekdayName(locale, day) }))
}

/** The next times, by the server that will keep to them; or what is wrong. */
function Preview({ form, error }: { form: WhenForm; error: string | null }) {
  const t = useTranslations('when')
  const when = useDeferredValue(toWhen(form))
  const cron = when !== null && 'cron' in when ? when : null
  const { data, error: wrong } = useQuery({ ...scheduleTimesQuery(cron?.cron ?? '', cron?.timeZone ?? ''), enabled: cron !== null })
  const times = when !== null && 'once' in when ? [when.once] : (data?.times ?? [])
  const said = error ?? (cron !== null && wrong instanceof ApiError && wrong.status === 400 ? wrong.message : null)
  if (said !== null) {
    return (
      <p role="alert" className="col-span-full text-label text-critical">
        {said}
      </p>
    )
  }
  return (
    <p className="col-span-full flex min-h-5 flex-wrap gap-x-3 text-label text-faint">
      {times.length > 0 && <span>{t('next')}</span>}
      {times.slice(0, 3).map((at) => (
        <LocalTime key={at} at={at} className="font-mono" />
      ))}
    </p>
  )
}
