'use client'

import { useTranslations } from 'next-intl'
import { useRef, useState } from 'react'
import { startOperation } from '#lib/api/commands.ts'
import type { OperationCreate } from '#lib/api/contract.ts'
import { foldNames } from '#lib/domain/fold-names.ts'
import { isDisruptive, toForced } from '#lib/domain/reset-rules.ts'
import type { PowerAction } from '#lib/domain/power.ts'
import { isConfirmed } from '#lib/domain/confirmation.ts'
import { Button } from '../ui/button.tsx'
import { useNow } from '../ui/clock.tsx'
import { Dialog, DialogPart } from '../ui/dialog.tsx'
import { FateGroups } from './blast-radius.tsx'
import { Confirm } from './confirm.tsx'
import { Draw } from './draw.tsx'
import { ForceChoice, toForceAfter, usualForce } from './force-choice.tsx'
import { HowPart } from './how-part.tsx'
import { rememberedHow, rememberHow, suggestHow, toLimits } from './how.ts'
import { InUse } from './in-use.tsx'
import { composedOf, type Target } from './plan.ts'
import { Present } from './present.tsx'
import { Refusal } from './refusal.tsx'
import { SameAs } from './same-as.tsx'
import { SinceOpened } from './since-opened.tsx'
import { useAsk } from './use-ask.ts'
import { useFrozen } from './use-frozen.ts'

type PowerDialogProps = {
  action: PowerAction
  targets: readonly Target[]
  /** One per opening: however often the button is pressed, it is one operation. */
  idempotencyKey: string
  onClose: () => void
}

/** What passes meanwhile is looked at so often. */
const tickMs = 2_000

/** What will happen to which nodes, what is left alone and why, how it goes, the same as a command, and the button that names it. */
export function PowerDialog({ action, targets, idempotencyKey, onClose }: PowerDialogProps) {
  const t = useTranslations('power')
  const nowMs = Math.floor(useNow() / tickMs) * tickMs
  const cancel = useRef<HTMLButtonElement>(null)
  const frozen = useFrozen(targets, action, nowMs)
  const { taking } = frozen.plan
  const [isOne] = useState(targets.length === 1)
  const one = isOne ? (targets[0] ?? null) : null
  const count = taking.length
  const names = taking.map(({ name }) => name)
  const what = one?.name ?? t('nodes', { count })
  const composed = one === null ? null : composedOf(one, action, nowMs)

  const [typed, setTyped] = useState('')
  const [force, setForce] = useState(usualForce)
  const forceAfterSeconds = toForceAfter(force)
  const options = forceAfterSeconds == null ? {} : { forceAfterSeconds }
  const [suggested] = useState(() => suggestHow(count, taking.some(({ rack }) => rack !== null)))
  const [how, setHow] = useState(() => (isOne ? suggested : (rememberedHow(count) ?? suggested)))
  const { limits } = toLimits(how)

  const { ask, isFixed } = useAsk(
    (request: OperationCreate) => startOperation(request, idempotencyKey),
    () => {
      if (!isOne) rememberHow(count, how, suggested)
      onClose()
    },
  )
  const request: OperationCreate = { kind: 'power', action, ...options, nodes: names, ...(limits === null || Object.keys(limits).length === 0 ? {} : { limits }) }
  const ready = count > 0 && isConfirmed(count, typed) && forceAfterSeconds !== null && limits !== null

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t(`title.${action}`, { what })}
      description={composed === null ? t(`effect.${action}`) : t(`effectComposed.${composed}`)}
      initialFocus={isDisruptive(action) ? cancel : undefined}
      footer={
        <Confirm count={count} typed={typed} onType={setTyped} onConfirm={() => ready && !ask.isPending && ask.mutate(request)}>
          <Button ref={cancel} onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" kind={isDisruptive(action) ? 'danger' : 'strong'} disabled={!ready} busy={ask.isPending}>
            {t(`title.${action}`, { what })}
          </Button>
        </Confirm>
      }
    >
      <SinceOpened frozen={frozen} onLook={() => setTyped('')} />
      <DialogPart className="flex flex-col gap-3">
        {one === null ? (
          <p className="max-h-24 overflow-y-auto font-mono break-words">{foldNames(names)}</p>
        ) : (
          <Present target={one} fate={frozen.plan.groups[0]?.fate} />
        )}
        <ul className="flex flex-col gap-2 empty:hidden">
          {one === null && <FateGroups plan={frozen.plan} action={action} />}
          <InUse targets={taking} />
        </ul>
        {count === 0 && one === null && <p className="text-warning">{t('nothing')}</p>}
        <Draw targets={taking} action={action} nowMs={nowMs} />
      </DialogPart>
      {toForced(action) !== null && (
        <DialogPart>
          <ForceChoice action={action} force={force} frozen={isFixed} onChange={setForce} />
        </DialogPart>
      )}
      {!isOne && count > 0 && (
        <DialogPart>
          <HowPart nodes={taking} action={action} how={how} suggested={suggested} frozen={isFixed} onChange={setHow} />
        </DialogPart>
      )}
      <DialogPart>
        <SameAs target={one} names={names} action={action} options={options} limits={limits ?? {}} />
      </DialogPart>
      {ask.isError && <Refusal error={ask.error} />}
    </Dialog>
  )
}
