'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import type { RawChangeAsk, RawRequestAnswer } from '#lib/api/contract.ts'
import { changeRedfish, redfishKey } from '#lib/api/redfish.ts'
import { Button } from '../ui/button.tsx'
import { serverNow } from '../ui/clock.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { ChangeEditor, useChangeDraft } from './change-editor.tsx'
import { ChangeOutcome } from './change-outcome.tsx'
import { ChangeReview } from './change-review.tsx'

type Props = { node: string; path: string; answer: NonNullable<RawRequestAnswer['answer']>; onClose: () => void }

/** A change by hand in three steps: written, looked at once more, and what came of it. It is sent once. */
export function ChangeDialog({ node, path, answer, onClose }: Props) {
  const t = useTranslations('redfish.change')
  const client = useQueryClient()
  const draft = useChangeDraft(path, answer)
  const [review, setReview] = useState<RawChangeAsk | null>(null)
  /** From when on its rows stand in the audit. */
  const [sentSince, setSentSince] = useState('')
  const send = useMutation({
    mutationFn: (change: RawChangeAsk) => changeRedfish(node, change),
  })
  const isOver = send.isSuccess || send.isError
  const close = () => {
    if (send.isPending) return
    onClose()
    // The page reads what it shows anew: nobody here knows what the change brought about.
    if (isOver) void client.invalidateQueries({ queryKey: redfishKey(node) })
  }
  const press = () => {
    if (review === null || send.isPending) return
    setSentSince(new Date(serverNow() - 1_000).toISOString())
    send.mutate(review)
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      width="lg"
      keepOnOutsidePress
      title={t(isOver ? 'outcomeTitle' : review === null ? 'title' : 'reviewTitle')}
      description={isOver ? undefined : t(review === null ? 'text' : 'reviewText', { node })}
      footer={
        isOver ? (
          <Button onClick={close}>{t('close')}</Button>
        ) : review === null ? (
          <>
            <Button onClick={close}>{t('cancel')}</Button>
            <Button kind="strong" disabled={draft.change === null} onClick={() => setReview(draft.change)}>
              {t('toReview')}
            </Button>
          </>
        ) : (
          <>
            <Button disabled={send.isPending} onClick={() => setReview(null)}>
              {t('back')}
            </Button>
            <Button kind="danger" busy={send.isPending} onClick={press}>
              {send.isPending ? t('sending') : t('send', { method: review.method })}
            </Button>
          </>
        )
      }
    >
      {isOver ? (
        <ChangeOutcome node={node} since={sentSince} outcome={send.data} error={send.error} />
      ) : review === null ? (
        <ChangeEditor node={node} draft={draft} />
      ) : (
        <ChangeReview node={node} change={review} />
      )}
    </Dialog>
  )
}
