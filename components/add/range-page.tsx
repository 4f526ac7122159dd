'use client'

import { useTranslations } from 'next-intl'
import { useSearchParams } from 'next/navigation'
import { useState, type FormEvent } from 'react'
import { createNodeRange } from '#lib/api/nodes-commands.ts'
import { PasswordField } from '../ui/password-field.tsx'
import { Select } from '../ui/select.tsx'
import { TextField } from '../ui/text-field.tsx'
import { Added } from './added.tsx'
import { PlanSteps } from './plan-steps.tsx'
import { emptyIn, previewRange, toRangeRequest, type RangeForm } from './range-form.ts'
import { usePlan } from './use-plan.ts'

const formId = 'add-range'
const emptyForm: RangeForm = { names: '', address: '', protocol: 'auto', redfishPort: '', ipmiPort: '', username: '', password: '', groups: '', tags: '', rack: '', position: '' }

/** A cluster by one range: `n[1-40]`, with templates for what differs from node to node. `?names` and `?address` fill the first boxes. */
export function RangePage() {
  const t = useTranslations('add')
  const search = useSearchParams()
  const [form, setForm] = useState<RangeForm>(() => ({ ...emptyForm, names: search.get('names') ?? '', address: search.get('address') ?? '' }))
  const [touched, setTouched] = useState(false)
  const steps = usePlan((how) => createNodeRange({ ...toRangeRequest(form), ...how }))
  const empty = emptyIn(form)
  const preview = previewRange(form)

  const set = (change: Partial<RangeForm>) => {
    steps.forget()
    setForm({ ...form, ...change })
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTouched(true)
    if (empty.length === 0) steps.check.mutate()
  }
  const again = () => {
    steps.forget()
    setForm({ ...form, names: '', password: '' })
    setTouched(false)
  }
  const box = (field: Exclude<keyof RangeForm, 'protocol' | 'password' | 'redfishPort' | 'ipmiPort'>, more: { hint?: string; placeholder?: string; mono?: boolean } = {}) => (
    <TextField
      mono
      label={t(`field.${field}`)}
      value={form[field]}
      onChange={(event) => set({ [field]: event.target.value })}
      error={touched && empty.some((one) => one === field) ? t('needed') : null}
      autoCapitalize="none"
      maxLength={4096}
      {...more}
    />
  )
  if (steps.carryOut.data !== undefined) return <Added plan={steps.carryOut.data} onAgain={again} />
  return (
    <>
      <form id={formId} onSubmit={submit} noValidate className="grid max-w-4xl gap-x-6 gap-y-4 px-5 py-4 sm:grid-cols-2">
        {box('names', { placeholder: 'n[1-40]', hint: t('namesHint') })}
        {box('address', { placeholder: '{name}-ipmi.example.org', hint: t('addressHint') })}
        <output className="min-h-5 text-label text-muted sm:col-span-2">
          {preview !== null && (
            <>
              {t('preview', { count: preview.count })}{' '}
              <span className="font-mono">{preview.samples.map(({ name, address }) => (address === '' ? name : `${name} → ${address}`)).join(preview.count > 3 ? ' … ' : '   ')}</span>
            </>
          )}
        </output>
        {box('username')}
        <PasswordField
          mono
          label={t('field.password')}
          value={form.password}
          onChange={(event) => set({ password: event.target.value })}
          error={touched && empty.includes('password') ? t('needed') : null}
          hint={t('passwordHint')}
          autoComplete="new-password"
        />
        {box('groups', { hint: t('listHint'), mono: false })}
        {box('tags', { hint: t('listHint'), mono: false })}
        {box('rack', { placeholder: 'r{1}', hint: t('rackHint') })}
        {box('position', { placeholder: '{2}', hint: t('positionHint') })}
        <Select
          label={t('field.protocol')}
          value={form.protocol}
          onChange={(protocol) => set({ protocol })}
          choices={[
            { value: 'auto', label: t('auto') },
            { value: 'redfish', label: 'Redfish' },
            { value: 'ipmi', label: 'IPMI' },
          ]}
        />
        <details className="self-start">
          <summary className="w-fit rounded-sm text-label text-muted">{t('ports')}</summary>
          <div className="mt-1.5 grid grid-cols-2 gap-3">
            {form.protocol !== 'ipmi' && <TextField mono label={t('redfishPort')} placeholder="443" inputMode="numeric" value={form.redfishPort} onChange={(event) => set({ redfishPort: event.target.value })} />}
            {form.protocol !== 'redfish' && <TextField mono label={t('ipmiPort')} placeholder="623" inputMode="numeric" value={form.ipmiPort} onChange={(event) => set({ ipmiPort: event.target.value })} />}
          </div>
        </details>
      </form>
      <PlanSteps steps={steps} form={formId} lineWord={false} />
    </>
  )
}
