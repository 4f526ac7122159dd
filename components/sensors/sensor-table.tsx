'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { Fragment, useMemo } from 'react'
import type { SensorList } from '#lib/api/contract.ts'
import { sensorsQuery } from '#lib/api/queries.ts'
import type { HealthLevel } from '#lib/domain/health.ts'
import { staleAfterMs } from '#lib/domain/as-of.ts'
import { sensorKind, type SensorKind } from '#lib/domain/sensor.ts'
import { sayState, toReadingText } from '#lib/domain/words.ts'
import { Age } from '../ui/age.tsx'
import { chipStyle } from '../ui/badge.tsx'
import { cx } from '../ui/class-names.ts'
import { useNow } from '../ui/clock.tsx'
import { FilterField } from '../ui/filter-field.tsx'
import { HealthMark } from '../ui/marks.tsx'
import { SortHead } from '../ui/sort-head.tsx'
import { EmptyState } from '../ui/states.tsx'
import { Cell, HeadCell, Row, Table } from '../ui/table.tsx'
import { useAddressView } from '../ui/use-address-view.ts'
import { Draw } from './draw.tsx'
import { asOfNow, greatest, toGroups, toSensorQuery, toSensorView, waysOf, type SensorColumn, type SensorRow, type SensorView } from './rows.ts'
import { ThresholdBar } from './threshold-bar.tsx'

/** How often passing time alone may turn a sensor grey. */
const tickMs = 5_000

const tones: Record<HealthLevel, string> = { ok: '', unknown: 'text-faint', warning: 'text-warning', critical: 'text-critical' }

/** Every sensor of a node, by kind. */
export function SensorTable({ node, silent, first }: { node: string; /** The BMC cannot be spoken to. */ silent: boolean; first: SensorList }) {
  const t = useTranslations('sensors')
  const { data } = useQuery({ ...sensorsQuery(node), initialData: first })
  const { view, show, type } = useAddressView(toSensorView, toSensorQuery)
  const nowMs = Math.floor(useNow() / tickMs) * tickMs
  const sensors = useMemo(() => data.sensors.map((sensor) => asOfNow(sensor, nowMs, silent)), [data, nowMs, silent])
  const groups = toGroups(sensors, view)
  const shown = groups.reduce((count, { rows }) => count + rows.length, 0)
  if (data.sensors.length === 0 && data.unread.length === 0) return <EmptyState title={t('empty.title')}>{t('empty.text')}</EmptyState>
  return (
    <>
      <Unread texts={data.unread} />
      {data.draw !== null && <Draw draw={data.draw} dim={silent} />}
      <Tools sensors={data.sensors} view={view} shown={shown} onType={type} onShow={show} />
      <div className="shrink-0 overflow-x-auto">
        <Table>
          <thead>
            <tr>
              <Head column="name" view={view} onShow={show} />
              <Head column="reading" view={view} onShow={show} numeric />
              <HeadCell className="w-1/3 max-md:hidden">{t('column.limits')}</HeadCell>
              <Head column="state" view={view} onShow={show} />
              <HeadCell numeric>{data.sensors.length === 0 ? t('column.at') : t('column.readBy', { ways: waysOf(data.sensors).join(', ') })}</HeadCell>
            </tr>
          </thead>
          <tbody>
            {groups.map(({ kind, rows }) => (
              <Fragment key={kind}>
                <tr className="border-b">
                  <th colSpan={5} scope="rowgroup" className="h-9 px-5 pt-2 text-left align-middle text-label font-normal text-muted">
                    {t(`kind.${kind}`)} <span className="text-faint">{rows.length}</span>
                  </th>
                </tr>
                {rows.map((sensor) => (
                  <SensorLine key={sensor.key} sensor={sensor} peerMax={kind === 'fan' ? greatest(rows) : undefined} />
                ))}
              </Fragment>
            ))}
          </tbody>
        </Table>
      </div>
      {shown === 0 && <EmptyState title={t('noMatch')} />}
    </>
  )
}

/** What may be missing from the table, folded away below one line. */
function Unread({ texts }: { texts: readonly string[] }) {
  const t = useTranslations('sensors')
  if (texts.length === 0) return null
  return (
    <details className="border-b px-5 py-2 text-label">
      <summary className="cursor-pointer text-warning max-sm:py-2">{t('unread', { count: texts.length })}</summary>
      <ul className="mt-1 flex flex-col gap-1 font-mono text-muted">
        {texts.map((text) => (
          <li key={text} className="break-words">
            {text}
          </li>
        ))}
      </ul>
    </details>
  )
}

function SensorLine({ sensor, peerMax }: { sensor: SensorRow; peerMax: number | undefined }) {
  const t = useTranslations('sensors')
  const health = useTranslations('health')
  const { reading, unit, states = [] } = sensor
  return (
    <Row title={sensor.source}>
      <Cell className="max-w-56 truncate">{sensor.name}</Cell>
      <Cell numeric className={cx('whitespace-nowrap', tones[sensor.health], reading === null && 'text-faint')}>
        {reading === null ? (states.length > 0 ? '' : t('none')) : toReadingText(reading, unit)}
      </Cell>
      <Cell className="max-md:hidden">{reading !== null && <ThresholdBar sensor={sensor} peerMax={peerMax} className="max-w-80" />}</Cell>
      <Cell>
        <span className={cx('flex items-center gap-2', sensor.health === 'ok' ? 'text-muted' : tones[sensor.health])}>
          <HealthMark level={sensor.health} />
          {states.length > 0 ? states.map((state) => sayState(state, health)).join(', ') : health(sensor.health)}
        </span>
      </Cell>
      <Cell numeric>
        <Age at={sensor.at} staleAfterMs={staleAfterMs.sensors} />
      </Cell>
    </Row>
  )
}

function Head({ column, view, onShow, numeric = false }: { column: SensorColumn; view: SensorView; onShow: (view: SensorView) => void; numeric?: boolean }) {
  const t = useTranslations('sensors')
  const name = t(`column.${column}`)
  const sort = (order: Pick<SensorView, 'sort' | 'descending'>) => onShow({ ...view, ...order })
  return <SortHead column={column} name={name} title={t('sort', { column: name })} order={view} onSort={sort} numeric={numeric} firstDescending={column === 'reading'} />
}

type ToolsProps = { sensors: readonly SensorRow[]; view: SensorView; shown: number; onType: (text: string) => void; onShow: (view: SensorView) => void }

function Tools({ sensors, view, shown, onType, onShow }: ToolsProps) {
  const t = useTranslations('sensors')
  const kinds = sensorKind.options.filter((kind) => sensors.some((sensor) => sensor.kind === kind))
  const chip = (kind: SensorKind | null, label: string) => (
    <button key={label} type="button" aria-pressed={view.kind === kind} onClick={() => onShow({ ...view, kind })} className={chipStyle(view.kind === kind)}>
      {label}
    </button>
  )
  return (
    <search className="flex min-h-13 shrink-0 items-center gap-2 border-b px-5 max-md:flex-wrap max-md:py-2">
      <FilterField label={t('filter')} value={view.text} onType={onType} />
      <div className="no-scrollbar flex min-w-0 gap-2 overflow-x-auto py-0.5">
        {chip(null, t('allKinds'))}
        {kinds.map((kind) => chip(kind, t(`kind.${kind}`)))}
      </div>
      <output className="ml-auto shrink-0 pl-2 text-label text-faint max-md:hidden">{t('count', { shown, total: sensors.length })}</output>
    </search>
  )
}
