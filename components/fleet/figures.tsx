'use client'

import { useTranslations } from 'next-intl'
import NextLink from 'next/link'
import type { CSSProperties, ReactNode } from 'react'
import type { HealthLevel } from '#lib/domain/health.ts'
import { noSteps, toProgress } from '#lib/domain/progress.ts'
import type { Operation } from '#lib/domain/operation.ts'
import { toPowerText, toReadingText } from '#lib/domain/words.ts'
import { cx } from '../ui/class-names.ts'
import type { Figures } from './view.ts'

const heat: Record<HealthLevel, string> = { ok: '', unknown: '', warning: 'text-warning', critical: 'text-critical' }

/** What the fleet is in five figures. */
export function FigureStrip({ figures, running }: { figures: Figures; running: readonly Operation[] }) {
  const t = useTranslations('fleet.figures')
  const { hottest, latencyMs } = figures
  return (
    <section aria-label={t('label')} className="grid grid-cols-3 border-b sm:grid-cols-[1.6fr_1fr_1fr_1.1fr] xl:grid-cols-[1.7fr_1fr_1fr_1.1fr_1.4fr]">
      <Figure label={t('nodes')} value={String(figures.total)} note={<NodeNote figures={figures} />} className="max-sm:col-span-3" wide>
        <HealthBar figures={figures} />
      </Figure>
      <Figure
        label={t('power')}
        value={figures.wattsFrom === 0 ? t('none') : toPowerText(figures.watts)}
        note={figures.wattsFrom === 0 || figures.wattsFrom === figures.total ? null : t('powerFrom', { count: figures.wattsFrom })}
      />
      <Figure
        label={t('hottest')}
        value={hottest === null ? t('none') : toReadingText(hottest.reading, '°C')}
        valueStyle={hottest === null ? undefined : heat[hottest.health]}
        note={
          hottest && (
            <NextLink href={`/nodes/${encodeURIComponent(hottest.node)}`} prefetch={false} className="font-mono hover:underline">
              {hottest.node} {hottest.name}
            </NextLink>
          )
        }
      />
      <Figure
        label={t('answers')}
        value={latencyMs === null ? t('none') : toReadingText(Math.round(latencyMs), 'ms')}
        note={figures.unreachable > 0 ? t('medianSilent', { count: figures.unreachable }) : latencyMs === null ? null : t('median')}
      />
      <Running running={running} />
    </section>
  )
}

type FigureProps = { label: string; value: ReactNode; valueStyle?: string; note?: ReactNode; children?: ReactNode; className?: string; wide?: boolean }

/** On a narrow screen the note stands under its figure, unless the figure has the `wide` row to itself. */
function Figure({ label, value, valueStyle, note, children, className, wide = false }: FigureProps) {
  return (
    <div className={cx('min-w-0 border-line px-5 py-3 max-sm:not-first:border-t max-sm:py-2.5 not-first:border-l max-sm:nth-2:border-l-0', className)}>
      <p className="truncate text-label text-muted">{label}</p>
      <p className={cx('mt-1 flex min-w-0 items-baseline gap-x-2', !wide && 'max-sm:flex-col')}>
        <span className={cx('shrink-0 text-figure font-medium whitespace-nowrap', valueStyle)}>{value}</span>
        <span className="max-w-full min-w-0 truncate text-muted max-sm:text-label">{note}</span>
      </p>
      {children}
    </div>
  )
}

function NodeNote({ figures }: { figures: Figures }) {
  const t = useTranslations('fleet.figures')
  const parts = (['on', 'unreachable', 'off', 'changing', 'unknown'] as const)
    .filter((state) => figures[state] > 0)
    .map((state) => t(state, { count: figures[state] }))
  return <span title={parts.join(' · ')}>{parts.join(' · ')}</span>
}

const bars: readonly [HealthLevel, string][] = [
  ['ok', 'bg-ok'],
  ['warning', 'bg-warning'],
  ['critical', 'bg-critical'],
  ['unknown', 'bg-track'],
]

function HealthBar({ figures }: { figures: Figures }) {
  const t = useTranslations('fleet.figures')
  const words = t('healthBar', figures.byHealth)
  return (
    <div role="img" aria-label={words} title={words} className="mt-2 flex h-1.5 gap-0.5">
      {bars.map(([level, colour]) =>
        figures.byHealth[level] === 0 ? null : (
          <span key={level} className={cx('min-w-1.5 rounded-sm', colour)} style={{ flexGrow: figures.byHealth[level], flexBasis: 0 }} />
        ),
      )}
    </div>
  )
}

function Running({ running }: { running: readonly Operation[] }) {
  const t = useTranslations('fleet.figures')
  const name = useTranslations('operations.name')
  const [first] = running
  const { done, total } = toProgress(first?.counts ?? noSteps)
  return (
    <div className={cx('min-w-0 border-line px-5 py-3 max-xl:col-span-full max-xl:border-t max-sm:py-2.5 xl:border-l', first === undefined && 'max-xl:hidden')}>
      <p className="text-label text-muted">{t('running')}</p>
      {first === undefined ? (
        <p className="mt-1.5 text-faint">{t('runningNone')}</p>
      ) : (
        <NextLink href={running.length > 1 ? '/operations?state=running' : `/operations/${first.id}`} prefetch={false} className="group mt-1.5 block">
          <span className="flex items-baseline gap-3">
            <span className="min-w-0 truncate group-hover:underline">
              {name(first.action)} <span className="font-mono">{first.nodes}</span>
              {running.length > 1 && <span className="text-muted"> {t('runningMore', { count: running.length - 1 })}</span>}
            </span>
            <span className="ml-auto shrink-0 text-muted">{t('runningDone', { done, total })}</span>
          </span>
          <span aria-hidden className="bar mt-2" style={{ '--fill': total === 0 ? 0 : done / total, '--bar': 'var(--info)' } as CSSProperties} />
        </NextLink>
      )}
    </div>
  )
}
