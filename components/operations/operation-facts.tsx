'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import type { OperationDetail } from '#lib/domain/operation-detail.ts'
import { spanWords } from '../ui/age.tsx'
import { Badge } from '../ui/badge.tsx'
import { Copy } from '../ui/copy.tsx'
import { Link } from '../ui/link.tsx'
import { LocalTime } from '../ui/local-time.tsx'
import { useWords } from '../ui/words.tsx'
import { LimitsWords } from './limits-words.tsx'

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-label text-faint">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </div>
  )
}

const OperationLink = ({ id, children }: { id: string; children: ReactNode }) => (
  <Link href={`/operations/${id}`} prefetch={false}>
    {children}
  </Link>
)

/** Who asked for it, when and from where, how it goes, what it belongs to, and where its rows of the audit are. */
export function OperationFacts({ operation, mayReadAudit }: { operation: OperationDetail; mayReadAudit: boolean }) {
  const t = useTranslations('operations')
  const words = useWords()
  const { by, byKind, ip, createdAt, finishedAt, held, stopped, retryOf, retries, id } = operation
  return (
    <dl className="grid grid-cols-1 gap-x-8 gap-y-3 border-b px-5 py-4 sm:grid-cols-2 lg:grid-cols-4">
      <Fact name={t('fact.by')}>
        {by} {byKind === 'token' && <Badge>{t('token')}</Badge>}
        {ip !== null && <span className="block text-muted">{t('fact.from', { ip })}</span>}
      </Fact>
      <Fact name={t('fact.asked')}>
        <LocalTime at={createdAt} />
        {finishedAt !== null && <span className="block text-muted">{t('fact.took', { span: spanWords(Date.parse(finishedAt) - Date.parse(createdAt), words) })}</span>}
      </Fact>
      <Fact name={t('fact.how')}>
        <LimitsWords operation={operation} />
      </Fact>
      <Fact name={t('fact.records')}>
        {mayReadAudit && (
          <Link href={`/audit?operation=${id}`} prefetch={false}>
            {t('fact.audit')}
          </Link>
        )}
        <span className="flex items-center gap-1 font-mono text-label text-muted">
          <span className="min-w-0 truncate" title={id}>
            {id}
          </span>
          <Copy text={id} label={t('fact.copyId')} className="-my-1" />
        </span>
      </Fact>
      {(held !== null || stopped !== null) && (
        <Fact name={stopped === null ? t('fact.held') : t(`stopped.${stopped.reason}`)}>
          {stopped === null ? held?.by : stopped.by} <LocalTime at={(stopped ?? held)!.at} className="text-muted" />
        </Fact>
      )}
      {retryOf !== null && (
        <Fact name={t('fact.retryOf')}>
          <OperationLink id={retryOf}>{t('fact.original')}</OperationLink>
        </Fact>
      )}
      {retries.length > 0 && (
        <Fact name={t('fact.retries')}>
          <ul>
            {retries.map((retry) => (
              <li key={retry.id} className="flex min-w-0 gap-2">
                <OperationLink id={retry.id}>
                  <LocalTime at={retry.createdAt} />
                </OperationLink>
                <span className="min-w-0 truncate font-mono text-muted" title={retry.nodes}>
                  {retry.nodes}
                </span>
              </li>
            ))}
          </ul>
        </Fact>
      )}
    </dl>
  )
}
