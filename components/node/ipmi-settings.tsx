'use client'

import { useTranslations } from 'next-intl'
import type { NodeDetail } from '#lib/api/contract.ts'
import { ipmiPrivileges } from '#lib/domain/ipmi-words.ts'
import { Button } from '../ui/button.tsx'
import { Checkbox } from '../ui/checkbox.tsx'
import { LocalTime } from '../ui/local-time.tsx'
import { PasswordField } from '../ui/password-field.tsx'
import { Select } from '../ui/select.tsx'
import { TextField } from '../ui/text-field.tsx'
import { asksInsecure, problemsOfIpmi, toIpmiForm, toIpmiPatch, type IpmiProblem } from './ipmi-form.ts'
import { IpmiSuite } from './ipmi-suite.tsx'
import { IpmiWorkarounds } from './ipmi-workarounds.tsx'
import { SaveRow } from './save-row.tsx'
import { Section } from './section.tsx'
import { useDraft } from './use-draft.ts'
import { usePatch } from './use-patch.ts'
import { useRefusal } from './use-refusal.ts'

/** How IPMI is spoken with the BMC: what is good enough for it, its own key, and what it does its own way. */
export function IpmiSettings({ node, mayEdit }: { node: NodeDetail; mayEdit: boolean }) {
  const t = useTranslations('node.settings.ipmi')
  const mayNot = useTranslations('node.settings')('mayNot')
  const refusalOf = useRefusal()
  const before = toIpmiForm(node)
  const { form, set, save, submit, discard, isTried } = useDraft(node, before)
  const patch = toIpmiPatch(form, before)
  const problems = problemsOfIpmi(form)
  const dirty = Object.keys(patch).length > 0 || form.suites.trim() !== before.suites
  // Of its own: what is typed beside it stays.
  const remove = usePatch(node.name)
  const errorOf = (problem: IpmiProblem) => (isTried && problems.includes(problem) ? t(`problem.${problem}`) : null)
  const failure = save.error ?? remove.error
  const found = node.bmc.endpoints.find(({ protocol }) => protocol === 'ipmi')?.facts.workarounds ?? []
  return (
    <Section title={t('title')}>
      <div className="flex flex-col gap-4">
        <IpmiSuite node={node} mayEdit={mayEdit} />
        <form noValidate onSubmit={(event) => submit(event, dirty && problems.length === 0 ? { bmc: patch } : null)}>
          <div className="grid gap-4 sm:grid-cols-2">
            <TextField
              mono
              label={t('suites')}
              value={form.suites}
              placeholder="17, 3"
              onChange={({ target }) => set({ suites: target.value })}
              hint={t('suitesHint')}
              error={errorOf('suites')}
              disabled={!mayEdit}
            />
            <Select
              label={t('privilege')}
              value={form.privilege}
              onChange={(privilege) => set({ privilege })}
              reason={mayEdit ? undefined : mayNot}
              hint={t(`privilegeHints.${form.privilege}`)}
              choices={ipmiPrivileges.map((value) => ({ value, label: t(`privileges.${value}`) }))}
            />
            {asksInsecure(form) && (
              <div className="sm:col-span-2">
                <Checkbox checked={form.insecure} disabled={!mayEdit} onChange={({ target }) => set({ insecure: target.checked })}>
                  {t('insecure')}
                </Checkbox>
                <p role={errorOf('insecure') === null ? undefined : 'alert'} className={errorOf('insecure') === null ? 'text-label text-warning' : 'text-label text-critical'}>
                  {errorOf('insecure') ?? t('insecureHint')}
                </p>
              </div>
            )}
            {mayEdit && (
              <PasswordField
                mono
                label={t('kg')}
                value={form.kg}
                onChange={({ target }) => set({ kg: target.value })}
                hint={node.kgAt === null ? t('kgHint') : t('kgKept')}
                error={errorOf('kg')}
                autoComplete="new-password"
              />
            )}
            {node.kgAt !== null && (
              <div className="flex flex-wrap items-center gap-3 self-center">
                <span className="text-muted">
                  {t('kgStored')} <LocalTime at={node.kgAt} />
                </span>
                {mayEdit && (
                  <Button busy={remove.isPending} onClick={() => remove.mutate({ bmc: { kg: null } })}>
                    {t('kgRemove')}
                  </Button>
                )}
              </div>
            )}
            <div className="sm:col-span-2">
              <IpmiWorkarounds chosen={form.workarounds} found={found} mayEdit={mayEdit} onChange={(workarounds) => set({ workarounds })} />
            </div>
          </div>
          <SaveRow dirty={dirty} busy={save.isPending} refusal={failure === null ? null : refusalOf(failure, node.bmc.address)} onDiscard={() => (discard(), remove.reset())} />
        </form>
      </div>
    </Section>
  )
}
