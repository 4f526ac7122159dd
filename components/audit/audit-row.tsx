'use client'

import { ChevronRight } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { memo, useState } from 'react'
import { Badge } from '#components/ui/badge.tsx'
import { cx } from '#components/ui/class-names.ts'
import { Link } from '#components/ui/link.tsx'
import { LocalTime } from '#components/ui/local-time.tsx'
import { Cell, Row } from '#components/ui/table.tsx'
import { DeedDetail } from './deed-detail.tsx'
import type { AuditEntryRow } from './deed.ts'
import { isActionName } from './filter.ts'
import { Outcome } from './outcome.tsx'

/** Scrolls to the row that the address points at, once, when it appears. */
const intoSight = (row: HTMLElement | null) => row?.scrollIntoView({ block: 'center' })

const isId = (text: string) => /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(text)

function What({ row }: { row: AuditEntryRow }) {
  const t = useTranslations('audit')
  const names = useTranslations('operations.name')
  // What was asked of an operation is one of our words; other targets are names that somebody gave.
  if (row.operationId !== null && row.target !== null && names.has(row.target as 'On')) return names(row.target as 'On')
  return (
    <span className="inline-flex min-w-0 flex-wrap items-baseline gap-x-2">
      <span>{isActionName(row.action) ? t(`actions.${row.action}`) : row.action}</span>
      {row.target !== null && row.target !== row.actor && !isId(row.target) && <span className="min-w-0 break-all text-muted">{row.target}</span>}
    </span>
  )
}

function Who({ row }: { row: AuditEntryRow }) {
  const t = useTranslations('audit')
  return (
    <span className="inline-flex max-w-full items-center gap-2">
      <span className="max-w-40 min-w-0 truncate" title={row.actor}>
        {row.actor}
      </span>
      {row.actorKind === 'token' && <Badge>{t('kinds.token')}</Badge>}
    </span>
  )
}

/** A name of a node leads to it, also when it is there no more: then the page says so. */
const NodeLink = ({ name }: { name: string }) => (
  <Link href={`/nodes/${encodeURIComponent(name)}`} className="font-mono font-medium no-underline! hover:underline!">
    {name}
  </Link>
)

/** One deed, and on a press all that is known of it. It is drawn once: two thousand of them stand when another page comes. */
export const AuditRow = memo(function AuditRow({ row, isLinked }: { row: AuditEntryRow; isLinked: boolean }) {
  const t = useTranslations('audit')
  const [pressed, setPressed] = useState<boolean | null>(null)
  const open = pressed ?? isLinked
  const detailId = `audit-${row.seq}`
  return (
    <>
      <Row ref={isLinked ? intoSight : undefined} selected={open} className={cx('scroll-mt-30 align-middle', isLinked && 'shadow-[inset_2px_0_0_var(--info)]')}>
        <Cell className="pl-0! max-sm:py-2 max-sm:align-top">
          <button
            type="button"
            aria-expanded={open}
            aria-controls={detailId}
            title={t('open', { seq: row.seq })}
            onClick={() => setPressed(!open)}
            className="flex h-8 items-center gap-2 rounded-sm pl-5 whitespace-nowrap text-muted outline-offset-[-2px] hover:text-text max-sm:min-h-11 max-sm:pl-3"
          >
            <ChevronRight size={14} aria-hidden className={cx('shrink-0 text-faint transition-transform', open && 'rotate-90')} />
            <LocalTime at={row.at} />
          </button>
        </Cell>
        <Cell className="max-sm:hidden">
          <Who row={row} />
        </Cell>
        <Cell className="max-sm:w-full max-sm:max-w-0 max-sm:py-3">
          <What row={row} />
          <span className="flex flex-wrap items-center gap-x-2 text-muted sm:hidden">
            <Who row={row} />
            {row.node !== null && <NodeLink name={row.node} />}
          </span>
        </Cell>
        <Cell className="max-sm:hidden">{row.node !== null && <NodeLink name={row.node} />}</Cell>
        <Cell className="max-lg:pr-5 max-sm:py-3 max-sm:pl-2 max-sm:align-top">
          <Outcome outcome={row.outcome} />
        </Cell>
        <Cell className="font-mono text-label text-muted max-lg:hidden">{row.ip}</Cell>
      </Row>
      {open && (
        <tr id={detailId} className="border-b">
          <td colSpan={6} className="bg-surface px-5 py-4">
            <DeedDetail row={row} />
          </td>
        </tr>
      )}
    </>
  )
})
