'use client'

import { useTranslations } from 'next-intl'
import type { IpmiAsk, IpmiRequestAnswer } from '#lib/api/contract.ts'
import { ApiError } from '#lib/api/fetcher.ts'
import { toBytesText, type IpmiAnswer } from '#lib/domain/raw.ts'
import { toReadingText } from '#lib/domain/words.ts'
import { Refused } from '../redfish/refused.tsx'
import { Badge } from '../ui/badge.tsx'
import { CopyBox } from '../ui/copy.tsx'
import { LocalTime } from '../ui/local-time.tsx'
import { CommandBytes } from './command-bytes.tsx'

type Props = { command: IpmiAsk; request: IpmiRequestAnswer | undefined; error: Error | null }

/** What came of a command: the completion code in words and the bytes behind it, or why there are none. */
export function AnswerCard({ command, request, error }: Props) {
  const t = useTranslations('ipmi')
  const failure = request?.failure ?? (error instanceof ApiError ? error : null)
  return (
    <div role="status" aria-label={t('answer')} className="flex flex-col gap-3 rounded-md border px-4 py-3">
      <div className="flex flex-wrap items-baseline justify-between gap-3">
        <h3 className="text-label text-muted">{t('answer')}</h3>
        {request?.answeredAt != null && (
          <span className="text-label text-faint">
            <LocalTime at={request.answeredAt} />
          </span>
        )}
      </div>
      <CommandBytes command={command} />
      {request?.answer != null && <Answered answer={request.answer} />}
      {failure !== null && <Refused failure={failure} error={error} />}
      {error !== null && failure === null && <p>{t('unknown')}</p>}
    </div>
  )
}

function Answered({ answer: { completionCode, meaning, data, elapsedMs } }: { answer: IpmiAnswer }) {
  const t = useTranslations('ipmi')
  const code = toBytesText([completionCode])
  const known = `code.${code}` as 'code.00'
  return (
    <>
      <p className="flex flex-wrap items-center gap-3">
        <Badge tone={completionCode === 0 ? 'ok' : 'warning'}>
          <span className="font-mono">{code}</span>
        </Badge>
        {t.has(known) ? t(known) : (meaning ?? t('codeUnknown'))}
        <span className="text-faint">{toReadingText(Math.round(elapsedMs), 'ms')}</span>
      </p>
      {data === '' ? <p className="text-faint">{t('noAnswerData')}</p> : <CopyBox text={data} label={t('copy')} />}
    </>
  )
}
