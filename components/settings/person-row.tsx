'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { patchUser, resetPassword } from '#lib/api/commands.ts'
import type { User, UserPatch } from '#lib/api/contract.ts'
import { keys } from '#lib/api/queries.ts'
import { role as roleEnum } from '#lib/domain/role.ts'
import { useErrorWords } from '#components/errors/use-error-words.ts'
import { Age } from '#components/ui/age.tsx'
import { Badge } from '#components/ui/badge.tsx'
import { Button } from '#components/ui/button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { LocalTime } from '#components/ui/local-time.tsx'
import type { MenuEntry } from '#components/ui/menu-button.tsx'
import { RowMenu } from '#components/ui/row-menu.tsx'
import { Cell, Row } from '#components/ui/table.tsx'
import { toast } from '#components/ui/toast.tsx'
import { OneTimeLink } from './one-time-link.tsx'

type PersonRowProps = { user: User; isMe: boolean; isLast: boolean }

function usePatch(user: User) {
  const t = useTranslations('settings')
  const roles = useTranslations('roles')
  const client = useQueryClient()
  const words = useErrorWords()
  const said = (patch: UserPatch) => {
    if (patch.role !== undefined) return t('roleNow', { name: user.name, role: roles(patch.role) })
    return patch.disabled === true ? t('disabledNow', { name: user.name }) : t('enabledNow', { name: user.name })
  }
  return useMutation({
    mutationFn: (patch: UserPatch) => patchUser(user.id, patch),
    onSuccess: (_, patch) => toast({ level: 'ok', title: said(patch) }),
    onError: (error) => toast({ level: 'critical', title: words(error) }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.users }),
  })
}

function useResetLink(user: User) {
  const client = useQueryClient()
  const words = useErrorWords()
  return useMutation({
    mutationFn: () => resetPassword(user.id),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.invitations }),
    onError: (error) => toast({ level: 'critical', title: words(error) }),
  })
}

function DisableDialog({ name, onYes, onClose }: { name: string; onYes: () => void; onClose: () => void }) {
  const t = useTranslations('settings')
  const common = useTranslations('common')
  return (
    <Dialog
      open
      width="sm"
      onOpenChange={(open) => !open && onClose()}
      title={t('disableTitle', { name })}
      description={t('disableText', { name })}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button kind="danger" onClick={onYes}>
            {t('disable')}
          </Button>
        </>
      }
    />
  )
}

/** One person and what can be done about them; what cannot is greyed with the reason. */
export function PersonRow({ user, isMe, isLast }: PersonRowProps) {
  const t = useTranslations('settings')
  const roles = useTranslations('roles')
  const patch = usePatch(user)
  const reset = useResetLink(user)
  const [disabling, setDisabling] = useState(false)
  const reason = isLast ? t('notLast') : isMe ? t('notYourself') : undefined
  const roleEntries: MenuEntry[] = roleEnum.options.map((value) => ({
    label: roles(value),
    checked: value === user.role,
    reason: value === user.role ? undefined : reason,
    onSelect: () => value !== user.role && patch.mutate({ role: value }),
  }))
  const entries: MenuEntry[] = [
    { kind: 'heading', label: t('makeRole') },
    ...roleEntries,
    { kind: 'line' },
    { label: t('resetPassword'), onSelect: () => reset.mutate() },
    user.disabled
      ? { label: t('enable'), onSelect: () => patch.mutate({ disabled: false }) }
      : { label: t('disable'), tone: 'danger', reason, onSelect: () => setDisabling(true) },
  ]
  return (
    <Row className="max-sm:h-13">
      <Cell className={user.disabled ? 'text-faint' : 'font-medium'}>
        <span className="inline-flex items-center gap-2">
          {user.name}
          {isMe && <Badge>{t('you')}</Badge>}
          {user.disabled && <Badge className="sm:hidden">{t('disabled')}</Badge>}
        </span>
      </Cell>
      <Cell className={user.disabled ? 'text-faint' : undefined}>{roles(user.role)}</Cell>
      <Cell className="text-muted max-sm:hidden">{user.disabled ? t('disabled') : t('active')}</Cell>
      <Cell className="text-muted max-md:hidden">
        <LocalTime at={user.createdAt} shape="day" />
      </Cell>
      <Cell className="max-sm:hidden">
        <Age at={user.lastSignInAt} />
      </Cell>
      <Cell numeric className="w-12">
        <RowMenu label={t('actions', { name: user.name })} entries={entries} />
        {disabling && (
          <DisableDialog
            name={user.name}
            onClose={() => setDisabling(false)}
            onYes={() => {
              setDisabling(false)
              patch.mutate({ disabled: true })
            }}
          />
        )}
        {reset.data !== undefined && <OneTimeLink link={reset.data} user={user.name} onClose={reset.reset} />}
      </Cell>
    </Row>
  )
}
