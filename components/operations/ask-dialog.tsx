'use client'

import { useTranslations } from 'next-intl'
import { useRef, useState, type ReactNode } from 'react'
import { startOperation } from '#lib/api/commands.ts'
import type { OperationCreate } from '#lib/api/contract.ts'
import { isConfirmed } from '#lib/domain/confirmation.ts'
import { foldNames } from '#lib/domain/fold-names.ts'
import { kindOf } from '#lib/domain/operation-actions.ts'
import type { OperationAction } from '#lib/domain/operation.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogPart } from '../ui/dialog.tsx'
import type { AskedOptions } from './commands.ts'
import { Confirm } from './confirm.tsx'
import { HowPart } from './how-part.tsx'
import { rememberedHow, rememberHow, suggestHow, toLimits } from './how.ts'
import type { Target } from './plan.ts'
import { Radius } from './radius.tsx'
import { Refusal } from './refusal.tsx'
import { SameAs } from './same-as.tsx'
import { useAsk } from './use-ask.ts'
import { useFrozen } from './use-frozen.ts'
import { useSchedule } from './use-schedule.tsx'
import { useTick } from './use-tick.ts'
import { isOfWhen, toScheduleName, WhenPart } from './when-part.tsx'
import { toWhen, type WhenForm } from './when-form.ts'

export type AskDialogProps = {
  targets: readonly Target[]
  /** One per opening: however often the button is pressed, it is one operation. */
  idempotencyKey: string
  onClose: () => void
}

type Props = AskDialogProps & {
  action: OperationAction
  /** What belongs to it; null while what was chosen does not fit together. */
  options: AskedOptions | null
  title: (what: string) => string
  /** What it does; `one` where it is asked of one node. */
  description: (one: Target | null) => string
  isHarsh: boolean
  /** What there is to choose; fixed once it was asked, because a second try must ask for the same. */
  children?: (isFixed: boolean) => ReactNode
}

/**
 * Every operation is asked for here: what will happen to which nodes, what is left alone and why, what there is to choose, how it goes
 * through them, now or at another time, the same as a command, and the button that names it. For many their number is typed.
 */
export function AskDialog({ targets, idempotencyKey, action, options, title, description, isHarsh, children, onClose }: Props) {
  const t = useTranslations('power')
  const whenWords = useTranslations('when')
  const verbs = useTranslations('operations.name')
  const nowMs = useTick()
  const cancel = useRef<HTMLButtonElement>(null)
  const kind = kindOf(action)

  const [when, setWhen] = useState<WhenForm | null>(null)
  const [named, setNamed] = useState<string | null>(null)
  const deed = { action, start: options?.start, later: when !== null }
  const frozen = useFrozen(targets, deed, nowMs)
  const { taking } = frozen.plan
  const [isOne] = useState(targets.length === 1)
  const one = isOne ? (targets[0] ?? null) : null
  const count = taking.length
  const names = taking.map(({ name }) => name)
  const what = title(one?.name ?? t('nodes', { count }))

  const [typed, setTyped] = useState('')
  const [suggested] = useState(() => suggestHow(kind, count, taking.some(({ rack }) => rack !== null)))
  const [how, setHow] = useState(() => (isOne || kind !== 'power' ? suggested : (rememberedHow(count) ?? suggested)))
  const { limits } = toLimits(how)
  const limited = limits === null || Object.keys(limits).length === 0 ? {} : { limits }

  const { ask, isFixed } = useAsk(
    (request: OperationCreate) => startOperation(request, idempotencyKey),
    () => {
      if (!isOne && kind === 'power') rememberHow(count, how, suggested)
      onClose()
    },
  )
  const keep = useSchedule(onClose)
  const isBusy = ask.isPending || keep.isPending
  const at = when === null ? null : toWhen(when)
  const name = named ?? (when === null ? '' : toScheduleName(`${verbs(action)} ${foldNames(names)}`))
  const ready = count > 0 && options !== null && limits !== null && isConfirmed(count, typed) && (when === null || (at !== null && name.trim() !== ''))
  const confirm = () => {
    if (!ready || isBusy) return
    const request = { kind, action, ...options, nodes: names, ...limited }
    if (when === null) ask.mutate(request)
    else keep.mutate({ name: name.trim(), when: at!, request })
  }
  const failure = when === null ? ask.error : isOfWhen(keep.error) ? null : keep.error

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={what}
      description={description(one)}
      initialFocus={isHarsh ? cancel : undefined}
      footer={
        <Confirm count={count} typed={typed} onType={setTyped} onConfirm={confirm}>
          <Button ref={cancel} onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" kind={isHarsh ? 'danger' : 'strong'} disabled={!ready} busy={isBusy}>
            {when === null ? what : whenWords('save')}
          </Button>
        </Confirm>
      }
    >
      <Radius frozen={frozen} deed={deed} one={one} nowMs={nowMs} onLook={() => setTyped('')} />
      {children?.(isFixed)}
      {!isOne && count > 0 && (
        <DialogPart>
          <HowPart nodes={taking} action={action} how={how} suggested={suggested} frozen={isFixed} onChange={setHow} />
        </DialogPart>
      )}
      <WhenPart when={when} name={name} failure={keep.error} frozen={isFixed} onWhen={setWhen} onName={setNamed} />
      {when === null && count > 0 && options !== null && (
        <DialogPart>
          <SameAs target={one} names={names} action={action} options={options} limits={limits ?? {}} />
        </DialogPart>
      )}
      {failure !== null && <Refusal error={failure} />}
    </Dialog>
  )
}
