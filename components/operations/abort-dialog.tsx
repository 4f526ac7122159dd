'use client'

import { useTranslations } from 'next-intl'
import type { Operation } from '#lib/domain/operation.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { DialogPart } from '../ui/dialog.tsx'
import { countOf } from './steps-view.ts'
import { useTurn } from './use-turn.ts'

/** Asks once more before nothing more of an operation begins: what that means for what waits, and for what is on its way. */
export function AbortDialog({ operation: { id, action, nodes, counts }, onClose }: { operation: Operation; onClose: () => void }) {
  const t = useTranslations('operations')
  const turn = useTurn(id)
  const moving = countOf(counts, ['sending', 'sent'])
  return (
    <ConfirmDialog
      title={t('abort.title', { name: t(`name.${action}`) })}
      yes={t('abort.press')}
      no={t('abort.keep')}
      isHarsh
      busy={turn.isPending}
      onYes={() => turn.mutate('abort', { onSuccess: onClose })}
      onClose={onClose}
    >
      <DialogPart className="flex flex-col gap-2">
        <p className="max-h-24 overflow-y-auto font-mono break-words">{nodes}</p>
        <p>{t('abort.waiting', { count: counts.queued })}</p>
        {moving > 0 && <p>{action === 'InstallImage' ? t('abort.install') : t('abort.moving', { count: moving })}</p>}
        <p className="text-muted">{t('abort.rest')}</p>
      </DialogPart>
    </ConfirmDialog>
  )
}
