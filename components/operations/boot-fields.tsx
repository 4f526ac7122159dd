'use client'

import { useTranslations } from 'next-intl'
import type { BootLasting, BootMode, BootTarget } from '#lib/domain/boot.ts'
import { Checkbox } from '../ui/checkbox.tsx'
import { Select } from '../ui/select.tsx'
import { TextField } from '../ui/text-field.tsx'
import type { BootForm } from './boot-form.ts'

type BootFieldsProps = { form: BootForm; choices: readonly BootTarget[]; frozen: boolean; onChange: (form: BootForm) => void }

/** From what, for how long, in which mode, and whether at once. */
export function BootFields({ form, choices, frozen, onChange }: BootFieldsProps) {
  const t = useTranslations('more')
  const set = (change: Partial<BootForm>) => onChange({ ...form, ...change })
  return (
    <fieldset disabled={frozen} className="grid gap-3 sm:grid-cols-3">
      <legend className="sr-only">{t('boot')}</legend>
      <Select<BootTarget> label={t('from')} value={form.target} onChange={(target) => set({ target })} choices={choices.map((value) => ({ value, label: t(`target.${value}`) }))} />
      <Select<BootLasting> label={t('lasting')} value={form.lasting} onChange={(lasting) => set({ lasting })} choices={(['once', 'always'] as const).map((value) => ({ value, label: t(`lastings.${value}`) }))} />
      <Select<BootMode | 'asis'> label={t('mode')} value={form.mode} onChange={(mode) => set({ mode })} choices={(['asis', 'uefi', 'legacy'] as const).map((value) => ({ value, label: t(`modes.${value}`) }))} />
      {form.target === 'http' && <TextField mono className="sm:col-span-3" label={t('uri')} hint={t('uriHint')} value={form.uri} onChange={(event) => set({ uri: event.target.value })} />}
      <Checkbox className="sm:col-span-3" checked={form.start} onChange={(event) => set({ start: event.target.checked })}>
        {t('start')}
      </Checkbox>
    </fieldset>
  )
}
