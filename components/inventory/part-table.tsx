'use client'

import { useTranslations } from 'next-intl'
import type { Part } from '#lib/domain/inventory.ts'
import { Cell, HeadCell, Row, Table } from '../ui/table.tsx'
import { facts, PartCopied, PartFacts, Slot, What, type Fact } from './part-facts.tsx'

/** Parts of one sort, with what can be copied of them; only the columns that say something. */
export function PartTable({ parts, label }: { parts: readonly Part[]; label: string }) {
  const t = useTranslations('inventory')
  const shown: Fact[] = facts.filter((fact) => parts.some((part) => part[fact] !== undefined))
  return (
    <Table aria-label={label} className="table-auto">
      <thead className="max-md:hidden">
        <tr>
          <HeadCell className="w-32">{t('column.slot')}</HeadCell>
          <HeadCell>{t('column.what')}</HeadCell>
          {shown.map((column) => (
            <HeadCell key={column}>{t(`column.${column}`)}</HeadCell>
          ))}
        </tr>
      </thead>
      <tbody>
        {parts.map((part) => (
          <Row key={`${part.kind} ${part.slot}`} className="align-baseline last:border-b-0">
            <Cell className="max-w-48 py-1.5 break-words max-sm:w-28">
              <Slot part={part} />
            </Cell>
            <Cell className="py-1.5">
              <What part={part} />
              <div className="md:hidden">
                <PartFacts part={part} />
              </div>
            </Cell>
            {shown.map((column) => (
              <Cell key={column} className="py-1.5 whitespace-nowrap max-md:hidden">
                <PartCopied part={part} fact={column} />
              </Cell>
            ))}
          </Row>
        ))}
      </tbody>
    </Table>
  )
}
