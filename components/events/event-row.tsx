'use client'

import { ChevronRight } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import type { Event } from '#lib/api/contract.ts'
import { Badge } from '../ui/badge.tsx'
import { cx } from '../ui/class-names.ts'
import { Link } from '../ui/link.tsx'
import { Cell, Row } from '../ui/table.tsx'
import { EventDetail } from './event-detail.tsx'
import { EventTime } from './event-time.tsx'
import { useEventText } from './event-words.ts'
import { LevelMark } from './level-mark.tsx'

/** Scrolls to the row that the address points at, once, when it appears. */
const intoSight = (row: HTMLElement | null) => row?.scrollIntoView({ block: 'center' })

export const columnsOf = (isFleet: boolean) => (isFleet ? 5 : 4)

function NodeLink({ name }: { name: string }) {
  return (
    <Link href={`/nodes/${encodeURIComponent(name)}/events`} prefetch={false} className="font-mono font-medium no-underline! hover:underline!">
      {name}
    </Link>
  )
}

/** What is to be known of an entry beyond its words. */
function Tags({ event }: { event: Event }) {
  const t = useTranslations('events')
  return (
    <>
      {event.at === null && <Badge tone="warning">{t('clock')}</Badge>}
      {event.resolved === true && <Badge tone="ok">{t('resolved')}</Badge>}
      {event.asserted === false && <Badge>{t('ended')}</Badge>}
      {event.cleared && <Badge>{t('cleared')}</Badge>}
    </>
  )
}

/** One entry, and on a press all that is known of it. */
export function EventRow({ event, isFleet, isLinked }: { event: Event; isFleet: boolean; isLinked: boolean }) {
  const t = useTranslations('events')
  const textOf = useEventText()
  const [pressed, setPressed] = useState<boolean | null>(null)
  const open = pressed ?? isLinked
  const isQuiet = event.cleared || event.level === 'ok'
  const detailId = `event-${event.id}`
  return (
    <>
      <Row
        ref={isLinked ? intoSight : undefined}
        selected={open}
        data-event={event.id}
        className={cx('scroll-mt-30 max-sm:block max-sm:h-auto', isLinked && 'shadow-[inset_2px_0_0_var(--info)]')}
      >
        <Cell className="w-48 pl-0! max-sm:block max-sm:w-auto max-sm:pr-0">
          <button
            type="button"
            aria-expanded={open}
            aria-controls={detailId}
            title={t('open')}
            onClick={() => setPressed(!open)}
            className="flex h-8 items-center gap-2 rounded-sm pl-5 whitespace-nowrap text-muted outline-offset-[-2px] hover:text-text max-sm:min-h-11 max-sm:w-full"
          >
            <ChevronRight size={14} aria-hidden className={cx('shrink-0 text-faint transition-transform', open && 'rotate-90')} />
            <EventTime event={event} />
          </button>
        </Cell>
        <Cell className={cx('py-1.5 max-sm:block max-sm:pt-0 max-sm:pr-5 max-sm:pb-3 max-sm:pl-5', !isFleet && 'max-md:pr-5')}>
          <span className="flex items-baseline gap-2.5">
            <span className="translate-y-px">
              <LevelMark event={event} />
            </span>
            <span className={cx('flex min-w-0 flex-wrap items-baseline gap-x-2.5 gap-y-1', isQuiet ? 'text-muted' : 'text-text')}>
              <span className="min-w-0 wrap-anywhere">{textOf(event)}</span>
              <Tags event={event} />
            </span>
          </span>
          <span className="flex flex-wrap gap-x-2 pl-5.5 text-muted md:hidden">
            {isFleet && (
              <span className="sm:hidden">
                <NodeLink name={event.node} />
              </span>
            )}
            {event.sensor !== null && <span>{event.sensor}</span>}
          </span>
        </Cell>
        {isFleet && (
          <Cell className="max-md:pr-5 max-sm:hidden">
            <NodeLink name={event.node} />
          </Cell>
        )}
        <Cell className="max-w-56 truncate text-muted max-lg:pr-5 max-md:hidden" title={event.sensor ?? undefined}>
          {event.sensor}
        </Cell>
        <Cell className="max-w-40 truncate text-label text-faint max-lg:hidden" title={event.source}>
          {event.source}
        </Cell>
      </Row>
      {open && (
        <tr id={detailId} className="border-b">
          <td colSpan={columnsOf(isFleet)} className="bg-surface px-5 py-4 sm:pl-10.5">
            <EventDetail event={event} isFleet={isFleet} />
          </td>
        </tr>
      )}
    </>
  )
}
