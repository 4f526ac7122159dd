'use client'

import { useTranslations } from 'next-intl'
import type { TokenCreated } from '#lib/api/tokens-contract.ts'
import { Button } from '#components/ui/button.tsx'
import { CopyBox } from '#components/ui/copy.tsx'
import { Dialog, DialogPart } from '#components/ui/dialog.tsx'
import { useTimeFormat } from '#components/ui/local-time.tsx'

/** A token that is shown this once. Closing is a choice, so that a stray press beside the dialog does not lose it. */
export function NewToken({ made, onClose }: { made: TokenCreated; onClose: () => void }) {
  const t = useTranslations('tokens')
  const settings = useTranslations('settings')
  const format = useTimeFormat('day')
  const { name, token, expiresAt } = made
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      keepOnOutsidePress
      title={t('madeTitle')}
      description={expiresAt === null ? t('madeForever', { name }) : t('madeText', { name, time: format(expiresAt) })}
      footer={
        <Button kind="strong" onClick={onClose}>
          {settings('done')}
        </Button>
      }
    >
      <DialogPart>
        <CopyBox text={token} label={t('copy')} />
        <p className="mt-3 text-label text-faint">{t('use')}</p>
      </DialogPart>
    </Dialog>
  )
}
