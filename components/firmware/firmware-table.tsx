'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import type { InventoryAnswer } from '#lib/api/contract.ts'
import { inventoryQuery } from '#lib/api/queries.ts'
import { staleAfterMs } from '#lib/domain/as-of.ts'
import type { Part } from '#lib/domain/inventory.ts'
import { toSlotWords } from '#lib/domain/slot-words.ts'
import { Age } from '../ui/age.tsx'
import { chipStyle } from '../ui/badge.tsx'
import { cx } from '../ui/class-names.ts'
import { Copy } from '../ui/copy.tsx'
import { FilterField } from '../ui/filter-field.tsx'
import { Link } from '../ui/link.tsx'
import { LocalTime } from '../ui/local-time.tsx'
import { HealthMark } from '../ui/marks.tsx'
import { SortHead } from '../ui/sort-head.tsx'
import { EmptyState, Notice } from '../ui/states.tsx'
import { Cell, HeadCell, Row, Table } from '../ui/table.tsx'
import { useAddressView } from '../ui/use-address-view.ts'
import { firmwareKinds, toFirmware, toFirmwareQuery, toFirmwareRows, toFirmwareView, type FirmwareColumn, type FirmwareView } from './rows.ts'

type FirmwareTableProps = { node: string; /** The BMC cannot be spoken to. */ silent: boolean; first: InventoryAnswer }

/** What runs on a node, version by version, and what else of it the BMC keeps. */
export function FirmwareTable({ node, silent, first }: FirmwareTableProps) {
  const t = useTranslations('firmware')
  const { data } = useQuery({ ...inventoryQuery(node), initialData: first })
  const { view, show, type } = useAddressView(toFirmwareView, toFirmwareQuery)
  const { inventory } = data
  if (inventory === null) return <EmptyState title={t('unreadTitle')}>{silent ? t('unreadSilent') : t('unreadText')}</EmptyState>
  const parts = toFirmware(inventory)
  const state = inventory.sections.firmware
  if (parts.length === 0) return <EmptyState title={state === 'failed' ? t('failed') : t('noneTitle')}>{state === 'failed' ? t('failedText') : t('noneText')}</EmptyState>
  const rows = toFirmwareRows(parts, view)
  return (
    <>
      <Tools parts={parts} view={view} shown={rows.length} onType={type} onShow={show}>
        <Age at={data.at} staleAfterMs={staleAfterMs.inventory} />
      </Tools>
      {state === undefined && <p className="border-b px-5 py-2 text-label text-muted">{t('onlyOwn')}</p>}
      {(state === 'partial' || state === 'failed') && <Notice>{t('partial')}</Notice>}
      <Table aria-label={t('title')}>
        <thead className="max-md:hidden">
          <tr>
            <Head column="component" view={view} onShow={show} />
            <Head column="version" view={view} onShow={show} />
            <HeadCell>{t('column.updateable')}</HeadCell>
            <HeadCell>{t('column.others')}</HeadCell>
            <Head column="released" view={view} onShow={show} />
          </tr>
        </thead>
        <tbody>
          {rows.map((part) => (
            <FirmwareLine key={`${part.kind} ${part.slot}`} part={part} />
          ))}
        </tbody>
      </Table>
      {rows.length === 0 && <EmptyState title={t('noMatch')} />}
    </>
  )
}

function FirmwareLine({ part }: { part: Part }) {
  const t = useTranslations('firmware')
  const health = useTranslations('health')
  const { slot, manufacturer, firmware = '', updateable, releasedAt } = part
  const canUpdate = updateable === undefined ? '' : t(updateable ? 'yes' : 'no')
  return (
    <Row className="align-baseline max-md:flex max-md:h-auto max-md:flex-wrap max-md:items-baseline max-md:py-1.5">
      <Cell className="py-1.5 wrap-anywhere max-md:py-0">
        <span className="flex items-baseline gap-2">
          {part.health !== undefined && part.health !== 'ok' && <HealthMark level={part.health} label={health(part.health)} className="translate-y-0.5" />}
          <span className="min-w-0 wrap-anywhere">
            {toSlotWords(part)} {manufacturer !== undefined && <span className="text-muted">{manufacturer}</span>}
          </span>
        </span>
        <span className="flex flex-wrap gap-x-3 text-label text-muted md:hidden">
          {updateable !== undefined && <span>{t(updateable ? 'canUpdate' : 'cannotUpdate')}</span>}
          <Others part={part} />
          {releasedAt !== undefined && <LocalTime at={releasedAt} shape="day" />}
        </span>
      </Cell>
      <Cell className="py-1.5 max-md:ml-auto max-md:py-0 max-md:pr-5 max-md:pl-5">
        <span className="inline-flex max-w-full items-center">
          <span className="min-w-0 font-mono break-all">{firmware}</span>
          <Copy text={firmware} label={t('copy', { component: slot })} className="-my-1 ml-0.5" />
        </span>
      </Cell>
      <Cell className={cx('py-1.5 max-md:hidden', updateable !== true && 'text-faint')}>{canUpdate}</Cell>
      <Cell className="py-1.5 text-muted max-md:hidden">
        <Others part={part} />
      </Cell>
      <Cell className="py-1.5 whitespace-nowrap text-muted max-md:hidden">{releasedAt !== undefined && <LocalTime at={releasedAt} shape="day" />}</Cell>
    </Row>
  )
}

/** What the BMC keeps and does not run. */
function Others({ part }: { part: Part }) {
  const t = useTranslations('firmware')
  return part.otherVersions?.map(({ version, state }) => (
    <span key={`${state} ${version}`} className="block">
      {t(`state.${state}`)} <span className="font-mono break-all">{version}</span>
    </span>
  ))
}

function Head({ column, view, onShow }: { column: FirmwareColumn; view: FirmwareView; onShow: (view: FirmwareView) => void }) {
  const t = useTranslations('firmware')
  const name = t(`column.${column}`)
  return <SortHead column={column} name={name} title={t('sort', { column: name })} order={view} onSort={(order) => onShow({ ...view, ...order })} />
}

type ToolsProps = { parts: readonly Part[]; view: FirmwareView; shown: number; onType: (text: string) => void; onShow: (view: FirmwareView) => void; children: ReactNode }

function Tools({ parts, view, shown, onType, onShow, children }: ToolsProps) {
  const t = useTranslations('firmware')
  const offered = firmwareKinds.filter((only) => toFirmwareRows(parts, { text: '', only, sort: null, descending: false }).length > 0)
  const chip = (only: FirmwareView['only'], label: string) => (
    <button key={label} type="button" aria-pressed={view.only === only} onClick={() => onShow({ ...view, only })} className={chipStyle(view.only === only)}>
      {label}
    </button>
  )
  return (
    <search className="flex min-h-13 shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-b px-5 py-2">
      <FilterField label={t('filter')} value={view.text} onType={onType} />
      {offered.length > 0 && (
        <div className="flex flex-wrap gap-2">
          {chip(null, t('only.all'))}
          {offered.map((only) => chip(only, t(`only.${only}`)))}
        </div>
      )}
      <span className="text-label text-faint">{t('shown', { shown, all: parts.length })}</span>
      <span className="ml-auto flex items-baseline gap-3 text-label">
        {children}
        <Link href="/firmware">{t('fleetLink')}</Link>
      </span>
    </search>
  )
}
