'use client'

import { useTranslations } from 'next-intl'
import type { NodeDetail } from '#lib/api/contract.ts'
import { Select } from '../ui/select.tsx'
import { PasswordField } from '../ui/password-field.tsx'
import { TextField } from '../ui/text-field.tsx'
import { fieldOfError } from './add-form.ts'
import { SaveRow } from './save-row.tsx'
import { Section } from './section.tsx'
import { needsPassword, problemsOfBmc, toBmcForm, toBmcPatch, type BmcProblem } from './settings-form.ts'
import { useDraft } from './use-draft.ts'
import { useRefusal } from './use-refusal.ts'

/** Where the BMC is, and who we are to it. */
export function BmcSettings({ node, mayEdit }: { node: NodeDetail; mayEdit: boolean }) {
  const t = useTranslations('node.settings')
  const problem = useTranslations('node.problem')
  const refusalOf = useRefusal()
  const before = toBmcForm(node)
  const { form, set, save, submit, discard, isTried } = useDraft(node, before)
  const patch = toBmcPatch(form, before)
  const dirty = Object.keys(patch).length > 0
  const asksPassword = needsPassword(form, before)
  const problems = problemsOfBmc(form, before)
  const refusal = save.error === null ? null : refusalOf(save.error, form.address)
  const refused = save.error === null ? null : fieldOfError(save.error)
  const errorOf = (field: BmcProblem) => {
    if (refused === field) return refusal
    if (!isTried || !problems.includes(field)) return null
    return field === 'redfishPort' || field === 'ipmiPort' ? problem('port') : problem(field)
  }
  const text = (field: 'address' | 'redfishPort' | 'ipmiPort' | 'username') => ({
    mono: true,
    label: t(field),
    value: form[field],
    onChange: (event: { target: { value: string } }) => set({ [field]: event.target.value }),
    error: errorOf(field),
    disabled: !mayEdit,
    autoCapitalize: 'none' as const,
  })
  return (
    <Section title={t('bmc')}>
      <form noValidate onSubmit={(event) => submit(event, dirty && problems.length === 0 ? { bmc: patch } : null)}>
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField {...text('address')} />
          <Select
            label={t('protocol')}
            value={form.protocol}
            onChange={(protocol) => set({ protocol })}
            reason={mayEdit ? undefined : t('mayNot')}
            choices={[
              { value: 'auto', label: t('auto') },
              { value: 'redfish', label: 'Redfish' },
              { value: 'ipmi', label: 'IPMI' },
            ]}
          />
          {form.protocol !== 'ipmi' && <TextField {...text('redfishPort')} inputMode="numeric" />}
          {form.protocol !== 'redfish' && <TextField {...text('ipmiPort')} inputMode="numeric" />}
          {form.protocol !== 'ipmi' && (
            <Select
              label={t('tls')}
              value={form.tls}
              onChange={(tls) => set({ tls })}
              reason={mayEdit ? undefined : t('mayNot')}
              hint={form.tls === 'legacy' ? t('tlsLegacyHint') : t('tlsModernHint')}
              choices={[
                { value: 'modern', label: t('tlsModern') },
                { value: 'legacy', label: t('tlsLegacy') },
              ]}
            />
          )}
          <TextField {...text('username')} className="sm:col-start-1" />
          {mayEdit && (
            <PasswordField
              mono
              label={t('password')}
              value={form.password}
              onChange={(event) => set({ password: event.target.value })}
              hint={asksPassword ? <span className="text-warning">{t('passwordAgain')}</span> : t('passwordKept')}
              error={errorOf('password')}
              autoComplete="new-password"
            />
          )}
        </div>
        <SaveRow dirty={dirty} busy={save.isPending} refusal={refused === null ? refusal : null} onDiscard={discard} />
      </form>
    </Section>
  )
}
