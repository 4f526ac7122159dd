'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useRef, useState, type ReactNode } from 'react'
import { startOperation } from '#lib/api/commands.ts'
import type { OperationCreate } from '#lib/api/contract.ts'
import { keys } from '#lib/api/queries.ts'
import { foldNames } from '#lib/domain/fold-names.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogPart } from '../ui/dialog.tsx'
import { isConfirmed, typeNumberAbove, type Target } from './plan.ts'
import { Refusal } from './refusal.tsx'
import { watchOperation } from './watched.ts'

export type AskDialogProps = { targets: readonly Target[]; idempotencyKey: string; onClose: () => void }

type Props = AskDialogProps & {
  title: string
  description: string
  /** What is asked of the nodes; null while what was chosen does not fit together. */
  toRequest: () => Omit<OperationCreate, 'nodes'> | null
  isHarsh: boolean
  children?: (isFrozen: boolean) => ReactNode
}

/** A dialog that asks one thing of all targets that are not protected, and says which are. Above ten nodes their number is typed. */
export function AskDialog({ targets, idempotencyKey, title, description, toRequest, isHarsh, children, onClose }: Props) {
  const t = useTranslations('more')
  const client = useQueryClient()
  const [typed, setTyped] = useState('')
  const cancel = useRef<HTMLButtonElement>(null)
  // Chosen when it was opened, and asked for alike at a second try: the key stands for it.
  const [names] = useState(() => targets.filter((target) => !target.protected).map(({ name }) => name))
  const [shielded] = useState(() => targets.filter((target) => target.protected).map(({ name }) => name))
  const asked = useRef<OperationCreate | null>(null)
  const ask = useMutation({
    mutationFn: (request: OperationCreate) => startOperation((asked.current ??= request), idempotencyKey),
    onSuccess: ({ id }) => {
      watchOperation(id)
      void client.invalidateQueries({ queryKey: keys.operations })
      void client.invalidateQueries({ queryKey: ['audit'] })
      onClose()
    },
  })
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
        <form
          className="flex w-full flex-wrap items-center gap-2"
          onSubmit={(event) => {
            event.preventDefault()
            if (ready && !ask.isPending) ask.mutate({ ...request, nodes: names })
          }}
        >
          {names.length > typeNumberAbove && (
            <label className="mr-auto flex items-center gap-2">
              {t('typeNumber', { count: names.length })}
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
            <Button type="submit" kind={isHarsh ? 'danger' : 'strong'} disabled={!ready} busy={ask.isPending}>
              {title}
            </Button>
          </span>
        </form>
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
      {children?.(!ask.isIdle)}
      {ask.isError && <Refusal error={ask.error} />}
    </Dialog>
  )
}
