'use client'

import { useMutation } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { clearLog } from '#lib/api/commands.ts'
import { useErrorWords } from '../errors/use-error-words.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogPart } from '../ui/dialog.tsx'
import { TextField } from '../ui/text-field.tsx'

type ClearDialogProps = { node: string; source: string; onClose: () => void; onStarted: (operationId: string) => void }

/** Clearing a log cannot be undone on the BMC: it wants the node's name typed. */
export function ClearDialog({ node, source, onClose, onStarted }: ClearDialogProps) {
  const t = useTranslations('events.clear')
  const common = useTranslations('common')
  const words = useErrorWords()
  const [typed, setTyped] = useState('')
  // One key for one opening: a repeated press is one operation.
  const [key] = useState(() => crypto.randomUUID())
  const clear = useMutation({
    mutationFn: () => clearLog(node, source, key),
    onSuccess: ({ id }) => {
      onStarted(id)
      onClose()
    },
  })
  const ready = typed.trim() === node
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('title', { source, node })}
      description={t('text')}
      width="sm"
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button type="submit" form="clear-log" kind="danger" disabled={!ready} busy={clear.isPending}>
            {t('confirm', { source })}
          </Button>
        </>
      }
    >
      <DialogPart>
        <p className="mb-4">{t('kept')}</p>
        <form
          id="clear-log"
          onSubmit={(event) => {
            event.preventDefault()
            if (ready && !clear.isPending) clear.mutate()
          }}
        >
          <TextField
            mono
            label={t('type', { node })}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            error={clear.error === null ? null : words(clear.error)}
            autoCapitalize="none"
          />
        </form>
      </DialogPart>
    </Dialog>
  )
}
