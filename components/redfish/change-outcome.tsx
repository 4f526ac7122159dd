'use client'

import { useTranslations } from 'next-intl'
import { ApiError } from '#lib/api/fetcher.ts'
import type { RawRequestAnswer } from '#lib/api/contract.ts'
import { toSearch } from '#lib/api/paths.ts'
import { DialogPart } from '../ui/dialog.tsx'
import { Link } from '../ui/link.tsx'
import { StatusBadge } from './answer-head.tsx'
import { Refused } from './refused.tsx'

type Props = { node: string; /** When it was asked. */ since: string; outcome: RawRequestAnswer | undefined; error: Error | null }

/** What came of a change: the BMC's answer in its words, or why nothing was sent, and where it stands in the audit. */
export function ChangeOutcome({ node, since, outcome, error }: Props) {
  const t = useTranslations('redfish.change')
  const answer = outcome?.answer ?? null
  const failure = outcome?.failure ?? (error instanceof ApiError ? error : null)
  return (
    <>
      <DialogPart className="flex flex-col gap-3">
        {answer !== null && (
          <>
            <p className="flex flex-wrap items-center gap-3">
              <StatusBadge status={answer.status} />
              {t(answer.status < 300 ? 'outcome.ok' : answer.status === 412 ? 'outcome.changed' : answer.status < 500 ? 'outcome.refused' : 'outcome.unknown')}
            </p>
            {answer.messages.map((message) => (
              <p key={message} className="max-w-prose break-words">
                {message}
              </p>
            ))}
            {answer.location !== null && (
              <p>
                {t('location')} <Link href={toSearch({ path: answer.location })} className="font-mono break-all">{answer.location}</Link>
              </p>
            )}
          </>
        )}
        {failure !== null && <Refused failure={failure} error={error} />}
        {error !== null && failure === null && <p>{t('outcome.unknown')}</p>}
      </DialogPart>
      <DialogPart>
        <Link href={`/audit${toSearch({ node, action: 'redfish', from: since })}`}>{t('audit')}</Link>
      </DialogPart>
    </>
  )
}
