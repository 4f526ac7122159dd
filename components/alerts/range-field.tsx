'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useDeferredValue } from 'react'
import { rangeQuery } from '#lib/api/alert-queries.ts'
import { ApiError } from '#lib/api/fetcher.ts'
import { isEverything, parseSelection } from '#lib/domain/selection.ts'
import { TextField } from '../ui/text-field.tsx'

type RangeFieldProps = { label: string; value: string; onChange: (value: string) => void; error?: string | null }

/** A noderange, with what it means at this moment under it. */
export function RangeField({ label, value, onChange, error }: RangeFieldProps) {
  const t = useTranslations('alerts.range')
  const range = useDeferredValue(value.trim())
  const selection = parseSelection(range, { exact: true })
  const isAskable = range !== '' && selection.problem === null && !isEverything(selection)
  const { data, error: refused } = useQuery({ ...rangeQuery(range), enabled: isAskable })
  const problem = range !== '' && selection.problem !== null ? t('unreadable', { text: selection.problem.text }) : refused instanceof ApiError ? refused.message : null
  const meaning = () => {
    if (data === undefined || !isAskable) return t('hint')
    if (data.unmatched.length > 0) return t('unmatched', { count: data.names.length, names: data.unmatched.slice(0, 5).join(' ') })
    return t('means', { count: data.names.length, range: data.range.slice(0, 120) })
  }
  return <TextField label={label} value={value} onChange={(event) => onChange(event.target.value)} mono autoCapitalize="none" maxLength={4096} error={error ?? problem} hint={meaning()} />
}
