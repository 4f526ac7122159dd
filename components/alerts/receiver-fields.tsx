'use client'

import { useTranslations } from 'next-intl'
import { mailSecurity, signedKinds } from '#lib/domain/receiver.ts'
import { PasswordField } from '../ui/password-field.tsx'
import { Select } from '../ui/select.tsx'
import { TextArea, TextField } from '../ui/text-field.tsx'
import { needsSecret, usualPorts, type ReceiverForm, type ReceiverProblem } from './receiver-form.ts'

type FieldsProps = { form: ReceiverForm; before: ReceiverForm | null; problems: readonly ReceiverProblem[]; onChange: (change: Partial<ReceiverForm>) => void }

/** The address of a webhook, which is its password, and the secret that signs, where there is one. */
export function WebhookFields({ form, before, problems, onChange }: FieldsProps) {
  const t = useTranslations('alerts.receiver')
  const { kind } = form
  if (kind === 'email') return null
  const stays = before !== null && !needsSecret(form, before)
  return (
    <>
      <PasswordField label={t('url')} hint={stays ? t('urlStays') : t(`urlHints.${kind}`)} mono value={form.url} maxLength={2048} onChange={(event) => onChange({ url: event.target.value })} error={problems.includes('url') ? t('problem.url') : null} />
      {signedKinds.includes(kind) && (
        <PasswordField label={t('signing')} hint={kind === 'json' ? t('signingJson') : t('signingHint')} mono value={form.secret} maxLength={256} onChange={(event) => onChange({ secret: event.target.value })} />
      )}
    </>
  )
}

/** A mail server, and from whom to whom. */
export function MailFields({ form, before, problems, onChange }: FieldsProps) {
  const t = useTranslations('alerts.receiver')
  const problem = (name: ReceiverProblem) => (problems.includes(name) ? t(`problem.${name}`) : null)
  const stays = before !== null && !needsSecret(form, before)
  const setSecurity = (security: ReceiverForm['security']) => onChange({ security, ...(form.port === usualPorts[form.security] ? { port: usualPorts[security] } : {}) })
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-[1fr_5rem_10rem]">
        <TextField label={t('host')} mono value={form.host} onChange={(event) => onChange({ host: event.target.value })} error={problem('host')} autoCapitalize="none" />
        <TextField label={t('port')} mono inputMode="numeric" value={form.port} onChange={(event) => onChange({ port: event.target.value })} error={problem('port')} />
        <Select label={t('security')} value={form.security} onChange={setSecurity} choices={mailSecurity.options.map((value) => ({ value, label: t(`securities.${value}`) }))} />
      </div>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField label={t('username')} hint={t('usernameHint')} mono value={form.username} onChange={(event) => onChange({ username: event.target.value })} autoCapitalize="none" />
        <PasswordField label={t('password')} hint={stays ? t('passwordStays') : undefined} value={form.password} maxLength={256} onChange={(event) => onChange({ password: event.target.value })} error={problem('password')} />
      </div>
      <TextField label={t('from')} mono value={form.from} onChange={(event) => onChange({ from: event.target.value })} error={problem('from')} autoCapitalize="none" inputMode="email" />
      <TextArea label={t('to')} hint={t('toHint')} mono value={form.to} rows={2} onChange={(event) => onChange({ to: event.target.value })} error={problem('to')} />
    </>
  )
}
