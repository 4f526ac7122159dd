'use client'

import { useTranslations } from 'next-intl'
import type { NodeDetail } from '#lib/api/contract.ts'
import { Checkbox } from '../ui/checkbox.tsx'
import { TextArea, TextField } from '../ui/text-field.tsx'
import { fieldOfError } from './add-form.ts'
import { SaveRow } from './save-row.tsx'
import { Section } from './section.tsx'
import { problemsOfGeneral, toGeneralForm, toGeneralPatch } from './settings-form.ts'
import { useDraft } from './use-draft.ts'
import { useRefusal } from './use-refusal.ts'

type GeneralSettingsProps = { node: NodeDetail; mayEdit: boolean; onRenamed: (name: string) => void }

/** Name, place, groups and what else people say of a node. */
export function GeneralSettings({ node, mayEdit, onRenamed }: GeneralSettingsProps) {
  const t = useTranslations('node.settings')
  const problem = useTranslations('node.problem')
  const refusalOf = useRefusal()
  const before = toGeneralForm(node)
  const { form, set, save, submit, discard } = useDraft(node, before, (saved) => {
    if (saved.name !== node.name) onRenamed(saved.name)
  })
  const patch = toGeneralPatch(form, before)
  const problems = problemsOfGeneral(form)
  const dirty = Object.keys(patch).length > 0
  const refusal = save.error === null ? null : refusalOf(save.error, node.bmc.address)
  const nameRefused = save.error !== null && fieldOfError(save.error) === 'name'
  const errorOf = (field: 'name' | 'position' | 'attributes') => (problems.includes(field) ? problem(field) : field === 'name' && nameRefused ? refusal : null)
  const text = (field: 'name' | 'groups' | 'tags' | 'rack' | 'position') => ({
    label: t(field),
    value: form[field],
    onChange: (event: { target: { value: string } }) => set({ [field]: event.target.value }),
    disabled: !mayEdit,
  })
  return (
    <Section title={t('general')}>
      <form noValidate onSubmit={(event) => submit(event, dirty && problems.length === 0 ? patch : null)}>
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField {...text('name')} mono hint={t('nameHint')} error={errorOf('name')} autoCapitalize="none" />
          <div className="grid grid-cols-[1fr_5rem] gap-4">
            <TextField {...text('rack')} />
            <TextField {...text('position')} inputMode="numeric" error={errorOf('position')} />
          </div>
          <TextField {...text('groups')} hint={t('groupsHint')} />
          <TextField {...text('tags')} hint={t('groupsHint')} />
          <TextArea
            label={t('attributes')}
            hint={t('attributesHint')}
            error={errorOf('attributes')}
            mono
            value={form.attributes}
            onChange={(event) => set({ attributes: event.target.value })}
            disabled={!mayEdit}
            className="sm:col-span-2"
          />
          <div className="sm:col-span-2">
            <Checkbox checked={form.protected} onChange={(event) => set({ protected: event.target.checked })} disabled={!mayEdit}>
              {t('protected')}
            </Checkbox>
            <p className="mt-0.5 pl-5.5 text-label text-faint">{t('protectedHint')}</p>
          </div>
        </div>
        <SaveRow dirty={dirty} busy={save.isPending} refusal={nameRefused ? null : refusal} onDiscard={discard} />
      </form>
    </Section>
  )
}
