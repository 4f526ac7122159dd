'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { deleteNode } from '#lib/api/commands.ts'
import { keys } from '#lib/api/queries.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogPart } from '../ui/dialog.tsx'
import { TextField } from '../ui/text-field.tsx'
import { toast } from '../ui/toast.tsx'
import { useRefusal } from './use-refusal.ts'

/** Removing a node wants its name typed. */
export function RemoveDialog({ name, onClose, onRemoved }: { name: string; onClose: () => void; onRemoved: () => void }) {
  const t = useTranslations('node.settings')
  const add = useTranslations('node.add')
  const refusalOf = useRefusal()
  const client = useQueryClient()
  const [typed, setTyped] = useState('')
  const remove = useMutation({
    mutationFn: () => deleteNode(name),
    onSuccess: () => {
      toast({ title: t('deleted', { name }), level: 'ok' })
      onRemoved()
      client.removeQueries({ queryKey: keys.node(name) })
      void client.invalidateQueries({ queryKey: keys.nodes })
    },
  })
  const ready = typed.trim() === name
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('deleteTitle', { name })}
      description={t('deleteHint')}
      width="sm"
      footer={
        <>
          <Button onClick={onClose}>{add('cancel')}</Button>
          <Button type="submit" form="remove-node" kind="danger" disabled={!ready} busy={remove.isPending}>
            {t('deleteConfirm', { name })}
          </Button>
        </>
      }
    >
      <DialogPart>
        <form
          id="remove-node"
          onSubmit={(event) => {
            event.preventDefault()
            if (ready && !remove.isPending) remove.mutate()
          }}
        >
          <TextField
            mono
            label={t('deleteType', { name })}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            error={remove.error === null ? null : refusalOf(remove.error, name)}
            autoCapitalize="none"
          />
        </form>
      </DialogPart>
    </Dialog>
  )
}
