'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { invite } from '#lib/api/commands.ts'
import { keys } from '#lib/api/queries.ts'
import { role, type Role } from '#lib/domain/role.ts'
import { useErrorWords } from '#components/errors/use-error-words.ts'
import { Button } from '#components/ui/button.tsx'
import { Dialog, DialogPart } from '#components/ui/dialog.tsx'
import { Select } from '#components/ui/select.tsx'
import { OneTimeLink } from './one-time-link.tsx'

/** Asks for a role and gives the link. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations('settings')
  const common = useTranslations('common')
  const roles = useTranslations('roles')
  const hints = useTranslations('roleHints')
  const client = useQueryClient()
  const words = useErrorWords()
  const [chosen, setChosen] = useState<Role>('viewer')
  const making = useMutation({ mutationFn: () => invite(chosen), onSuccess: () => client.invalidateQueries({ queryKey: keys.invitations }) })
  if (making.data !== undefined) return <OneTimeLink link={making.data} onClose={onClose} />
  return (
    <Dialog
      open
      width="sm"
      onOpenChange={(open) => !open && onClose()}
      title={t('inviteTitle')}
      description={t('inviteText')}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button kind="strong" busy={making.isPending} onClick={() => making.mutate()}>
            {t('inviteDo')}
          </Button>
        </>
      }
    >
      <DialogPart>
        <Select
          label={t('role')}
          value={chosen}
          onChange={setChosen}
          hint={hints(chosen)}
          error={making.error === null ? null : words(making.error)}
          choices={role.options.map((value) => ({ value, label: roles(value) }))}
        />
      </DialogPart>
    </Dialog>
  )
}
