'use client'

import { useTranslations } from 'next-intl'
import type { Part } from '#lib/domain/inventory.ts'
import { cx } from '../ui/class-names.ts'
import { Cell, HeadCell, Row, Table } from '../ui/table.tsx'
import { facts, PartCopied, PartFacts, Slot, What } from './part-facts.tsx'

/** Where the facts of a part stand, by the room there is: each in a column of its own, together beside the part, or under it. */
type Layout = { columns: string; beside: string; under: string }
const few: Layout = { columns: '@max-2xl:hidden', beside: 'hidden', under: '@2xl:hidden' }
const many: Layout = { columns: '@max-4xl:hidden', beside: '@max-2xl:hidden @4xl:hidden', under: '@2xl:hidden' }
const mostOfFew = 2

/** Parts of one sort, with what can be copied of them; only the columns that say something. */
export function PartTable({ parts, label }: { parts: readonly Part[]; label: string }) {
  const t = useTranslations('inventory')
  const shown = facts.filter((fact) => parts.some((part) => part[fact] !== undefined))
  const layout = shown.length <= mostOfFew ? few : many
  return (
    <div className="@container">
      <Table aria-label={label}>
        <thead className={layout.columns}>
          <tr>
            <HeadCell className="w-40">{t('column.slot')}</HeadCell>
            <HeadCell>{t('column.what')}</HeadCell>
            {shown.map((column) => (
              <HeadCell key={column}>{t(`column.${column}`)}</HeadCell>
            ))}
          </tr>
        </thead>
        <tbody>
          {parts.map((part) => (
            <Row key={`${part.kind} ${part.slot}`} className="align-baseline last:border-b-0 @max-md:block @max-md:h-auto @max-md:py-2">
              <Cell className="w-40 max-w-48 py-1.5 wrap-anywhere @max-md:block @max-md:w-auto @max-md:max-w-none @max-md:py-0">
                <Slot part={part} />
              </Cell>
              <Cell className="py-1.5 @max-md:block @max-md:px-5 @max-md:py-0">
                <What part={part} />
                <div className={layout.under}>
                  <PartFacts part={part} />
                </div>
              </Cell>
              <Cell className={cx('w-1/2 py-1.5', layout.beside)}>
                <PartFacts part={part} />
              </Cell>
              {shown.map((column) => (
                <Cell key={column} className={cx('max-w-56 py-1.5', layout.columns)}>
                  <PartCopied part={part} fact={column} />
                </Cell>
              ))}
            </Row>
          ))}
        </tbody>
      </Table>
    </div>
  )
}
