'use client'

import { useTranslations } from 'next-intl'
import { Button } from '#components/ui/button.tsx'
import { CopyBox } from '#components/ui/copy.tsx'
import { Dialog, DialogPart } from '#components/ui/dialog.tsx'
import { useTimeFormat } from '#components/ui/local-time.tsx'

type OneTimeLinkProps = { link: { url: string; expiresAt: string }; /** Whose password it is for; absent for an invitation. */ user?: string; onClose: () => void }

/** A link that is shown this once. Closing is a choice, so that a stray press beside the dialog does not lose it. */
export function OneTimeLink({ link, user, onClose }: OneTimeLinkProps) {
  const t = useTranslations('settings')
  const format = useTimeFormat('moment')
  const time = format(link.expiresAt)
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      keepOnOutsidePress
      title={t('linkTitle')}
      description={user === undefined ? t('linkText', { time }) : t('linkReset', { name: user, time })}
      footer={
        <Button kind="strong" onClick={onClose}>
          {t('done')}
        </Button>
      }
    >
      <DialogPart>
        <CopyBox text={link.url} label={t('linkCopy')} />
      </DialogPart>
    </Dialog>
  )
}
