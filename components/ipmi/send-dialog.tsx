'use client'

import { useTranslations } from 'next-intl'
import { useRef } from 'react'
import type { IpmiAsk } from '#lib/api/contract.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogPart } from '../ui/dialog.tsx'
import { CommandBytes } from './command-bytes.tsx'

type Props = { node: string; command: IpmiAsk; onSend: () => void; onClose: () => void }

/** The bytes as they will be sent, to be looked at once more. */
export function SendDialog({ node, command, onSend, onClose }: Props) {
  const t = useTranslations('ipmi')
  const common = useTranslations('common')
  const cancel = useRef<HTMLButtonElement>(null)
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('ask', { node })}
      description={t('askText')}
      width="sm"
      initialFocus={cancel}
      footer={
        <>
          <Button ref={cancel} onClick={onClose}>
            {common('cancel')}
          </Button>
          <Button
            kind="danger"
            onClick={() => {
              onSend()
              onClose()
            }}
          >
            {t('send')}
          </Button>
        </>
      }
    >
      <DialogPart>
        <CommandBytes command={command} />
      </DialogPart>
    </Dialog>
  )
}
