'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import type { RawChangeAsk, RawRequestAnswer } from '#lib/api/contract.ts'
import { redfishQuery } from '#lib/api/redfish.ts'
import { chipStyle } from '../ui/badge.tsx'
import { Checkbox } from '../ui/checkbox.tsx'
import { DialogPart } from '../ui/dialog.tsx'
import { Select } from '../ui/select.tsx'
import { TextArea } from '../ui/text-field.tsx'
import { toAsked } from './address.ts'
import { toActions, toAllowedByInfo, toBody, toEtag, withParameter, type OfferedAction } from './changes.ts'

/** `patch` and `post` go to the resource itself; an action is named by its place. */
type Deed = 'patch' | 'post' | `action-${number}`

export type ChangeDraft = {
  actions: readonly OfferedAction[]
  deed: Deed
  /** The chosen action, if it is one. */
  action: OfferedAction | undefined
  text: string
  etag: string | null
  isConditional: boolean
  problem: 'not-json' | 'no-object' | 'hidden' | 'empty' | null
  /** What would be sent, or null while it cannot be. */
  change: RawChangeAsk | null
  choose: (deed: Deed) => void
  write: (text: string) => void
  setConditional: (on: boolean) => void
}

/** What is being written: an action of the resource where it has any, else a change of its properties. */
export function useChangeDraft(path: string, answer: NonNullable<RawRequestAnswer['answer']>): ChangeDraft {
  const actions = toActions(answer.body)
  const [deed, choose] = useState<Deed>('patch')
  const [text, write] = useState('{}')
  const [isConditional, setConditional] = useState(true)
  const action = deed.startsWith('action-') ? actions[Number(deed.slice(7))] : undefined
  const etag = toEtag(answer.etag, answer.body)
  const { body, problem } = toBody(text)
  const isEmpty = deed === 'patch' && body !== null && Object.keys(body).length === 0
  const method = deed === 'patch' ? 'PATCH' : 'POST'
  const ifMatch = method === 'PATCH' && isConditional && etag !== null ? etag : undefined
  return {
    actions,
    deed,
    action,
    text,
    etag,
    isConditional,
    problem: isEmpty ? 'empty' : problem,
    change: body === null || isEmpty ? null : { method, path: toAsked(action?.target ?? path).path, body, ...(ifMatch === undefined ? {} : { ifMatch }) },
    choose,
    write,
    setConditional,
  }
}

/** What to send: to which of the places that the resource names, and the body. */
export function ChangeEditor({ node, draft }: { node: string; draft: ChangeDraft }) {
  const t = useTranslations('redfish.change')
  const { actions, deed, action, text, problem, etag } = draft
  const choices = [
    { value: 'patch' as Deed, label: t('patch') },
    ...actions.map(({ name }, index) => ({ value: `action-${index}` as Deed, label: t('action', { name }) })),
    { value: 'post' as Deed, label: t('post') },
  ]
  return (
    <DialogPart className="flex flex-col gap-4">
      <Select label={t('what')} value={deed} onChange={draft.choose} choices={choices} />
      {action !== undefined && <Parameters node={node} action={action} text={text} onSet={(name, value) => draft.write(withParameter(text, name, value))} />}
      <TextArea
        mono
        rows={10}
        label={t('body')}
        value={text}
        onChange={(event) => draft.write(event.target.value)}
        hint={problem === 'empty' ? t('problem.empty') : t('bodyHint')}
        error={problem === null || problem === 'empty' ? null : t(`problem.${problem}`)}
        autoCapitalize="none"
      />
      {deed === 'patch' && (
        <Checkbox checked={draft.isConditional && etag !== null} disabled={etag === null} onChange={(event) => draft.setConditional(event.target.checked)}>
          <span>
            {t('conditional')}
            <span className="block text-label text-faint">{etag === null ? t('noEtag') : t('conditionalHint')}</span>
          </span>
        </Checkbox>
      )}
    </DialogPart>
  )
}

/** What the BMC says that the parameters of an action may be; a press puts it into the body. */
function Parameters({ node, action, text, onSet }: { node: string; action: OfferedAction; text: string; onSet: (name: string, value: string) => void }) {
  const t = useTranslations('redfish.change')
  const info = useQuery({ ...redfishQuery(node, action.info ?? ''), enabled: action.info !== null })
  const allowed = { ...toAllowedByInfo(info.data?.answer?.body), ...action.allowed }
  const { body } = toBody(text)
  const parameters = Object.entries(allowed)
  return (
    <div className="flex flex-col gap-2">
      <p className="font-mono text-label break-all text-muted">POST {action.target}</p>
      {info.isLoading && <p className="text-faint">{t('readingInfo')}</p>}
      {parameters.map(([name, values]) => (
        <fieldset key={name} className="flex flex-wrap items-center gap-1.5">
          <legend className="float-left mr-2 font-mono text-label text-muted">{name}</legend>
          {values.map((value) => (
            <button key={value} type="button" aria-pressed={body?.[name] === value} onClick={() => onSet(name, value)} className={chipStyle(body?.[name] === value)}>
              <span className="font-mono text-label">{value}</span>
            </button>
          ))}
          {values.length === 0 && <span className="text-faint">{t('anyValue')}</span>}
        </fieldset>
      ))}
    </div>
  )
}
