'use client'

import { useTranslations } from 'next-intl'
import { useRef } from 'react'
import type { Operation } from '#lib/domain/operation.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogPart } from '../ui/dialog.tsx'
import { countOf } from './steps-view.ts'
import { useTurn } from './use-turn.ts'

/** Asks once more before nothing more of an operation begins: what that means for what waits, and for what is on its way. */
export function AbortDialog({ operation: { id, action, nodes, counts }, onClose }: { operation: Operation; onClose: () => void }) {
  const t = useTranslations('operations')
  const cancel = useRef<HTMLButtonElement>(null)
  const turn = useTurn(id)
  const moving = countOf(counts, ['sending', 'sent'])
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('abort.title', { name: t(`name.${action}`) })}
      initialFocus={cancel}
      width="sm"
      footer={
        <>
          <Button ref={cancel} onClick={onClose}>
            {t('abort.keep')}
          </Button>
          <Button kind="danger" busy={turn.isPending} onClick={() => turn.mutate('abort', { onSuccess: onClose })}>
            {t('abort.press')}
          </Button>
        </>
      }
    >
      <DialogPart className="flex flex-col gap-2">
        <p className="max-h-24 overflow-y-auto font-mono break-words">{nodes}</p>
        <p>{t('abort.waiting', { count: counts.queued })}</p>
        {moving > 0 && <p>{action === 'InstallImage' ? t('abort.install') : t('abort.moving', { count: moving })}</p>}
        <p className="text-muted">{t('abort.rest')}</p>
      </DialogPart>
    </Dialog>
  )
}
