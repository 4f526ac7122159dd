'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { memo, useDeferredValue, useMemo } from 'react'
import type { BiosAnswer } from '#lib/api/contract.ts'
import { biosQuery } from '#lib/api/queries.ts'
import { staleAfterMs } from '#lib/domain/as-of.ts'
import type { BiosAttribute } from '#lib/domain/bios.ts'
import { Age } from '../ui/age.tsx'
import { chipStyle } from '../ui/badge.tsx'
import { FilterField } from '../ui/filter-field.tsx'
import { EmptyState, Notice } from '../ui/states.tsx'
import { Cell, HeadCell, Row, Table } from '../ui/table.tsx'
import { useAddressView } from '../ui/use-address-view.ts'
import { toBiosQuery, toBiosRows, toBiosView, toValueText, type BiosView } from './rows.ts'

type BiosTableProps = { node: string; /** The BMC cannot be spoken to. */ silent: boolean; first: BiosAnswer }

/** The settings of the BIOS, for reading: hundreds of them, found by typing. */
export function BiosTable({ node, silent, first }: BiosTableProps) {
  const t = useTranslations('bios')
  const { data } = useQuery({ ...biosQuery(node), initialData: first })
  const { view, show, type } = useAddressView(toBiosView, toBiosQuery)
  // What is typed stands at once; the rows follow.
  const text = useDeferredValue(view.text)
  const attributes = data.bios?.attributes ?? none
  const rows = useMemo(() => toBiosRows(attributes, { text, onlyPending: view.onlyPending }), [attributes, text, view.onlyPending])
  if (data.at === null) return <EmptyState title={t('unreadTitle')}>{silent ? t('unreadSilent') : t('unreadText')}</EmptyState>
  if (data.bios === null) return <EmptyState title={t('untoldTitle')}>{t('untoldText')}</EmptyState>
  if (data.bios.state === 'failed') return <EmptyState title={t('failedTitle')}>{t('failedText')}</EmptyState>
  if (attributes.length === 0) return <EmptyState title={t('noneTitle')}>{t('noneText')}</EmptyState>
  return (
    <>
      <Tools attributes={attributes} view={view} shown={rows.length} at={data.at} onType={type} onShow={show} />
      {data.bios.state === 'partial' && <Notice>{t('partial')}</Notice>}
      <Rows rows={rows} label={t('title')} />
      {rows.length === 0 && <EmptyState title={t('noMatch')} />}
    </>
  )
}

const none: readonly BiosAttribute[] = []

const Rows = memo(function Rows({ rows, label }: { rows: readonly BiosAttribute[]; label: string }) {
  const t = useTranslations('bios')
  const hasNames = rows.some(({ displayName }) => displayName !== undefined)
  const hasPending = rows.some(({ pending }) => pending !== undefined)
  return (
    <Table aria-label={label}>
      <thead>
        <tr>
          <HeadCell>{t('column.setting')}</HeadCell>
          {hasNames && <HeadCell className="max-md:hidden">{t('column.name')}</HeadCell>}
          <HeadCell>{t('column.value')}</HeadCell>
          {hasPending && <HeadCell>{t('column.pending')}</HeadCell>}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, displayName, value, pending }) => (
          <Row key={name} className="align-baseline">
            <Cell className="max-w-96 py-1.5 break-words max-md:w-1/2">
              {displayName ?? <span className="font-mono break-all">{name}</span>}
              {displayName !== undefined && <span className="block font-mono text-label break-all text-faint md:hidden">{name}</span>}
            </Cell>
            {hasNames && <Cell className="py-1.5 font-mono break-all text-faint max-md:hidden">{displayName === undefined ? '' : name}</Cell>}
            <Cell className="py-1.5 break-words">{value === null ? <span className="text-faint">{t('notTold')}</span> : toValueText(value)}</Cell>
            {hasPending && <Cell className="py-1.5 break-words text-warning">{toValueText(pending)}</Cell>}
          </Row>
        ))}
      </tbody>
    </Table>
  )
})

type ToolsProps = {
  attributes: readonly BiosAttribute[]
  view: BiosView
  shown: number
  at: string
  onType: (text: string) => void
  onShow: (view: BiosView) => void
}

function Tools({ attributes, view, shown, at, onType, onShow }: ToolsProps) {
  const t = useTranslations('bios')
  const pending = attributes.filter((one) => one.pending !== undefined).length
  return (
    <search className="flex min-h-13 shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-b px-5 py-2">
      <FilterField label={t('filter')} value={view.text} onType={onType} />
      {(pending > 0 || view.onlyPending) && (
        <button type="button" aria-pressed={view.onlyPending} onClick={() => onShow({ ...view, onlyPending: !view.onlyPending })} className={chipStyle(view.onlyPending)}>
          {t('waiting', { count: pending })}
        </button>
      )}
      <span className="text-label text-faint">{t('shown', { shown, all: attributes.length })}</span>
      <span className="ml-auto text-label">
        <Age at={at} staleAfterMs={staleAfterMs.inventory} />
      </span>
    </search>
  )
}
