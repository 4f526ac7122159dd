'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useRouter } from 'next/navigation'
import { useMemo, useRef, useState } from 'react'
import { retryOperation } from '#lib/api/commands.ts'
import { keys, operationNodesQuery } from '#lib/api/queries.ts'
import type { OperationDetail } from '#lib/domain/operation-detail.ts'
import { isConfirmed } from '#lib/domain/confirmation.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogPart } from '../ui/dialog.tsx'
import { Skeleton } from '../ui/states.tsx'
import { FateGroups } from './blast-radius.tsx'
import { Confirm } from './confirm.tsx'
import { HowPart } from './how-part.tsx'
import { fromLimits, toLimits } from './how.ts'
import { InUse } from './in-use.tsx'
import { toPlan } from './plan.ts'
import { Refusal } from './refusal.tsx'
import { retryStates, toLeft, type RetryState } from './retry.ts'
import { RetryChoice } from './retry-choice.tsx'
import { useAsk } from './use-ask.ts'
import { useNodesIn } from './use-nodes-in.ts'
import { useTick } from './use-tick.ts'

type RetryDialogProps = {
  operation: OperationDetail
  /** What is asked again to begin with. */
  states: readonly RetryState[]
  idempotencyKey: string
  onClose: () => void
}

type Asked = Parameters<typeof retryOperation>[1]

/** Asks again for steps that ended badly, or that an abort left over: which, how many, and how it goes; as an operation of its own. */
export function RetryDialog({ operation, states: first, idempotencyKey, onClose }: RetryDialogProps) {
  const t = useTranslations('operations')
  const client = useQueryClient()
  const router = useRouter()
  const cancel = useRef<HTMLButtonElement>(null)
  const nowMs = useTick()
  const { id, action, options } = operation
  const { start } = options
  const deed = useMemo(() => ({ action, start, again: true }), [action, start])
  const [chosen, setChosen] = useState<readonly RetryState[]>(first)
  const [typed, setTyped] = useState('')
  const [suggested] = useState(() => fromLimits(operation.limits))
  const [how, setHow] = useState(suggested)
  const { limits } = toLimits(how)
  const { data, error } = useQuery(operationNodesQuery(id))
  const groups = retryStates.flatMap((state) => data?.states.filter((one) => one.state === state) ?? [])
  const ranges = groups.filter(({ state }) => chosen.some((one) => one === state)).map(({ range }) => range)
  const range = ranges.join(',')
  const targets = useNodesIn(range)
  const plan = useMemo(() => toPlan(targets, deed, nowMs), [targets, deed, nowMs])
  const count = toLeft(groups, chosen)

  const { ask, isFixed } = useAsk(
    (request: Asked) => retryOperation(id, request, idempotencyKey),
    (madeId) => {
      void client.invalidateQueries({ queryKey: keys.operation(id) })
      onClose()
      router.push(`/operations/${madeId}`)
    },
  )
  const request: Asked = { states: [...chosen], ...(limits === null ? {} : { limits }) }
  const ready = count > 0 && limits !== null && isConfirmed(count, typed)
  const title = t('retry.title', { name: t(`name.${action}`), count })
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={title}
      description={t('retry.text')}
      initialFocus={cancel}
      footer={
        <Confirm count={count} typed={typed} onType={setTyped} onConfirm={() => ready && !ask.isPending && ask.mutate(request)}>
          <Button ref={cancel} onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" kind="danger" disabled={!ready} busy={ask.isPending}>
            {title}
          </Button>
        </Confirm>
      }
    >
      <DialogPart className="flex flex-col gap-3">
        {data === undefined && (error === null ? <Skeleton className="w-56" /> : <p className="text-critical">{t('readFailed')}</p>)}
        <RetryChoice groups={groups} chosen={chosen} frozen={isFixed} onChoose={setChosen} />
        <ul className="flex flex-col gap-2 empty:hidden">
          <FateGroups plan={plan} deed={deed} />
          <InUse targets={targets} />
        </ul>
      </DialogPart>
      {count > 1 && (
        <DialogPart>
          <HowPart nodes={targets} action={action} how={how} suggested={suggested} frozen={isFixed} onChange={setHow} />
        </DialogPart>
      )}
      {ask.isError && <Refusal error={ask.error} />}
    </Dialog>
  )
}
