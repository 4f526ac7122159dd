'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import type { AuditList } from '#lib/api/contract.ts'
import { stepsQuery } from '#lib/api/queries.ts'
import { powerState } from '#lib/domain/power.ts'
import { Copy } from '#components/ui/copy.tsx'
import { LocalTime } from '#components/ui/local-time.tsx'
import { toDeed, type Deed } from './deed.ts'

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

function ReadBack({ deed }: { deed: Deed }) {
  const words = useTranslations('powerState')
  const say = (state: string) => {
    const known = powerState.safeParse(state)
    return known.success ? words(known.data) : state
  }
  const states = [deed.before, deed.after].filter((state) => state !== null).map(say)
  return (
    <span className="flex flex-wrap gap-x-3">
      {states.length > 0 && <span>{states.join(' → ')}</span>}
      {deed.evidence !== null && <span className="text-muted">{deed.evidence}</span>}
      {deed.afterAt !== null && <LocalTime at={deed.afterAt} className="text-faint" />}
    </span>
  )
}

/** All that is known of a deed. What was sent and read back stands in the operation, which is asked when the row is opened. */
export function DeedDetail({ row }: { row: AuditList['rows'][number] }) {
  const t = useTranslations('audit')
  const isOfStep = row.operationId !== null && row.node !== null && row.outcome !== 'intent'
  const steps = useQuery({ ...stepsQuery(row.operationId ?? '', { node: row.node ?? '' }), enabled: isOfStep })
  const step = isOfStep ? steps.data?.steps[0] : undefined
  const deed = toDeed(row.detail, step)
  const hasReadBack = deed.before !== null || deed.after !== null || deed.evidence !== null
  const isEmpty = deed.asked.length === 0 && deed.sent.length === 0 && !hasReadBack && deed.said === null
  return (
    <div className="grid gap-x-10 gap-y-4 md:grid-cols-2">
      <dl>
        {deed.asked.length > 0 && (
          <Line name={t('asked')}>
            {deed.asked.map(({ name, text }) => (
              <div key={name} className="font-mono text-label break-all">
                <span className="text-faint">{name}</span> {text}
              </div>
            ))}
          </Line>
        )}
        {deed.sent.length > 0 && (
          <Line name={t('sent')}>
            {deed.sent.map((command) => (
              <div key={command}>
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
        {deed.said !== null && <Line name={t('said')}>{deed.said}</Line>}
        {isEmpty && <Line name={t('asked')}>{t('nothingMore')}</Line>}
      </dl>
      <dl>
        <Line name={t('seq')}>{row.seq}</Line>
        <Line name={t('who')}>
          {row.actor} <span className="text-faint">{row.actorKind === 'system' || row.actorKind === 'token' || row.actorKind === 'person' ? t(`kinds.${row.actorKind}`) : row.actorKind}</span>
        </Line>
        {row.ip !== null && (
          <Line name={t('from')}>
            <Typed text={row.ip} />
          </Line>
        )}
        {row.target !== null && (
          <Line name={t('target')}>
            <Typed text={row.target} />
          </Line>
        )}
        {row.operationId !== null && (
          <Line name={t('operation')}>
            <Typed text={row.operationId} />
          </Line>
        )}
        {deed.stepId !== null && (
          <Line name={t('step')}>
            <Typed text={deed.stepId} />
          </Line>
        )}
        {row.requestId !== null && (
          <Line name={t('request')}>
            <Typed text={row.requestId} />
          </Line>
        )}
      </dl>
    </div>
  )
}
