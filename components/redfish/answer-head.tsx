'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import type { RawAnswer } from '#lib/domain/raw.ts'
import { ageWords } from '../ui/age.tsx'
import { Badge, type Tone } from '../ui/badge.tsx'
import { cx } from '../ui/class-names.ts'
import { useNow } from '../ui/clock.tsx'
import { Instant } from '../ui/instant.tsx'
import { useWords } from '../ui/words.tsx'
import { isLocal } from './address.ts'
import { LocalLink } from './local-link.tsx'
import { toDuration, toSize } from './figures.ts'

const worded = [200, 201, 202, 204, 400, 401, 403, 404, 405, 409, 412, 428, 429, 500, 501, 503] as const

const oldAfterMs = 5 * 60_000

const toneOf = (status: number): Tone => (status < 300 ? 'ok' : status < 400 ? 'info' : status < 500 ? 'warning' : 'critical')

export function StatusBadge({ status }: { status: number }) {
  const t = useTranslations('redfish.status')
  const known = worded.find((one) => one === status)
  return (
    <Badge tone={toneOf(status)}>
      <span className="font-mono">{status}</span> {known !== undefined && t(`${known}`)}
    </Badge>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <span className="flex min-w-0 items-baseline gap-1.5">
      <span className="text-faint">{name}</span>
      <span className="min-w-0 truncate font-mono text-label">{children}</span>
    </span>
  )
}

type Props = { answer: RawAnswer; at: string; /** Of the body, in characters as it is shown. */ size: number; actions?: ReactNode }

/** What came with an answer: its status, time, age and the headers that matter, and what the BMC says of it in words. */
export function AnswerHead({ answer, at, size, actions }: Props) {
  const t = useTranslations('redfish')
  const words = useWords()
  const now = useNow()
  const { status, etag, allow, location, elapsedMs, messages, hidden } = answer
  return (
    <div className="flex shrink-0 flex-col gap-1.5 border-b px-5 py-2.5">
      <div className="flex min-w-0 flex-wrap items-center gap-x-5 gap-y-1.5">
        <StatusBadge status={status} />
        <span className="text-muted">
          <Instant at={at} className={cx(now - Date.parse(at) > oldAfterMs && 'text-warning')}>
            {t('took', { time: toDuration(elapsedMs), age: ageWords(now - Date.parse(at), words) })}
          </Instant>
        </span>
        {size > 0 && <Fact name={t('size')}>{toSize(size)}</Fact>}
        {allow !== null && <Fact name="Allow">{allow}</Fact>}
        {etag !== null && <Fact name="ETag">{etag}</Fact>}
        {location !== null && <Fact name="Location">{isLocal(location) ? <LocalLink address={location} className="underline decoration-line-control underline-offset-3">{location}</LocalLink> : location}</Fact>}
        {hidden > 0 && (
          <span title={t('hiddenHint')}>
            <Badge tone="info">{t('hidden', { count: hidden })}</Badge>
          </span>
        )}
        {actions !== undefined && <span className="ml-auto flex gap-2">{actions}</span>}
      </div>
      {messages.length > 0 && (
        <ul aria-label={t('said')} className="flex max-w-prose flex-col gap-1">
          {messages.map((message) => (
            <li key={message} className="break-words">
              {message}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
