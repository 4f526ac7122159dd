'use client'

import { useTranslations } from 'next-intl'
import type { Part } from '#lib/domain/inventory.ts'
import { HealthMark } from '../ui/marks.tsx'
import { LocalTime } from '../ui/local-time.tsx'
import { Cell, HeadCell, Row, Table } from '../ui/table.tsx'
import { Copied } from './copied.tsx'
import { useFaultWords, usePartFigures } from './part-words.ts'

const columns = ['serial', 'partNumber', 'mac', 'firmware', 'assetTag'] as const
type Column = (typeof columns)[number]

/** Two that would only repeat each other are said once. */
const nameOf = ({ name, slot, model }: Part) => (name === slot || name === model ? undefined : name)

function Faults({ faults = [] }: Pick<Part, 'faults'>) {
  const words = useFaultWords()
  return faults.map((fault) => (
    <span key={fault} className="flex items-baseline gap-2 text-warning">
      <HealthMark level="warning" className="translate-y-0.5" />
      {words(fault)}
    </span>
  ))
}

function What({ part }: { part: Part }) {
  const t = useTranslations('inventory')
  const figures = usePartFigures()(part)
  const name = nameOf(part)
  return (
    <span className="flex flex-col">
      <span>
        {part.model ?? name ?? part.name} {part.manufacturer !== undefined && <span className="text-muted">{part.manufacturer}</span>}
      </span>
      {part.model !== undefined && name !== undefined && <span className="text-muted">{name}</span>}
      {figures.length > 0 && <span className="text-muted">{figures.join(' · ')}</span>}
      {part.manufacturedAt !== undefined && (
        <span className="text-muted">
          {t('made')} <LocalTime at={part.manufacturedAt} shape="day" />
        </span>
      )}
      <Faults faults={part.faults} />
    </span>
  )
}

/** Parts of one sort, with what can be copied of them; only the columns that say something. */
export function PartTable({ parts, label }: { parts: readonly Part[]; label: string }) {
  const t = useTranslations('inventory')
  const health = useTranslations('health')
  const shown = columns.filter((column) => parts.some((part) => part[column] !== undefined))
  const copied = (part: Part, column: Column) => part[column] !== undefined && <Copied text={part[column]} label={t('copy', { what: t(`column.${column}`), slot: part.slot })} />
  return (
    <Table aria-label={label} className="table-auto">
      <thead className="max-md:hidden">
        <tr>
          <HeadCell>{t('column.slot')}</HeadCell>
          <HeadCell className="w-1/2">{t('column.what')}</HeadCell>
          {shown.map((column) => (
            <HeadCell key={column}>{t(`column.${column}`)}</HeadCell>
          ))}
        </tr>
      </thead>
      <tbody>
        {parts.map((part) => (
          <Row key={`${part.kind} ${part.slot}`} className="align-baseline last:border-b-0">
            <Cell className="max-w-48 py-1.5 break-words max-sm:w-28">
              <span className="flex items-baseline gap-2">
                {part.health !== undefined && part.health !== 'ok' && <HealthMark level={part.health} label={health(part.health)} className="translate-y-0.5" />}
                {part.slot}
              </span>
            </Cell>
            <Cell className="py-1.5">
              <What part={part} />
              <dl className="md:hidden">
                {shown.map(
                  (column) =>
                    part[column] !== undefined && (
                      <div key={column} className="flex items-center gap-x-2">
                        <dt className="shrink-0 text-label text-faint">{t(`column.${column}`)}</dt>
                        <dd className="min-w-0">{copied(part, column)}</dd>
                      </div>
                    ),
                )}
              </dl>
            </Cell>
            {shown.map((column) => (
              <Cell key={column} className="py-1.5 max-md:hidden">
                {copied(part, column)}
              </Cell>
            ))}
          </Row>
        ))}
      </tbody>
    </Table>
  )
}
