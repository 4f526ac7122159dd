'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useRef, useState } from 'react'
import { startOperation } from '#lib/api/commands.ts'
import type { OperationCreate } from '#lib/api/contract.ts'
import { toErrorWords } from '#lib/api/error-key.ts'
import { ApiError } from '#lib/api/fetcher.ts'
import { keys } from '#lib/api/queries.ts'
import { asOf } from '#lib/domain/as-of.ts'
import { isDisruptive, toForced } from '#lib/domain/reset-rules.ts'
import type { PowerAction } from '#lib/domain/power.ts'
import type { ActionOptions } from '#lib/domain/operation.ts'
import { foldNames } from '#lib/domain/fold-names.ts'
import { ageWords } from '../ui/age.tsx'
import { Button } from '../ui/button.tsx'
import { useNow } from '../ui/clock.tsx'
import { CopyBox } from '../ui/copy.tsx'
import { Dialog, DialogPart } from '../ui/dialog.tsx'
import { HealthMark, PowerMark } from '../ui/marks.tsx'
import { useWords } from '../ui/words.tsx'
import { toApiCommand, toBmcCommands } from './commands.ts'
import { composedOf, isConfirmed, resetOf, toPlan, typeNumberAbove, type Plan, type Target } from './plan.ts'
import { ForceChoice, toForceAfter, usualForce } from './force-choice.tsx'
import { watchOperation } from './watched.ts'

type PowerDialogProps = {
  action: PowerAction
  targets: readonly Target[]
  /** One per opening: however often the button is pressed, it is one operation. */
  idempotencyKey: string
  onClose: () => void
}

/** What will happen to which nodes, what is left alone and why, the same as a command, and the button that names it. */
export function PowerDialog({ action, targets, idempotencyKey, onClose }: PowerDialogProps) {
  const t = useTranslations('power')
  const client = useQueryClient()
  const nowMs = useNow()
  const [typed, setTyped] = useState('')
  const cancel = useRef<HTMLButtonElement>(null)
  const plan = toPlan(targets, action, nowMs)
  const [only] = targets
  const one = targets.length === 1 && only !== undefined ? only : null
  const count = plan.names.length
  const what = one?.name ?? t('nodes', { count })
  const composed = one === null ? null : composedOf(one, action, nowMs)
  const [force, setForce] = useState(usualForce)
  const forceAfterSeconds = toForceAfter(force)
  const options: ActionOptions = forceAfterSeconds == null ? {} : { forceAfterSeconds }
  // A second try must ask for the same as the first, or the key would be refused.
  const asked = useRef<OperationCreate | null>(null)
  const ask = useMutation({
    mutationFn: () => {
      asked.current ??= { kind: 'power', action, ...options, nodes: plan.names }
      return startOperation(asked.current, idempotencyKey)
    },
    onSuccess: ({ id }) => {
      watchOperation(id)
      void client.invalidateQueries({ queryKey: keys.operations })
      void client.invalidateQueries({ queryKey: ['audit'] })
      onClose()
    },
  })
  const ready = count > 0 && isConfirmed(count, typed) && forceAfterSeconds !== null

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t(`title.${action}`, { what })}
      description={composed === null ? t(`effect.${action}`) : t(`effectComposed.${composed}`)}
      initialFocus={isDisruptive(action) ? cancel : undefined}
      footer={
        <form
          className="flex w-full flex-wrap items-center gap-2"
          onSubmit={(event) => {
            event.preventDefault()
            if (ready && !ask.isPending) ask.mutate()
          }}
        >
          {count > typeNumberAbove && (
            <label className="mr-auto flex items-center gap-2">
              {t('typeNumber', { count })}
              <input
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
                inputMode="numeric"
                autoComplete="off"
                className="h-8 w-18 rounded-md border border-line-control bg-background px-2.5 max-sm:min-h-11"
              />
            </label>
          )}
          <span className="ml-auto flex gap-2">
            <Button ref={cancel} onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" kind={isDisruptive(action) ? 'danger' : 'strong'} disabled={!ready} busy={ask.isPending}>
              {t(`title.${action}`, { what })}
            </Button>
          </span>
        </form>
      }
    >
      <DialogPart>{one === null ? <Groups plan={plan} action={action} /> : <Present target={one} plan={plan} />}</DialogPart>
      {toForced(action) !== null && (
        <DialogPart>
          <ForceChoice action={action} force={force} frozen={!ask.isIdle} onChange={setForce} />
        </DialogPart>
      )}
      <DialogPart>
        <SameAs target={one} names={plan.names} action={action} options={options} />
      </DialogPart>
      {ask.isError && <Refusal error={ask.error} />}
    </Dialog>
  )
}

/** One node: what it is now, how old that is, and what speaks against it. */
function Present({ target, plan }: { target: Target; plan: Plan }) {
  const t = useTranslations('power')
  const state = useTranslations('powerState')
  const words = useWords()
  const nowMs = useNow()
  const { power } = asOf(target, nowMs)
  const fate = plan.groups[0]?.fate
  const { at } = target.power
  return (
    <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
      <PowerMark state={power} />
      <span className="font-mono font-medium">{target.name}</span>
      <span className="text-muted">
        {at === null ? t('presentNever') : t('present', { state: state(power === 'unknown' ? target.power.state : power), age: ageWords(nowMs - Date.parse(at), words) })}
      </span>
      {fate !== undefined && fate !== 'act' && <span className="w-full text-warning">{t(`fate.${fate}`)}</span>}
    </p>
  )
}

/** Many nodes: how many are in which state, and what that means for them. */
function Groups({ plan, action }: { plan: Plan; action: PowerAction }) {
  const t = useTranslations('power')
  return (
    <>
      <p className="font-mono break-words">{foldNames(plan.names)}</p>
      <ul className="mt-3 flex flex-col gap-2">
        {plan.groups.map(({ fate, power, targets }) => {
          const count = targets.length
          const kind = fate === 'silent' || fate === 'protected' ? fate : power
          const names = foldNames(targets.map(({ name }) => name))
          return (
            <li key={`${fate} ${power}`} className="grid grid-cols-[0.75rem_minmax(7rem,auto)_1fr] items-baseline gap-2.5 sm:grid-cols-[0.75rem_8rem_1fr]">
              {fate === 'silent' ? <HealthMark level="critical" className="self-center" /> : <PowerMark state={power} className="self-center justify-self-center" />}
              <span>{t(`groupCount.${kind}`, { count })}</span>
              <span className="flex min-w-0 flex-wrap items-baseline gap-x-2 text-muted">
                {fate === 'act' ? t(`fate.act.${action}`) : t(`fate.${fate}`)}
                {fate !== 'act' && (
                  <span className="max-w-full truncate font-mono text-label text-faint" title={names}>
                    {names}
                  </span>
                )}
              </span>
            </li>
          )
        })}
      </ul>
      {plan.names.length === 0 && <p className="mt-3 text-warning">{t('nothing')}</p>}
    </>
  )
}

/** The same as a command, without a password in it. */
function SameAs({ target, names, action, options }: { target: (Target & { username?: string | null }) | null; names: readonly string[]; action: PowerAction; options: ActionOptions }) {
  const t = useTranslations('power')
  const nowMs = useNow()
  const reset = target === null ? null : resetOf(target, action, nowMs)
  const commands = target === null || reset === null ? [] : toBmcCommands(target, reset, { composed: composedOf(target, action, nowMs) !== null, ...options })
  const api = toApiCommand(window.location.origin, names, action, options)
  return (
    <section className="flex flex-col gap-2">
      <h3 className="text-label text-muted">{t('sameAs')}</h3>
      {commands.map(({ tool, text }) => (
        <CopyBox key={tool} text={text} label={t('copy')} />
      ))}
      {commands.length > 0 && <p className="text-label text-faint">{t('commandNote')}</p>}
      {target === null && (
        <>
          <div className="max-h-28 overflow-y-auto rounded-md">
            <CopyBox text={api.text} label={t('copy')} />
          </div>
          <p className="text-label text-faint">{t('tokenNote')}</p>
        </>
      )}
    </section>
  )
}

/** Why it was not accepted. A lost answer may be asked again: the key makes it one operation. */
function Refusal({ error }: { error: Error }) {
  const t = useTranslations('power')
  const errors = useTranslations('errors')
  const lost = error instanceof ApiError && error.status === 0
  const words = toErrorWords(error)
  return (
    <p role="alert" className="border-t px-5 py-3 text-critical">
      {lost ? t('noAnswer') : t('refused', { message: errors(words.key, words.values) })}
    </p>
  )
}
