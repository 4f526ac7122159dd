'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { changeFansOfMany } from '#lib/api/fans.ts'
import { isConfirmed } from '#lib/domain/confirmation.ts'
import { foldNames } from '#lib/domain/fold-names.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogPart } from '../ui/dialog.tsx'
import type { AskDialogProps } from './ask-dialog.tsx'
import { Confirm } from './confirm.tsx'
import type { Deed } from './plan.ts'
import { Radius } from './radius.tsx'
import { Refusal } from './refusal.tsx'
import { useFrozen } from './use-frozen.ts'
import { useTick } from './use-tick.ts'

const deed: Deed = { action: 'AutomaticFans' }

/** Gives the fans of nodes back to their BMCs, protected ones too; then says which were not asked, and why. */
export function FansDialog({ targets, onClose }: Omit<AskDialogProps, 'idempotencyKey'>) {
  const t = useTranslations('more')
  const client = useQueryClient()
  const [typed, setTyped] = useState('')
  const nowMs = useTick()
  const frozen = useFrozen(targets, deed, nowMs)
  const [isOne] = useState(targets.length === 1)
  const one = isOne ? (targets[0] ?? null) : null
  const names = frozen.plan.taking.map(({ name }) => name)
  const ask = useMutation({ mutationFn: () => changeFansOfMany({ names, policy: { kind: 'automatic' } }), onSettled: () => client.invalidateQueries({ queryKey: ['fans'] }) })
  const ready = names.length > 0 && isConfirmed(names.length, typed)
  const title = t('fansTitle', { what: one?.name ?? t('nodes', { count: names.length }) })
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={title}
      description={t('fansText')}
      footer={
        ask.isSuccess ? (
          <Button onClick={onClose}>{t('close')}</Button>
        ) : (
          <Confirm count={names.length} typed={typed} onType={setTyped} onConfirm={() => ready && !ask.isPending && ask.mutate()}>
            <Button onClick={onClose}>{t('cancel')}</Button>
            <Button type="submit" kind="strong" disabled={!ready} busy={ask.isPending}>
              {t('fansConfirm')}
            </Button>
          </Confirm>
        )
      }
    >
      {ask.isSuccess ? (
        <DialogPart>
          <p className="font-mono break-words">{foldNames(ask.data.asked)}</p>
          <p className="mt-2 text-muted">{t('fansAsked', { count: ask.data.asked.length })}</p>
        </DialogPart>
      ) : (
        <Radius frozen={frozen} deed={deed} one={one} nowMs={nowMs} onLook={() => setTyped('')} />
      )}
      {ask.isSuccess && ask.data.refused.length > 0 && (
        <DialogPart>
          <p className="text-muted">{t('fansRefused', { count: ask.data.refused.length })}</p>
          <ul className="mt-2 flex max-h-60 flex-col gap-1 overflow-y-auto text-label">
            {ask.data.refused.map(({ node, message }) => (
              <li key={node} className="break-words">
                {message}
              </li>
            ))}
          </ul>
        </DialogPart>
      )}
      {ask.isError && <Refusal error={ask.error} />}
    </Dialog>
  )
}
