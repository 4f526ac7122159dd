'use client'

import { useTranslations } from 'next-intl'
import { useMemo, type ReactNode, type RefObject } from 'react'
import type { RawRequestAnswer } from '#lib/api/contract.ts'
import { EmptyState } from '../ui/states.tsx'
import { AnswerHead } from './answer-head.tsx'
import { FindBar } from './find-bar.tsx'
import { JsonTree } from './json-tree.tsx'
import { useDocument } from './use-document.ts'

type Props = {
  answer: NonNullable<RawRequestAnswer['answer']>
  at: string
  pointer: string | null
  /** What may be done with the resource. */
  actions?: ReactNode
  address: string
  /** How far each document was scrolled when it was left. */
  tops: RefObject<Map<string, number>>
}

/** What the BMC answered: the head, and the body as a tree, or as the text that it is. */
export function Answer({ answer, at, pointer, actions, address, tops }: Props) {
  const t = useTranslations('redfish')
  const { body, text, status } = answer
  const size = useMemo(() => (body === null ? (text?.length ?? 0) : JSON.stringify(body).length), [body, text])
  return (
    <>
      <AnswerHead answer={answer} at={at} size={size} actions={actions} />
      {body !== null && <Document body={body} pointer={pointer} address={address} tops={tops} />}
      {body === null && text !== null && text !== '' && (
        <div className="min-h-0 flex-1 overflow-auto px-5 py-4">
          <p className="mb-2 text-muted">{t('notJson')}</p>
          <pre className="font-mono text-label break-all whitespace-pre-wrap">{text}</pre>
        </div>
      )}
      {body === null && (text === null || text === '') && (
        <EmptyState title={status < 400 ? t('noBody') : t('refused')}>{status < 400 ? t('noBodyText') : t('refusedText')}</EmptyState>
      )}
    </>
  )
}

function Document({ body, pointer, address, tops }: { body: unknown } & Pick<Props, 'pointer' | 'address' | 'tops'>) {
  const t = useTranslations('redfish')
  const view = useDocument(body, pointer)
  if (view.nodes.length === 0) return <EmptyState title={t('empty')}>{t('emptyDocument')}</EmptyState>
  return (
    <>
      <FindBar view={view} body={body} />
      <JsonTree view={view} address={address} tops={tops} />
    </>
  )
}
