'use client'

import { useTranslations } from 'next-intl'
import { useState, type FormEvent } from 'react'
import { acceptInvitation, claimAdministrator } from '#lib/api/commands.ts'
import { ApiError } from '#lib/api/fetcher.ts'
import { looksLikeNetwork, toNetworks } from '#lib/api/networks.ts'
import { signIn } from '#lib/api/session.ts'
import { useErrorWords } from '#components/errors/use-error-words.ts'
import { Button } from '#components/ui/button.tsx'
import { PasswordField } from '#components/ui/password-field.tsx'
import { TextArea, TextField } from '#components/ui/text-field.tsx'

const shortest = 12
const namePattern = /^[a-z0-9][a-z0-9._-]{0,31}$/

export type Purpose = { kind: 'claim' | 'invite' | 'reset'; user: string | null; networksNeeded: boolean }
type Draft = { name: string; password: string; again: string; networks: string }
type Wrong = Partial<Record<keyof Draft, string>>

function useCheck(purpose: Purpose) {
  const t = useTranslations('account')
  const networksWrong = (text: string): string | undefined => {
    const networks = toNetworks(text)
    if (networks.length === 0) return t('networksNone')
    const bad = networks.find((network) => !looksLikeNetwork(network))
    return bad === undefined ? undefined : t('networksWrong', { value: bad })
  }
  return (draft: Draft): Wrong => ({
    name: purpose.user === null && !namePattern.test(draft.name) ? t('nameWrong') : undefined,
    password: draft.password.length < shortest ? t('passwordShort', { missing: shortest - draft.password.length }) : undefined,
    again: draft.again !== draft.password ? t('passwordDiffers') : undefined,
    networks: purpose.networksNeeded ? networksWrong(draft.networks) : undefined,
  })
}

/** Sends the form, then signs in with what was chosen. */
async function accept(token: string, purpose: Purpose, draft: Draft): Promise<void> {
  const { name, password } = draft
  if (purpose.kind === 'claim') {
    await claimAdministrator({ token, name, password, ...(purpose.networksNeeded ? { networks: toNetworks(draft.networks) } : {}) })
  } else {
    await acceptInvitation(purpose.kind === 'invite' ? { token, name, password } : { token, password })
  }
  await signIn(purpose.user ?? name, password)
}

function useFailure() {
  const words = useErrorWords()
  return (error: unknown): Wrong & { form?: string } => {
    return error instanceof ApiError && error.code === 'name-taken' ? { name: words(error) } : { form: words(error) }
  }
}

/** Name and password of a new account, or the new password of an old one; at the claim also the networks, when nobody set them. */
export function NewAccountForm({ token, purpose, submitLabel }: { token: string; purpose: Purpose; submitLabel: string }) {
  const t = useTranslations('account')
  const check = useCheck(purpose)
  const toFailure = useFailure()
  const [draft, setDraft] = useState<Draft>({ name: '', password: '', again: '', networks: '' })
  const [wrong, setWrong] = useState<Wrong & { form?: string }>({})
  const [busy, setBusy] = useState(false)
  const edit = (key: keyof Draft) => (event: { target: { value: string } }) => {
    setDraft({ ...draft, [key]: event.target.value })
    setWrong({ ...wrong, [key]: undefined, form: undefined })
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (busy) return
    const found = check(draft)
    setWrong(found)
    if (Object.values(found).some((one) => one !== undefined)) return
    setBusy(true)
    try {
      await accept(token, purpose, draft)
      location.assign('/')
    } catch (error) {
      setBusy(false)
      setWrong(toFailure(error))
    }
  }
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      {purpose.user === null ? (
        <TextField
          label={t('name')}
          hint={t('nameRule')}
          error={wrong.name}
          value={draft.name}
          onChange={edit('name')}
          autoComplete="username"
          autoCapitalize="none"
          maxLength={32}
          mono
        />
      ) : (
        <input type="text" name="username" autoComplete="username" value={purpose.user} readOnly hidden />
      )}
      <PasswordField
        label={t('newPassword')}
        hint={t('passwordRule')}
        error={wrong.password}
        value={draft.password}
        onChange={edit('password')}
        autoComplete="new-password"
      />
      <PasswordField label={t('passwordAgain')} error={wrong.again} value={draft.again} onChange={edit('again')} autoComplete="new-password" />
      {purpose.networksNeeded && (
        <TextArea
          label={t('networks')}
          hint={
            <>
              {t('networksHint')} <span className="font-mono">{t('networksExample')}</span>
            </>
          }
          error={wrong.networks}
          value={draft.networks}
          onChange={edit('networks')}
          mono
        />
      )}
      <p role="alert" className="text-critical empty:hidden">
        {wrong.form}
      </p>
      <Button type="submit" kind="strong" busy={busy}>
        {busy ? t('working') : submitLabel}
      </Button>
    </form>
  )
}
