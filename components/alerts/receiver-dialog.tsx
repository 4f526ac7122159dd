'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useLocale, useTranslations } from 'next-intl'
import { useState } from 'react'
import { createReceiver, patchReceiver } from '#lib/api/alert-commands.ts'
import { ApiError } from '#lib/api/fetcher.ts'
import { keys } from '#lib/api/queries.ts'
import { messageLanguage, receiverKind, type Receiver } from '#lib/domain/receiver.ts'
import { useErrorWords } from '../errors/use-error-words.ts'
import { Checkbox } from '../ui/checkbox.tsx'
import { DialogPart } from '../ui/dialog.tsx'
import { Select } from '../ui/select.tsx'
import { TextField } from '../ui/text-field.tsx'
import { toast } from '../ui/toast.tsx'
import { FormDialog } from './form-dialog.tsx'
import { MailFields, WebhookFields } from './receiver-fields.tsx'
import { emptyReceiver, problemsOfReceiver, toReceiver, toReceiverForm, toReceiverPatch, type ReceiverForm } from './receiver-form.ts'

/** Adds a receiver, or changes one; its kind stays. */
export function ReceiverDialog({ receiver, onClose }: { receiver: Receiver | null; onClose: () => void }) {
  const t = useTranslations('alerts.receiver')
  const words = useErrorWords()
  const client = useQueryClient()
  const locale = useLocale()
  const [before] = useState<ReceiverForm | null>(() => (receiver === null ? null : toReceiverForm(receiver)))
  const [form, setForm] = useState<ReceiverForm>(() => before ?? emptyReceiver(locale, window.location.origin))
  const [isTried, setTried] = useState(false)
  const problems = problemsOfReceiver(form, before)
  const shown = isTried ? problems : []
  const save = useMutation({
    mutationFn: () => (receiver === null || before === null ? createReceiver(toReceiver(form)) : patchReceiver(receiver.id, toReceiverPatch(form, before))),
    onSuccess: ({ name }) => {
      void client.invalidateQueries({ queryKey: keys.receivers })
      toast({ level: 'ok', title: t('saved', { name }) })
      onClose()
    },
  })
  const change = (changes: Partial<ReceiverForm>) => {
    save.reset()
    setForm({ ...form, ...changes })
  }
  const isNameTaken = save.error instanceof ApiError && save.error.code === 'name-taken'
  const isSame = before !== null && Object.keys(toReceiverPatch(form, before)).length === 0
  const submit = () => {
    setTried(true)
    if (problems.length === 0 && !isSame && !save.isPending) save.mutate()
  }
  return (
    <FormDialog
      title={receiver === null ? t('newTitle') : t('editTitle', { name: receiver.name })}
      description={t('secretText')}
      refusal={save.error === null || isNameTaken ? null : words(save.error)}
      busy={save.isPending}
      disabled={isSame}
      onSave={submit}
      onClose={onClose}
    >
      <DialogPart className="flex flex-col gap-4">
        <Select label={t('kind')} value={form.kind} onChange={(kind) => change({ kind })} reason={receiver === null ? undefined : t('kindStays')} choices={receiverKind.options.map((value) => ({ value, label: t(`kinds.${value}`) }))} />
        <TextField label={t('name')} value={form.name} maxLength={100} onChange={(event) => change({ name: event.target.value })} error={shown.includes('name') ? t('problem.name') : isNameTaken ? t('problem.nameTaken') : null} />
      </DialogPart>
      <DialogPart className="flex flex-col gap-4">
        {form.kind === 'email' ? <MailFields form={form} before={before} problems={shown} onChange={change} /> : <WebhookFields form={form} before={before} problems={shown} onChange={change} />}
        <div>
          <Checkbox checked={form.isPlain} onChange={(event) => change({ isPlain: event.target.checked })}>
            {t('plain')}
          </Checkbox>
          <p className={shown.includes('plain') ? 'mt-0.5 pl-5.5 text-label text-critical' : 'mt-0.5 pl-5.5 text-label text-faint'} role={shown.includes('plain') ? 'alert' : undefined}>
            {shown.includes('plain') ? t('problem.plain') : t('plainHint')}
          </p>
        </div>
      </DialogPart>
      <DialogPart className="grid gap-4 sm:grid-cols-2">
        <Select label={t('language')} value={form.language} onChange={(language) => change({ language })} choices={messageLanguage.options.map((value) => ({ value, label: t(`languages.${value}`) }))} />
        <TextField label={t('site')} hint={t('siteHint')} mono value={form.site} onChange={(event) => change({ site: event.target.value })} />
      </DialogPart>
    </FormDialog>
  )
}
