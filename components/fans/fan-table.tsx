'use client'

import { useTranslations } from 'next-intl'
import type { FansAnswer } from '#lib/api/fans-contract.ts'
import { staleAfterMs } from '#lib/domain/as-of.ts'
import { Age } from '../ui/age.tsx'
import { cx } from '../ui/class-names.ts'
import { Cell, HeadCell, Row, Table } from '../ui/table.tsx'
import type { SensorRow } from './use-fans.ts'
import type { useZoneWords } from './use-zone-words.ts'

type FanRow = { key: string; name: string; rpm: number | null; percent: number | null; zone: string | null; at: string }

/** The fans by the last look at their control; where that has none yet, by the sensors. */
export function toFanRows({ reading, control }: Pick<FansAnswer, 'reading' | 'control'>, speeds: readonly SensorRow[], nameOf: ReturnType<typeof useZoneWords>): FanRow[] {
  const zoneName = (id: string | null) => {
    const zone = control?.zones.find((one) => one.id === id)
    return zone === undefined || control === null ? id : nameOf(zone, control)
  }
  if (reading !== null && reading.fans.length > 0) {
    return reading.fans.map(({ name, rpm, percent, zone }, i) => {
      const duty = percent ?? (zone === null ? null : (reading.duties[zone] ?? null))
      return { key: `${i} ${name}`, name, rpm, percent: duty, zone: zoneName(zone), at: reading.takenAt }
    })
  }
  return speeds.map(({ key, name, reading: value, unit, at }) => ({ key, name, rpm: unit === '%' ? null : value, percent: unit === '%' ? value : null, zone: null, at }))
}

/** Each fan with its speed and, where the BMC tells them, duty and zone. */
export function FanTable({ rows, silent }: { rows: readonly FanRow[]; silent: boolean }) {
  const t = useTranslations('fans')
  const hasZones = rows.some(({ zone }) => zone !== null)
  const hasDuty = rows.some(({ percent }) => percent !== null)
  if (rows.length === 0) return <p className="px-5 py-4 text-faint">{t('noFans')}</p>
  return (
    <Table aria-label={t('fans')}>
      <thead>
        <tr>
          <HeadCell>{t('column.fan')}</HeadCell>
          {hasZones && <HeadCell>{t('column.zone')}</HeadCell>}
          {hasDuty && <HeadCell numeric>{t('duty')}</HeadCell>}
          <HeadCell numeric>{t('column.speed')}</HeadCell>
          <HeadCell numeric>{t('column.at')}</HeadCell>
        </tr>
      </thead>
      <tbody className={cx(silent && 'text-faint')}>
        {rows.map(({ key, name, rpm, percent, zone, at }) => (
          <Row key={key}>
            <Cell className="max-w-44 truncate">{name}</Cell>
            {hasZones && <Cell className="text-muted">{zone}</Cell>}
            {hasDuty && <Cell numeric className="whitespace-nowrap">{percent === null ? '' : `${Math.round(percent)} %`}</Cell>}
            <Cell numeric className="whitespace-nowrap">
              {rpm === null ? <span className="text-faint">{t('noReading')}</span> : `${Math.round(rpm)} RPM`}
            </Cell>
            <Cell numeric>
              <Age at={at} staleAfterMs={staleAfterMs.sensors} />
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  )
}
