'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { removeImage } from '#lib/api/image-commands.ts'
import type { Image } from '#lib/api/images-contract.ts'
import { keys } from '#lib/api/queries.ts'
import { toSizeText } from '#lib/domain/image-space.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogPart } from '../ui/dialog.tsx'
import { toast } from '../ui/toast.tsx'
import { useRefusalWords } from './use-image-words.ts'

/** Asks once more before an image goes: its bytes are nowhere else here. */
export function RemoveDialog({ image, onClose }: { image: Image; onClose: () => void }) {
  const t = useTranslations('images')
  const common = useTranslations('common')
  const refusalOf = useRefusalWords()
  const client = useQueryClient()
  const { name, bytes } = image
  const removing = useMutation({
    mutationFn: () => removeImage(image.id),
    onSuccess() {
      toast({ level: 'ok', title: t('removed', { name }) })
      onClose()
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.images }),
  })
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('removeTitle', { name })}
      description={t('removeText', { size: toSizeText(bytes ?? 0) })}
      width="sm"
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button kind="danger" busy={removing.isPending} onClick={() => removing.mutate()}>
            {t('removeConfirm', { name })}
          </Button>
        </>
      }
    >
      {removing.error !== null && (
        <DialogPart>
          <p role="alert" className="text-critical">
            {refusalOf(removing.error)}
          </p>
        </DialogPart>
      )}
    </Dialog>
  )
}
