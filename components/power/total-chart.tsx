'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { lazy, Suspense, useMemo, useState } from 'react'
import type { PowerHistory } from '#lib/api/power-contract.ts'
import { powerHistoryQuery, type PowerHistoryFilter } from '#lib/api/queries.ts'
import { toPowerText } from '#lib/domain/words.ts'
import { summarise, type Line } from '../chart/align.ts'
import type { Hover } from '../chart/plot.tsx'
import { serverNow } from '../ui/clock.tsx'
import { useHydrated, useTimeFormat } from '../ui/local-time.tsx'
import { Skeleton } from '../ui/states.tsx'
import { useWords } from '../ui/words.tsx'

const Plot = lazy(() => import('../chart/plot.tsx'))

const height = 160

type TotalChartProps = { title: string; /** The range in words. */ range: string; /** Drawn across it. */ capWatts: number | undefined; filter: PowerHistoryFilter }

/** What a set of nodes drew: a curve with gaps where nothing is known, its figures, and the same in words. */
export function TotalChart({ title, range, capWatts, filter }: TotalChartProps) {
  const t = useTranslations('totals.chart')
  const { data, dataUpdatedAt, isError } = useQuery({ ...powerHistoryQuery(filter), placeholderData: undefined })
  const hydrated = useHydrated()
  const { locale } = useWords()
  const moment = useTimeFormat(filter.hours > 24 ? 'moment' : 'time')
  const [hover, setHover] = useState<Hover>(null)
  const toMs = useMemo(() => (dataUpdatedAt === 0 ? 0 : serverNow()), [dataUpdatedAt])
  const fromMs = toMs - filter.hours * 3_600_000
  const cap = useMemo(() => (capWatts === undefined ? undefined : { watts: capWatts, label: t('cap', { watts: toPowerText(capWatts) }) }), [capWatts, t])
  const lines = useMemo(() => toLines(title, data, cap, fromMs, toMs), [title, data, cap, fromMs, toMs])
  const [line] = lines
  const figures = line && summarise(line.points)
  return (
    <section aria-label={t('label', { title, range })} className="border-b px-5 py-4">
      <div className="flex items-baseline justify-between gap-4">
        <h2 className="text-label text-muted">{title}</h2>
        <p className="min-w-0 truncate text-label text-muted">
          {hover !== null ? <HoverWords hover={hover} at={moment(hover.at)} data={data} /> : figures && <>{t('peak', { watts: toPowerText(figures.high) })}</>}
        </p>
      </div>
      <div className="mt-2" style={{ height }}>
        {data === undefined && !isError && <Skeleton className="h-full w-full" />}
        {data === undefined && isError && <p className="text-muted">{t('failed')}</p>}
        {data !== undefined && line === undefined && <p className="flex h-full items-center text-faint">{t('none')}</p>}
        {hydrated && line !== undefined && (
          <Suspense fallback={<Skeleton className="h-full w-full" />}>
            <Plot lines={lines} fromMs={fromMs} toMs={toMs} height={height} fromZero locale={locale} onHover={setHover} />
          </Suspense>
        )}
      </div>
      {figures && (
        <p className="sr-only">
          {t('summary', { low: toPowerText(figures.low), high: toPowerText(figures.high), last: toPowerText(figures.last) })}
          {cap !== undefined && ` · ${cap.label}`}
        </p>
      )}
    </section>
  )
}

function toLines(name: string, data: PowerHistory | undefined, cap: { watts: number; label: string } | undefined, fromMs: number, toMs: number): Line[] {
  if (data === undefined || data.points.length === 0) return []
  const total: Line = { key: 'total', name, points: data.points.map(([at, watts]) => [at, watts] as const) }
  return cap === undefined ? [total] : [total, { key: 'cap', name: cap.label, label: cap.label, points: [[fromMs, cap.watts], [toMs, cap.watts]] }]
}

function HoverWords({ hover, at, data }: { hover: NonNullable<Hover>; at: string; data: PowerHistory | undefined }) {
  const t = useTranslations('totals.chart')
  const [watts] = hover.values
  const silent = data?.points.find(([ms]) => ms === hover.at)?.[2] ?? 0
  return (
    <>
      <span className="font-mono text-faint">{at}</span> <span className="text-text">{watts == null ? '–' : toPowerText(watts)}</span>
      {watts != null && silent > 0 && <> · {t('silent', { count: silent })}</>}
    </>
  )
}
