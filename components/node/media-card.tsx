'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { nodeMediaQuery } from '#lib/api/queries.ts'
import { toSize } from '#lib/domain/amount-words.ts'
import type { ImageReads } from '#lib/domain/image-link.ts'
import type { MediaSlotState } from '#lib/domain/media.ts'
import type { Why } from '#lib/domain/reason.ts'
import { useReasonWords } from '../operations/reason-words.ts'
import { Age } from '../ui/age.tsx'
import { useNow } from '../ui/clock.tsx'
import { cx } from '../ui/class-names.ts'
import { Link } from '../ui/link.tsx'
import { HealthMark, PowerMark } from '../ui/marks.tsx'
import { Skeleton } from '../ui/states.tsx'
import { toReadState } from './read-state.ts'
import { Section } from './section.tsx'

/** What is in a node's virtual drives, since when that is known, and the proof of what its BMC has read of it. */
export function MediaCard({ name, actions }: { name: string; actions: ReactNode }) {
  const t = useTranslations('node.media')
  const { data, isError } = useQuery(nodeMediaQuery(name))
  const [newest] = data?.reads ?? []
  return (
    <Section title={t('title')} end={data?.state == null ? undefined : <Age at={data.state.takenAt} />}>
      <div className="flex flex-col gap-3">
        {data === undefined && !isError && <Skeleton className="w-56" />}
        {data === undefined && isError && <p className="text-muted">{t('failed')}</p>}
        {data !== undefined && <Drives state={data.state} />}
        {data?.operation != null && (
          <p className="flex items-center gap-2">
            <PowerMark state="poweringOn" />
            <Link href={`/operations/${data.operation}`} prefetch={false}>
              {t('underWay')}
            </Link>
          </p>
        )}
        {newest !== undefined && <Proof reads={newest} />}
        {actions}
      </div>
    </Section>
  )
}

function Drives({ state }: { state: { slots: readonly MediaSlotState[]; note?: string | undefined; why?: Why[] | undefined } | null }) {
  const t = useTranslations('node.media')
  const told = useReasonWords()
  if (state === null) return <p className="text-faint">{t('unread')}</p>
  if (state.slots.length === 0) return <p className="text-muted">{told({ reason: state.note, why: state.why }) ?? t('none')}</p>
  const full = state.slots.filter(({ inserted }) => inserted !== false)
  const shown = full.length === 0 ? state.slots.slice(0, 1) : full
  return (
    <ul className="flex flex-col gap-1">
      {shown.map((slot) => (
        <li key={slot.id} className="flex min-w-0 items-baseline gap-3">
          <span className="shrink-0 text-muted">{slot.name}</span>
          <span className={cx('min-w-0 break-all', slot.inserted === true ? 'font-mono' : 'text-faint')}>
            {slot.inserted === true ? (slot.image ?? t('something')) : slot.inserted === false ? t('empty') : t('untold')}
          </span>
        </li>
      ))}
    </ul>
  )
}

/** What was read by the newest permission: how much, how fast, when last; or that nothing was. */
function Proof({ reads }: { reads: ImageReads }) {
  const t = useTranslations('node.media')
  const nowMs = useNow()
  const state = toReadState(reads, nowMs)
  const { imageName, bytesServed, bytesPerSecond, touchedPercent, requests, lastReadAt, lastAgent, refusedAddress } = reads
  const percent = touchedPercent > 0 && touchedPercent < 1 ? '< 1 %' : `${Math.floor(touchedPercent)} %`
  return (
    <div className="flex flex-col gap-1.5" data-testid="image-reads">
      <p className="flex items-baseline gap-2">
        <span className="self-center">{state === 'never' ? <HealthMark level="warning" /> : <HealthMark level={state === 'reads' ? 'ok' : 'unknown'} />}</span>
        <span className="min-w-0 break-all">
          <span className="font-mono">{imageName}</span> <span className={state === 'never' ? 'text-warning' : 'text-muted'}>{t(`state.${state}`)}</span>
        </span>
      </p>
      <div className="h-1 overflow-hidden rounded-full bg-hover" role="img" aria-label={t('touched', { percent })}>
        <div className="h-full bg-info" style={{ width: `${touchedPercent}%` }} />
      </div>
      <p className="text-label text-muted tabular-nums">
        {t('served', { size: toSize(bytesServed), requests, percent })}
        {bytesPerSecond > 0 && `, ${t('rate', { rate: toSize(bytesPerSecond) })}`}
        {lastReadAt !== null && (
          <>
            {', '}
            {t('lastRead')} <Age at={lastReadAt} />
          </>
        )}
      </p>
      {lastAgent !== null && <p className="text-label break-all text-faint">{t('agent', { agent: lastAgent })}</p>}
      {state === 'never' && <p className="text-label text-muted">{refusedAddress === null ? t('neverHelp') : t('refusedHelp', { address: refusedAddress })}</p>}
    </div>
  )
}
