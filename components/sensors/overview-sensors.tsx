'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import type { SensorList } from '#lib/api/contract.ts'
import { sensorsQuery } from '#lib/api/queries.ts'
import type { HealthLevel } from '#lib/domain/health.ts'
import { sayState, toReadingText } from '#lib/domain/words.ts'
import { Age } from '../ui/age.tsx'
import { cx } from '../ui/class-names.ts'
import { useNow } from '../ui/clock.tsx'
import { Link } from '../ui/link.tsx'
import { HealthMark } from '../ui/marks.tsx'
import { asOfNow, greatest, isOfSupply, pick, type SensorRow } from './rows.ts'
import { ThresholdBar } from './threshold-bar.tsx'

const mostShown = 8
const tones: Record<HealthLevel, string> = { ok: '', unknown: 'text-faint', warning: 'text-warning', critical: 'text-critical' }

type OverviewSensorsProps = { node: string; /** The BMC cannot be spoken to. */ silent: boolean; first: SensorList }

/** The sensors that the overview shows, from the same query as the sensors page; what is old counts as unknown. */
function useSensors({ node, silent, first }: OverviewSensorsProps): readonly SensorRow[] {
  const { data } = useQuery({ ...sensorsQuery(node), initialData: first })
  const nowMs = useNow()
  return data.sensors.map((sensor) => asOfNow(sensor, nowMs, silent))
}

/** Temperatures and fans with their thresholds drawn. */
export function OverviewSensors(props: OverviewSensorsProps) {
  const t = useTranslations('node')
  const sensors = useSensors(props)
  const temperatures = sensors.filter(({ kind }) => kind === 'temperature')
  const fans = sensors.filter(({ kind }) => kind === 'fan')
  // What a BMC lacks is known only once it was read.
  const none = (words: string) => (sensors.length === 0 ? t('notRead') : words)
  return (
    <>
      <Bars title={t('temperatures')} none={none(t('noTemperatures'))} rows={temperatures} href={`/nodes/${encodeURIComponent(props.node)}/sensors?kind=temperature`} />
      <Bars title={t('fans')} none={none(t('noFans'))} rows={fans} href={`/nodes/${encodeURIComponent(props.node)}/sensors?kind=fan`} />
    </>
  )
}

function Bars({ title, none, rows, href }: { title: string; none: string; rows: readonly SensorRow[]; href: string }) {
  const t = useTranslations('node')
  const shown = pick(rows.filter(({ reading }) => reading !== null), mostShown)
  const most = greatest(rows)
  const stale = rows.length > 0 && rows.every(({ health }) => health === 'unknown')
  return (
    <section aria-label={title} className="border-b px-5 py-4">
      <div className="mb-3 flex items-baseline justify-between gap-4 text-label">
        <h2 className="text-muted">
          {title} {stale && <Age at={rows[0]?.at ?? null} staleAfterMs={0} />}
        </h2>
        {rows.length > 0 && (
          <Link href={href} className="text-faint">
            {t('some', { shown: shown.length, total: rows.length })}
          </Link>
        )}
      </div>
      {shown.length === 0 && <p className="text-faint">{none}</p>}
      <ul className="flex flex-col gap-2">
        {shown.map((sensor) => (
          <li key={sensor.key} className="grid grid-cols-[minmax(0,1fr)_minmax(0,1.1fr)_5rem] items-center gap-3">
            <span className="truncate" title={sensor.name}>
              {sensor.name}
            </span>
            <ThresholdBar sensor={sensor} peerMax={sensor.kind === 'fan' ? most : undefined} />
            <span className={cx('text-right whitespace-nowrap', tones[sensor.health])}>{sensor.reading !== null && toReadingText(sensor.reading, sensor.unit)}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** What the BMC tells of the power supplies. */
export function OverviewSupplies(props: OverviewSensorsProps) {
  const t = useTranslations('node')
  const health = useTranslations('health')
  const sensors = useSensors(props)
  const supplies = sensors.filter((sensor) => isOfSupply(sensor) && (sensor.kind === 'state' || sensor.kind === 'power' || sensor.kind === 'voltage'))
  const shown = pick(supplies, mostShown)
  return (
    <section aria-label={t('supplies')} className="border-b px-5 py-4 last:border-b-0">
      <h2 className="mb-3 text-label text-muted">{t('supplies')}</h2>
      {shown.length === 0 && <p className="text-faint">{t(sensors.length === 0 ? 'notRead' : 'noSupplies')}</p>}
      <ul className="flex flex-col gap-2">
        {shown.map((sensor) => (
          <li key={sensor.key} className="flex items-baseline gap-2.5">
            <HealthMark level={sensor.health} className="self-center" />
            <span className="min-w-0 truncate" title={sensor.name}>
              {sensor.name}
            </span>
            <span className={cx('ml-auto text-right', tones[sensor.health], sensor.health === 'ok' && sensor.reading === null && 'text-muted')}>
              {sensor.reading === null ? sensor.states?.map((state) => sayState(state, health)).join(', ') : toReadingText(sensor.reading, sensor.unit)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
