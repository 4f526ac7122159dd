'use client'

import { useTranslations } from 'next-intl'
import type { RawChangeAsk } from '#lib/api/contract.ts'
import { DialogPart } from '../ui/dialog.tsx'

/** The request as it will be sent, to be looked at once more. */
export function ChangeReview({ node, change }: { node: string; change: RawChangeAsk }) {
  const t = useTranslations('redfish.change')
  const { method, path, body, ifMatch } = change
  return (
    <DialogPart className="flex flex-col gap-3">
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1.5">
        <dt className="text-muted">{t('node')}</dt>
        <dd className="font-mono">{node}</dd>
        <dt className="text-muted">{t('request')}</dt>
        <dd className="font-mono break-all">
          {method} {path}
        </dd>
        {method === 'PATCH' && (
          <>
            <dt className="text-muted">{t('condition')}</dt>
            <dd className="font-mono break-all">{ifMatch ?? <span className="font-sans text-warning">{t('unconditional')}</span>}</dd>
          </>
        )}
      </dl>
      <pre aria-label={t('body')} className="max-h-72 overflow-auto rounded-md border border-line-strong bg-background px-3 py-2 font-mono text-label whitespace-pre-wrap">
        {JSON.stringify(body, null, 2)}
      </pre>
    </DialogPart>
  )
}
