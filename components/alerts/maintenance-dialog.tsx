'use client'

import { useMutation } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { beginMaintenance, endMaintenance } from '#lib/api/alert-commands.ts'
import { foldNames } from '#lib/domain/fold-names.ts'
import type { Node } from '#lib/domain/node.ts'
import { useErrorWords } from '../errors/use-error-words.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogPart } from '../ui/dialog.tsx'
import { TextField } from '../ui/text-field.tsx'
import { toast } from '../ui/toast.tsx'

type MaintenanceDialogProps = { nodes: readonly Pick<Node, 'name' | 'maintenance'>[]; onClose: () => void }

/** Notes that somebody works at these nodes, or that nobody does any more. What was selected when it opened is what is meant. */
export function MaintenanceDialog({ nodes, onClose }: MaintenanceDialogProps) {
  const t = useTranslations('maintenance')
  const common = useTranslations('common')
  const words = useErrorWords()
  const [chosen] = useState(nodes)
  const names = chosen.map(({ name }) => name)
  const under = chosen.filter(({ maintenance }) => maintenance !== undefined)
  const [reason, setReason] = useState(under[0]?.maintenance?.reason ?? '')
  const save = useMutation({
    mutationFn: (isOver: boolean) => (isOver ? endMaintenance(names) : beginMaintenance(names, reason.trim())),
    onSuccess: ({ changed }, isOver) => {
      toast({ level: 'ok', title: t(isOver ? 'ended' : 'begun', { count: changed.length }) })
      onClose()
    },
  })
  const isReady = reason.trim() !== ''
  return (
    <Dialog
      open
      width="sm"
      onOpenChange={(open) => !open && onClose()}
      title={t('title', { count: names.length })}
      description={
        <>
          <span className="line-clamp-2 font-mono break-words">{foldNames(names)}</span>
          <span className="mt-1 block">{t('text')}</span>
        </>
      }
      footer={
        <>
          {under.length > 0 && (
            <Button className="mr-auto" busy={save.isPending} onClick={() => save.mutate(true)}>
              {t('end', { count: under.length })}
            </Button>
          )}
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button type="submit" form="maintenance" kind="strong" disabled={!isReady} busy={save.isPending}>
            {t('begin')}
          </Button>
        </>
      }
    >
      <DialogPart>
        <form
          id="maintenance"
          onSubmit={(event) => {
            event.preventDefault()
            if (isReady && !save.isPending) save.mutate(false)
          }}
        >
          <TextField
            label={t('reason')}
            hint={t('reasonHint')}
            value={reason}
            maxLength={200}
            onChange={(event) => setReason(event.target.value)}
            error={save.error === null ? null : words(save.error)}
          />
        </form>
      </DialogPart>
    </Dialog>
  )
}
