'use client'

import { useTranslations } from 'next-intl'
import type { IpmiAsk } from '#lib/api/contract.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { DialogPart } from '../ui/dialog.tsx'
import { CommandBytes } from './command-bytes.tsx'

type Props = { node: string; command: IpmiAsk; onSend: () => void; onClose: () => void }

/** The bytes as they will be sent, to be looked at once more. */
export function SendDialog({ node, command, onSend, onClose }: Props) {
  const t = useTranslations('ipmi')
  const common = useTranslations('common')
  const send = () => {
    onSend()
    onClose()
  }
  return (
    <ConfirmDialog title={t('ask', { node })} description={t('askText')} yes={t('send')} no={common('cancel')} isHarsh onYes={send} onClose={onClose}>
      <DialogPart>
        <CommandBytes command={command} />
      </DialogPart>
    </ConfirmDialog>
  )
}
