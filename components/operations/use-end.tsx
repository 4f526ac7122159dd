'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useEffect } from 'react'
import { keys } from '#lib/api/queries.ts'
import type { Operation, Step } from '#lib/domain/operation.ts'
import { isFinal, toProgress } from '#lib/domain/progress.ts'
import { ButtonLink } from '../ui/link.tsx'
import { notify } from '../ui/notify.ts'
import { toast } from '../ui/toast.tsx'
import { useStepWords } from './step-words.tsx'
import { unwatchOperation } from './watched.ts'

type Words = ReturnType<typeof useTranslations<'operations'>>

/** How it ended, in a sentence. */
function toTitle({ action, nodes, state, counts }: Operation, t: Words): string {
  const { total, bad, verified } = toProgress(counts)
  const values = { name: t(`name.${action}`), nodes: nodes.length > 60 ? `${nodes.slice(0, 60)}…` : nodes, count: total, bad, verified, left: counts.aborted }
  if (bad === 0) return t('toastDone', values)
  return state === 'aborted' ? t('toastAborted', values) : t('toastBad', values)
}

/**
 * When the last step has ended the drawer lets go of the operation; a toast, and for who looks elsewhere a notification, says how it went.
 * `isSeen`: the page shows it anyway.
 */
export function useEnd(operation: Operation | undefined, steps: readonly Step[] | undefined, isSeen: boolean): void {
  const t = useTranslations('operations')
  const client = useQueryClient()
  const { resultOf } = useStepWords(operation?.action ?? 'On')
  const hasEnded = operation !== undefined && operation.state !== 'running'
  useEffect(() => {
    if (!hasEnded || operation === undefined) return
    const { total, bad } = toProgress(operation.counts)
    const href = `/operations/${operation.id}`
    // What is shown of the steps may be from before the end.
    const worst = bad === 0 ? undefined : steps?.find(({ state }) => isFinal(state) && state !== 'verified' && state !== 'aborted')
    const text = worst && (worst.error?.message ?? `${worst.node}: ${resultOf(worst)}`)
    const title = toTitle(operation, t)
    const action =
      total > 1 ? (
        <ButtonLink href={href} size="sm">
          {t('toastShow')}
        </ButtonLink>
      ) : undefined
    if (!isSeen) toast({ title, text, level: bad === 0 ? 'ok' : 'warning', action })
    notify({ title, text, href, tag: operation.id })
    unwatchOperation(operation.id)
    void client.invalidateQueries({ queryKey: keys.operations })
    void client.invalidateQueries({ queryKey: ['audit'] })
    void client.invalidateQueries({ queryKey: ['node'] })
  }, [hasEnded, operation, steps, isSeen, resultOf, t, client])
}
