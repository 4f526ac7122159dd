'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import type { FanControl } from '#lib/domain/fan.ts'
import { Button } from '../ui/button.tsx'
import { Checkbox } from '../ui/checkbox.tsx'
import { Dialog, DialogPart } from '../ui/dialog.tsx'

type Props = { node: string; control: FanControl; busy: boolean; onClose: () => void; onTrust: () => void }

/** What an unverified profile sends, before an administrator turns it on for a node. */
export function ConsentDialog({ node, control, busy, onClose, onTrust }: Props) {
  const t = useTranslations('fans.consent')
  const [isRead, setRead] = useState(false)
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      width="lg"
      title={t('title', { node })}
      description={t('text', { name: control.name })}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="danger" busy={busy} reason={isRead ? undefined : t('readFirst')} onClick={onTrust}>
            {t('trust')}
          </Button>
        </>
      }
    >
      <DialogPart>
        <p className="mb-3 text-muted">{t('source', { source: control.source })}</p>
        <dl className="flex flex-col gap-3">
          {control.sendings.map(({ purpose, sends }) => (
            <div key={purpose}>
              <dt className="text-label text-muted">{purpose}</dt>
              {sends.map((line) => (
                <dd key={line} className="font-mono wrap-anywhere">
                  {line}
                </dd>
              ))}
            </div>
          ))}
        </dl>
      </DialogPart>
      <DialogPart>
        <Checkbox checked={isRead} onChange={(event) => setRead(event.target.checked)}>
          {t('isRead')}
        </Checkbox>
      </DialogPart>
    </Dialog>
  )
}
