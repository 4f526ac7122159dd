'use client'

import { useQuery } from '@tanstack/react-query'
import { ArrowDown, ArrowUp, Search } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useSearchParams } from 'next/navigation'
import { useMemo, useState, type ReactNode } from 'react'
import type { InventoryAnswer } from '#lib/api/contract.ts'
import { inventoryQuery } from '#lib/api/queries.ts'
import type { Part } from '#lib/domain/inventory.ts'
import { Age } from '../ui/age.tsx'
import { chipStyle } from '../ui/badge.tsx'
import { cx } from '../ui/class-names.ts'
import { Copy } from '../ui/copy.tsx'
import { Link } from '../ui/link.tsx'
import { LocalTime } from '../ui/local-time.tsx'
import { HealthMark } from '../ui/marks.tsx'
import { EmptyState } from '../ui/states.tsx'
import { Cell, HeadCell, Row, Table } from '../ui/table.tsx'
import { boxStyle } from '../ui/text-field.tsx'
import { firmwareKinds, toFirmware, toFirmwareQuery, toFirmwareRows, toFirmwareView, type FirmwareColumn, type FirmwareView } from './rows.ts'

/** Three missed readings of six hours each. */
const staleAfterMs = 18 * 3_600_000

type FirmwareTableProps = { node: string; /** The BMC cannot be spoken to. */ silent: boolean; first: InventoryAnswer }

/** What runs on a node, version by version, and what else of it the BMC keeps. */
export function FirmwareTable({ node, silent, first }: FirmwareTableProps) {
  const t = useTranslations('firmware')
  const { data } = useQuery({ ...inventoryQuery(node), initialData: first })
  const search = useSearchParams()
  const [typed, setTyped] = useState<string | null>(null)
  const fromAddress = useMemo(() => toFirmwareView(new URLSearchParams(search)), [search])
  const view = typed === null ? fromAddress : { ...fromAddress, text: typed }
  const show = (next: FirmwareView) => window.history.replaceState(null, '', `${window.location.pathname}${toFirmwareQuery(next)}`)
  const type = (text: string) => {
    setTyped(text)
    show({ ...view, text })
  }
  const { inventory } = data
  if (inventory === null) return <EmptyState title={t('unreadTitle')}>{silent ? t('unreadSilent') : t('unreadText')}</EmptyState>
  const parts = toFirmware(inventory)
  const state = inventory.sections.firmware
  if (parts.length === 0) return <EmptyState title={state === 'failed' ? t('failed') : t('noneTitle')}>{state === 'failed' ? t('failedText') : t('noneText')}</EmptyState>
  const rows = toFirmwareRows(parts, view)
  return (
    <>
      <Tools parts={parts} view={view} shown={rows.length} onType={type} onShow={show}>
        <Age at={data.at} staleAfterMs={staleAfterMs} />
      </Tools>
      {state === undefined && <p className="border-b px-5 py-2 text-label text-muted">{t('onlyOwn')}</p>}
      {(state === 'partial' || state === 'failed') && (
        <p className="flex items-center gap-2 border-b px-5 py-2 text-label text-warning">
          <HealthMark level="warning" />
          {t('partial')}
        </p>
      )}
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
    <Row className="align-baseline max-md:h-auto">
      <Cell className="py-1.5 break-words">
        <span className="flex items-baseline gap-2">
          {part.health !== undefined && part.health !== 'ok' && <HealthMark level={part.health} label={health(part.health)} className="translate-y-0.5" />}
          <span className="min-w-0 break-words">
            {slot} {manufacturer !== undefined && <span className="text-muted">{manufacturer}</span>}
          </span>
        </span>
        <span className="flex flex-wrap gap-x-3 text-label text-muted md:hidden">
          {updateable !== undefined && <span>{t(updateable ? 'canUpdate' : 'cannotUpdate')}</span>}
          <Others part={part} />
          {releasedAt !== undefined && <LocalTime at={releasedAt} shape="day" />}
        </span>
      </Cell>
      <Cell className="py-1.5 max-md:min-w-40 max-md:text-right">
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
  const active = view.sort === column
  const Arrow = view.descending ? ArrowDown : ArrowUp
  const name = t(`column.${column}`)
  const press = () => {
    if (!active) onShow({ ...view, sort: column, descending: false })
    else if (!view.descending) onShow({ ...view, descending: true })
    else onShow({ ...view, sort: null, descending: false })
  }
  return (
    <HeadCell aria-sort={active ? (view.descending ? 'descending' : 'ascending') : undefined}>
      <button type="button" title={t('sort', { column: name })} onClick={press} className={cx('inline-flex h-6 items-center gap-1 rounded-sm hover:text-text', active && 'text-text')}>
        {name}
        {active && <Arrow size={12} aria-hidden />}
      </button>
    </HeadCell>
  )
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
      <div className="relative flex w-60 shrink-0 items-center max-md:w-full">
        <Search size={14} aria-hidden className="pointer-events-none absolute left-2.5 text-muted" />
        <input
          type="search"
          value={view.text}
          onChange={(event) => onType(event.target.value)}
          placeholder={t('filter')}
          aria-label={t('filter')}
          autoComplete="off"
          spellCheck={false}
          data-filter
          className={cx(boxStyle, 'pl-8')}
        />
      </div>
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
