'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useId, useRef, useState } from 'react'
import { makeOwnToken, makeToken } from '#lib/api/commands.ts'
import { ApiError } from '#lib/api/fetcher.ts'
import { keys } from '#lib/api/queries.ts'
import { isAtLeast } from '#lib/domain/permission.ts'
import { role, type Role } from '#lib/domain/role.ts'
import { scope } from '#lib/domain/scope.ts'
import type { Scope } from '#lib/domain/scope-rules.ts'
import { mostLabel, mostName } from '#lib/domain/token-name.ts'
import { useErrorWords } from '#components/errors/use-error-words.ts'
import { Button } from '#components/ui/button.tsx'
import { Checkbox } from '#components/ui/checkbox.tsx'
import { Dialog, DialogPart } from '#components/ui/dialog.tsx'
import { Select } from '#components/ui/select.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import { NewToken } from './new-token.tsx'
import { ends, exampleLabel, exampleName, isTokenName, scopesOf, toDays, type Ends } from './token-form.ts'

type TokenDialogProps = { of: 'own' | 'site'; me: { name: string; role: Role }; onClose: () => void }

function Scopes({ of, chosen, onChange }: { of: Role; chosen: readonly Scope[]; onChange: (chosen: Scope[]) => void }) {
  const t = useTranslations('tokens')
  const hintId = useId()
  return (
    <fieldset aria-describedby={hintId} className="flex flex-col gap-1.5">
      <legend className="sr-only">{t('only')}</legend>
      <div className="grid grid-cols-2 gap-x-4 gap-y-1 max-sm:grid-cols-1">
        {scopesOf(of).map((one) => (
          <Checkbox key={one} checked={chosen.includes(one)} onChange={({ target }) => onChange(scope.options.filter((each) => (each === one ? target.checked : chosen.includes(each))))}>
            {t(`scope.${one}`)}
          </Checkbox>
        ))}
      </div>
      <p id={hintId} className="text-label text-faint">
        {chosen.length === 0 && t('scopesNone')}
      </p>
    </fieldset>
  )
}

/** Asks what a new token may and until when, and shows it once. */
export function TokenDialog({ of, me, onClose }: TokenDialogProps) {
  const t = useTranslations('tokens')
  const common = useTranslations('common')
  const settings = useTranslations('settings')
  const roles = useTranslations('roles')
  const hints = useTranslations('roleHints')
  const client = useQueryClient()
  const words = useErrorWords()
  const isOwn = of === 'own'
  const most = isOwn ? mostLabel : mostName
  const first = useRef<HTMLInputElement>(null)
  const [name, setName] = useState('')
  const [chosenRole, setRole] = useState<Role>(isOwn ? me.role : 'viewer')
  const [isLimited, setLimited] = useState(false)
  const [scopes, setScopes] = useState<Scope[]>([])
  const [end, setEnd] = useState<Ends>('year')
  const making = useMutation({
    mutationFn: () => {
      const limits = { role: chosenRole, scopes: isLimited ? scopes.filter((one) => scopesOf(chosenRole).includes(one)) : null, expiresInDays: toDays(end) }
      return isOwn ? makeOwnToken({ label: name, ...limits }) : makeToken({ name, ...limits })
    },
    onSuccess: () => client.invalidateQueries({ queryKey: keys.tokens }),
  })
  if (making.data !== undefined) return <NewToken made={making.data} onClose={onClose} />
  const isTaken = making.error instanceof ApiError && making.error.code === 'name-taken'
  const isWrong = name !== '' && !isTokenName(name, isOwn)
  return (
    <Dialog
      open
      initialFocus={first}
      onOpenChange={(open) => !open && onClose()}
      title={t(isOwn ? 'newOwn' : 'newSite')}
      description={t('newText')}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button kind="strong" busy={making.isPending} disabled={!isTokenName(name, isOwn)} onClick={() => making.mutate()}>
            {t('make')}
          </Button>
        </>
      }
    >
      <DialogPart>
        <form
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault()
            if (isTokenName(name, isOwn)) making.mutate()
          }}
        >
          <TextField
            label={t(isOwn ? 'label' : 'name')}
            mono
            ref={first}
            value={name}
            maxLength={most}
            placeholder={isOwn ? exampleLabel : exampleName}
            onChange={(event) => setName(event.target.value.trim())}
            hint={isOwn ? t('labelHint', { name: `${me.name}@${name === '' ? exampleLabel : name}` }) : t('nameHint')}
            error={isTaken ? t('taken') : isWrong ? t('invalid', { most }) : making.error === null ? null : words(making.error)}
          />
          <div className="grid grid-cols-2 gap-4 max-sm:grid-cols-1">
            <Select
              label={settings('role')}
              value={chosenRole}
              onChange={setRole}
              hint={hints(chosenRole)}
              choices={role.options.filter((one) => isAtLeast(me.role, one)).map((value) => ({ value, label: roles(value) }))}
            />
            <Select
              label={t('expires')}
              value={end}
              onChange={setEnd}
              hint={end === 'never' ? t('neverWarning') : undefined}
              choices={ends.map((value) => ({ value, label: value === 'year' || value === 'never' ? t(value) : t('days', { count: toDays(value)! }) }))}
            />
          </div>
          <Select
            label={t('may')}
            value={isLimited ? 'only' : 'all'}
            onChange={(value) => setLimited(value === 'only')}
            choices={(['all', 'only'] as const).map((value) => ({ value, label: t(value) }))}
          />
          {isLimited && <Scopes of={chosenRole} chosen={scopes} onChange={setScopes} />}
        </form>
      </DialogPart>
    </Dialog>
  )
}
