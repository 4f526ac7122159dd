'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { lazy, Suspense, useMemo, useState } from 'react'
import { readingsQuery, type ReadingFilter } from '#lib/api/queries.ts'
import { toReadingText } from '#lib/domain/words.ts'
import { serverNow } from '../ui/clock.tsx'
import { useHydrated, useTimeFormat } from '../ui/local-time.tsx'
import { Skeleton } from '../ui/states.tsx'
import { useWords } from '../ui/words.tsx'
import { highest, summarise, type Line } from './align.ts'
import type { Hover } from './plot.tsx'
import type { Range } from './range.ts'

const Plot = lazy(() => import('./plot.tsx'))

const height = 116
const mostLines = { power: 1, temperature: 5, fan: 6 } as const
const usualUnit = { power: 'W', temperature: '°C', fan: 'RPM' } as const

type HistoryProps = {
  node: string
  kind: 'power' | 'temperature' | 'fan'
  hours: Range
}

/** Power, temperatures or fans of the last hours: a curve, its figures, and the same in words. */
export function History({ node, kind, hours }: HistoryProps) {
  const t = useTranslations('node.history')
  const filter: ReadingFilter = { kind, hours }
  const { data, dataUpdatedAt, isError } = useQuery({ ...readingsQuery(node, filter), placeholderData: undefined })
  const hydrated = useHydrated()
  const { locale } = useWords()
  const moment = useTimeFormat(hours > 24 ? 'moment' : 'time')
  const [hover, setHover] = useState<Hover>(null)
  // A fan may be told by its speed and by its duty, which have no axis in common.
  const unit = data?.series[0]?.unit ?? usualUnit[kind]
  const lines = useMemo(() => highest((data?.series ?? []).filter((line) => line.unit === null || line.unit === unit), mostLines[kind]), [data, kind, unit])
  const toMs = useMemo(() => (dataUpdatedAt === 0 ? 0 : serverNow()), [dataUpdatedAt])
  const title = t(kind)
  const label = t('label', { title, range: t(`hours.${hours}`) })
  return (
    <section aria-label={label} className="border-b px-5 py-4">
      <div className="flex items-baseline justify-between gap-4">
        <h2 className="text-label text-muted">{title}</h2>
        <p className="min-w-0 truncate text-label text-muted">
          {hover === null ? <Summary line={lines[0]} unit={unit} /> : <HoverWords hover={hover} line={lines[0]} unit={unit} at={moment(hover.at)} />}
        </p>
      </div>
      <div className="mt-2" style={{ height }}>
        {data === undefined && !isError && <Skeleton className="h-full w-full" />}
        {data === undefined && isError && <p className="text-muted">{t('failed')}</p>}
        {data !== undefined && lines.length === 0 && <p className="flex h-full items-center text-faint">{t('none')}</p>}
        {hydrated && lines.length > 0 && (
          <Suspense fallback={<Skeleton className="h-full w-full" />}>
            <Plot lines={lines} fromMs={toMs - hours * 3_600_000} toMs={toMs} height={height} fromZero={kind === 'power'} locale={locale} onHover={setHover} />
          </Suspense>
        )}
      </div>
      <ul className="sr-only">
        {lines.map((line) => (
          <LineWords key={line.key} line={line} unit={unit} />
        ))}
      </ul>
    </section>
  )
}

/** Named, also where it is power: some BMCs tell that of a part alone (GH200, its GPUs). */
function Summary({ line, unit }: { line: Line | undefined; unit: string }) {
  const t = useTranslations('node.history')
  const figures = line && summarise(line.points)
  if (figures == null) return null
  return (
    <>
      <span className="text-faint">{line?.name} </span>
      {toReadingText(figures.last, unit)} · {t('peak', { value: toReadingText(figures.high, unit) })}
    </>
  )
}

function HoverWords({ hover, line, unit, at }: { hover: NonNullable<Hover>; line: Line | undefined; unit: string; at: string }) {
  const [value] = hover.values
  return (
    <>
      <span className="font-mono text-faint">{at}</span> <span className="text-faint">{line?.name} </span>
      <span className="text-text">{value == null ? '–' : toReadingText(value, unit)}</span>
    </>
  )
}

function LineWords({ line, unit }: { line: Line; unit: string }) {
  const t = useTranslations('node.history')
  const figures = summarise(line.points)
  if (figures === null) return null
  const { low, high, last } = figures
  return <li>{t('summary', { name: line.name, low: toReadingText(low, unit), high: toReadingText(high, unit), last: toReadingText(last, unit) })}</li>
}
