'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { auditRowQuery } from '#lib/api/queries.ts'
import { powerState } from '#lib/domain/power.ts'
import { Copy, CopyBox } from '#components/ui/copy.tsx'
import { toUtcText } from '#components/ui/instant.tsx'
import { LocalTime, useHydrated } from '#components/ui/local-time.tsx'
import { useEvidenceOfStep } from '../operations/evidence-words.ts'
import { toDeed, type AuditEntryRow, type Deed, type Fact } from './deed.ts'
import { Related } from './related.tsx'

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[8rem_minmax(0,1fr)] gap-x-4 py-0.5 max-sm:grid-cols-1 max-sm:py-1">
      <dt className="text-faint">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </div>
  )
}

const Typed = ({ text }: { text: string }) => (
  <span className="inline-flex max-w-full items-center gap-1">
    <span className="min-w-0 font-mono text-label break-all">{text}</span>
    <Copy text={text} className="-my-1 max-sm:-my-3" />
  </span>
)

const Facts = ({ facts }: { facts: readonly Fact[] }) =>
  facts.map(({ name, text }) => (
    <div key={name + text} className="font-mono text-label break-all">
      <span className="text-faint">{name}</span> {text}
    </div>
  ))

function ReadBack({ deed }: { deed: Deed }) {
  const words = useTranslations('powerState')
  const proofOf = useEvidenceOfStep()
  const say = (state: string) => {
    const known = powerState.safeParse(state)
    return known.success ? words(known.data) : state
  }
  const states = [deed.before, deed.after].filter((state) => state !== null).map(say)
  return (
    <span className="flex flex-wrap gap-x-3">
      {states.length > 0 && <span>{states.join(' → ')}</span>}
      {deed.evidence !== null && <span className="text-muted">{proofOf(deed.evidence)}</span>}
      {deed.afterAt !== null && <LocalTime at={deed.afterAt} className="text-faint" />}
    </span>
  )
}

/** What happened: asked, sent, read back, answered. */
function Story({ deed }: { deed: Deed }) {
  const t = useTranslations('audit')
  const names = useTranslations('operations.name')
  const hasReadBack = deed.before !== null || deed.after !== null || deed.evidence !== null
  const isEmpty = deed.asked.length === 0 && deed.sent.length === 0 && deed.answered.length === 0 && !hasReadBack && deed.said === null
  return (
    <dl>
      {deed.asked.length > 0 && (
        <Line name={t('asked')}>
          <Facts facts={deed.asked} />
        </Line>
      )}
      {deed.sent.length > 0 && (
        <Line name={t('sent')}>
          {deed.sent.map((command, at) => (
            <div key={`${command} ${String(at)}`} className="flex flex-wrap items-baseline gap-x-2">
              {names.has(command as 'On') && <span>{names(command as 'On')}</span>}
              <Typed text={command} />
            </div>
          ))}
        </Line>
      )}
      {hasReadBack && (
        <Line name={deed.after === null && deed.evidence === null ? t('before') : t('readBack')}>
          <ReadBack deed={deed} />
        </Line>
      )}
      {deed.answered.length > 0 && (
        <Line name={t('answered')}>
          <Facts facts={deed.answered} />
        </Line>
      )}
      {deed.said !== null && <Line name={t('said')}>{deed.said}</Line>}
      {isEmpty && <Line name={t('asked')}>{t('nothingMore')}</Line>}
    </dl>
  )
}

const isKind = (kind: string) => kind === 'system' || kind === 'token' || kind === 'person'

/** Who, from where, and the names by which it is found elsewhere. */
function Names({ row, stepId }: { row: AuditEntryRow; stepId: string | null }) {
  const t = useTranslations('audit')
  const names = [
    [t('from'), row.ip],
    [t('target'), row.target],
    [t('operation'), row.operationId],
    [t('step'), stepId],
    [t('request'), row.requestId],
    [t('hash'), row.hash],
  ] as const
  return (
    <dl>
      <Line name={t('seq')}>{row.seq}</Line>
      <Line name={t('when')}>{toUtcText(row.at)}</Line>
      <Line name={t('who')}>
        {row.actor} <span className="text-faint">{isKind(row.actorKind) ? t(`kinds.${row.actorKind as 'system'}`) : row.actorKind}</span>
      </Line>
      {names.map(
        ([name, text]) =>
          text !== null && (
            <Line key={name} name={name}>
              <Typed text={text} />
            </Line>
          ),
      )}
    </dl>
  )
}

/** All that is known of a deed: its row, and those of the same operation or request, which are asked for when it is opened. */
export function DeedDetail({ row }: { row: AuditEntryRow }) {
  const t = useTranslations('audit')
  const pathname = usePathname()
  const origin = useHydrated() ? window.location.origin : ''
  const { data } = useQuery(auditRowQuery(row.seq))
  const related = data?.related ?? []
  const deed = toDeed(row, related)
  return (
    <div className="flex flex-col gap-4">
      <div className="grid gap-x-10 gap-y-4 md:grid-cols-2">
        <Story deed={deed} />
        <Names row={row} stepId={deed.stepId} />
      </div>
      {related.length > 1 && <Related row={row} related={related} />}
      <div className="flex max-w-xl flex-col gap-1.5">
        <span className="text-label text-muted">{t('link')}</span>
        <CopyBox text={`${origin}${pathname}?seq=${row.seq}`} label={t('copyLink')} />
      </div>
    </div>
  )
}
