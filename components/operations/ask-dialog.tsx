'use client'

import { useTranslations } from 'next-intl'
import { useRef, useState, type ReactNode } from 'react'
import { startOperation } from '#lib/api/commands.ts'
import type { OperationCreate } from '#lib/api/contract.ts'
import { foldNames } from '#lib/domain/fold-names.ts'
import { isConfirmed } from '#lib/domain/confirmation.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogPart } from '../ui/dialog.tsx'
import { Confirm } from './confirm.tsx'
import type { Target } from './plan.ts'
import { Refusal } from './refusal.tsx'
import { useAsk } from './use-ask.ts'

export type AskDialogProps = { targets: readonly Target[]; idempotencyKey: string; onClose: () => void }

type Props = AskDialogProps & {
  title: string
  description: string
  /** What is asked of the nodes; null while what was chosen does not fit together. */
  toRequest: () => Omit<OperationCreate, 'nodes'> | null
  isHarsh: boolean
  children?: (isFixed: boolean) => ReactNode
}

/** A dialog that asks one thing of all targets that are not protected, and says which are. Above ten nodes their number is typed. */
export function AskDialog({ targets, idempotencyKey, title, description, toRequest, isHarsh, children, onClose }: Props) {
  const t = useTranslations('more')
  const [typed, setTyped] = useState('')
  const cancel = useRef<HTMLButtonElement>(null)
  // Chosen when it was opened: what is selected meanwhile is not asked.
  const [names] = useState(() => targets.filter((target) => !target.protected).map(({ name }) => name))
  const [shielded] = useState(() => targets.filter((target) => target.protected).map(({ name }) => name))
  const { ask, isFixed } = useAsk((request: OperationCreate) => startOperation(request, idempotencyKey), onClose)
  const request = toRequest()
  const ready = request !== null && names.length > 0 && isConfirmed(names.length, typed)
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={title}
      description={description}
      initialFocus={isHarsh ? cancel : undefined}
      footer={
        <Confirm count={names.length} typed={typed} onType={setTyped} onConfirm={() => ready && !ask.isPending && ask.mutate({ ...request, nodes: names })}>
          <Button ref={cancel} onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" kind={isHarsh ? 'danger' : 'strong'} disabled={!ready} busy={ask.isPending}>
            {title}
          </Button>
        </Confirm>
      }
    >
      <DialogPart>
        <p className="font-mono break-words">{foldNames(names)}</p>
        {names.length === 0 && <p className="text-warning">{t('nothing')}</p>}
        {shielded.length > 0 && (
          <p className="mt-2 text-muted">
            {t('shielded', { count: shielded.length })} <span className="font-mono break-words">{foldNames(shielded)}</span>
          </p>
        )}
      </DialogPart>
      {children?.(isFixed)}
      {ask.isError && <Refusal error={ask.error} />}
    </Dialog>
  )
}
