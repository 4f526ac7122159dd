'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useRef, useState, type FormEvent } from 'react'
import { createNode, startProbe } from '#lib/api/commands.ts'
import { toSearch } from '#lib/api/paths.ts'
import { keys } from '#lib/api/queries.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogPart } from '../ui/dialog.tsx'
import { Link } from '../ui/link.tsx'
import { Select } from '../ui/select.tsx'
import { PasswordField } from '../ui/password-field.tsx'
import { TextField } from '../ui/text-field.tsx'
import { toast } from '../ui/toast.tsx'
import { addressFor, fieldOfError, isRange, missingIn, toBmcRequest, type AddField, type AddForm } from './add-form.ts'
import { ProbeFindings } from './probe-findings.tsx'
import { useRefusal } from './use-refusal.ts'

const empty: AddForm = { name: '', address: '', protocol: 'auto', redfishPort: '', ipmiPort: '', username: '', password: '' }

/** The form for a new node. Testing first is offered and not demanded: a node whose BMC is silent today may be added today. */
export function AddNode({ onClose, onAdded }: { onClose: () => void; onAdded: (name: string) => void }) {
  const t = useTranslations('node.add')
  const problem = useTranslations('node.problem')
  const refusalOf = useRefusal()
  const client = useQueryClient()
  const [form, setForm] = useState(empty)
  const [touched, setTouched] = useState(false)
  const nameBox = useRef<HTMLInputElement>(null)
  const probe = useMutation({ mutationFn: () => startProbe(toBmcRequest(form)) })
  const add = useMutation({
    mutationFn: () => createNode({ name: form.name.trim(), bmc: toBmcRequest(form) }),
    onSuccess: ({ name }) => {
      void client.invalidateQueries({ queryKey: keys.nodes })
      toast({ title: t('added', { name }), level: 'ok' })
      onAdded(name)
    },
  })

  const set = (field: keyof AddForm) => (value: string) => {
    if (field !== 'name') probe.reset()
    add.reset()
    setForm((before) => ({ ...before, [field]: value }))
  }
  const missing = missingIn(form)
  const failed = add.error ?? probe.error
  const failedField = failed === null ? null : fieldOfError(failed)
  const refusal = failed === null ? null : refusalOf(failed, form.address)
  const errorOf = (field: AddField) => {
    if (failedField === field) return refusal
    if (!touched || !missing.includes(field)) return null
    return field === 'redfishPort' || field === 'ipmiPort' ? problem('port') : problem(field)
  }
  const isBmcReady = missing.every((field) => field === 'name')

  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTouched(true)
    if (missing.length === 0 && !add.isPending) add.mutate()
  }
  const test = () => {
    setTouched(true)
    if (isBmcReady) probe.mutate()
  }
  const box = (field: AddField, label: string, more?: { hint?: string; placeholder?: string }) => (
    <TextField mono label={label} value={form[field]} onChange={(event) => set(field)(event.target.value)} error={errorOf(field)} autoCapitalize="none" {...more} />
  )

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('title')}
      description={t('text')}
      initialFocus={nameBox}
      footer={
        <>
          <Button onClick={test} busy={probe.isPending} className="mr-auto">
            {t('test')}
          </Button>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" form="add-node" kind="strong" busy={add.isPending}>
            {t('submit')}
          </Button>
        </>
      }
    >
      <form id="add-node" onSubmit={submit} noValidate className="grid gap-4 px-5 py-4 sm:grid-cols-2">
        <TextField
          ref={nameBox}
          mono
          label={t('name')}
          placeholder="n1"
          value={form.name}
          onChange={(event) => set('name')(event.target.value)}
          error={errorOf('name')}
          autoCapitalize="none"
        />
        <TextField
          mono
          label={t('address')}
          placeholder={addressFor(form.name)}
          hint={form.address === '' && form.name !== '' ? t('addressTab', { address: addressFor(form.name) }) : t('addressHint')}
          value={form.address}
          onKeyDown={(event) => event.key === 'Tab' && !event.shiftKey && form.address === '' && form.name !== '' && set('address')(addressFor(form.name))}
          onChange={(event) => set('address')(event.target.value)}
          error={errorOf('address')}
          autoCapitalize="none"
        />
        {box('username', t('username'))}
        <PasswordField
          mono
          label={t('password')}
          value={form.password}
          onChange={(event) => set('password')(event.target.value)}
          error={errorOf('password')}
          autoComplete="new-password"
        />
        <Select
          label={t('protocol')}
          value={form.protocol}
          onChange={set('protocol')}
          hint={form.protocol === 'auto' ? t('autoHint') : undefined}
          choices={[
            { value: 'auto', label: t('auto') },
            { value: 'redfish', label: 'Redfish' },
            { value: 'ipmi', label: 'IPMI' },
          ]}
        />
        <details open={errorOf('redfishPort') !== null || errorOf('ipmiPort') !== null ? true : undefined} className="self-start">
          <summary className="rounded-sm text-label text-muted">{t('advanced')}</summary>
          <div className="mt-1.5 grid grid-cols-2 gap-3">
            {form.protocol !== 'ipmi' && box('redfishPort', t('redfishPort'), { placeholder: '443' })}
            {form.protocol !== 'redfish' && box('ipmiPort', t('ipmiPort'), { placeholder: '623' })}
          </div>
        </details>
      </form>
      {isRange(form.name) && (
        <DialogPart className="border-t">
          <p className="text-muted">
            {t('isRange')}{' '}
            <Link href={`/add/range${toSearch({ names: form.name.trim(), address: form.address.trim() })}`}>{t('toRange')}</Link>
          </p>
        </DialogPart>
      )}
      {failed !== null && failedField === null && (
        <DialogPart className="border-t">
          <p role="alert" className="text-critical">
            {refusal}
          </p>
        </DialogPart>
      )}
      {probe.data !== undefined && (
        <DialogPart className="border-t">
          <ProbeFindings id={probe.data.id} address={form.address} />
        </DialogPart>
      )}
    </Dialog>
  )
}
