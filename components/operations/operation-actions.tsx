'use client'

import { RotateCcw } from 'lucide-react'
import { useTranslations } from 'next-intl'
import dynamic from 'next/dynamic'
import { useSearchParams } from 'next/navigation'
import { useState } from 'react'
import type { OperationDetail } from '#lib/domain/operation-detail.ts'
import { actionOf, may } from '#lib/domain/permission.ts'
import type { Role } from '#lib/domain/role.ts'
import { Button } from '../ui/button.tsx'
import { countStates, failedStates, type RetryState } from './retry.ts'
import { TurnButtons } from './turn-buttons.tsx'

const AbortDialog = dynamic(() => import('./abort-dialog.tsx').then((module) => module.AbortDialog), { ssr: false })
const RetryDialog = dynamic(() => import('./retry-dialog.tsx').then((module) => module.RetryDialog), { ssr: false })

/** What can be done with it: hold and abort while it runs; ask again when it has ended. `?abort` asks whether to abort it at once. */
export function OperationActions({ operation, role }: { operation: OperationDetail; role: Role }) {
  const t = useTranslations('operations')
  const search = useSearchParams()
  const [asked, setAsked] = useState<{ states: readonly RetryState[]; key: string } | null>(null)
  const { state, kind, counts } = operation
  const mayAsk = state !== 'running' && may({ role }, actionOf[kind])
  const failed = countStates(counts, failedStates)
  const mayTurn = state === 'running' && operation.stopped === null && may({ role }, actionOf[kind])
  const forgetAbort = () => {
    const rest = new URLSearchParams(search)
    rest.delete('abort')
    window.history.replaceState(null, '', rest.size === 0 ? window.location.pathname : `?${rest.toString()}`)
  }
  const begin = (states: readonly RetryState[]) => setAsked({ states, key: crypto.randomUUID() })
  return (
    <>
      <TurnButtons operation={operation} role={role} />
      {mayTurn && search.has('abort') && <AbortDialog operation={operation} onClose={forgetAbort} />}
      {mayAsk && counts.aborted > 0 && <Button onClick={() => begin(['aborted'])}>{t('retry.rest', { count: counts.aborted })}</Button>}
      {mayAsk && failed + counts.unknown > 0 && (
        <Button onClick={() => begin(failedStates)}>
          <RotateCcw size={14} aria-hidden />
          {failed > 0 ? t('retry.failed', { count: failed }) : t('retry.undecided', { count: counts.unknown })}
        </Button>
      )}
      {asked !== null && <RetryDialog key={asked.key} operation={operation} states={asked.states} idempotencyKey={asked.key} onClose={() => setAsked(null)} />}
    </>
  )
}
