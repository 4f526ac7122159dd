'use client'

import { useTranslations } from 'next-intl'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'

type Props = { title: string; text: string; confirm: string; onConfirm: () => void; onClose: () => void }

/** Asks once before something that others, or what runs on the node, will feel. */
export function ConfirmDialog({ title, text, confirm, onConfirm, onClose }: Props) {
  const t = useTranslations('console')
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      width="sm"
      title={title}
      description={text}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button
            kind="danger"
            onClick={() => {
              onConfirm()
              onClose()
            }}
          >
            {confirm}
          </Button>
        </>
      }
    />
  )
}
