'use client'

import { useQuery } from '@tanstack/react-query'
import { Lightbulb, LightbulbOff } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { operationsQuery } from '#lib/api/queries.ts'
import type { NodeDetail, OperationList } from '#lib/api/contract.ts'
import { may } from '#lib/domain/permission.ts'
import type { Role } from '#lib/domain/role.ts'
import { Button } from '../ui/button.tsx'
import { useReasonWords } from './reason-words.ts'
import { useStart } from './use-start.ts'

/** Is the light on, as far as we know: what we last asked for, unless it failed. Operations come newest first, each with its step on the node. */
export function isLit(operations: readonly Pick<OperationList['operations'][number], 'action' | 'state' | 'step'>[]): boolean {
  const last = operations.find(({ state, step }) => state === 'running' || step?.state === 'verified')
  return last?.action === 'IndicatorOn'
}

/** Switches the locate light, and shows what it was last switched to. */
export function LocateButton({ node, role }: { node: Pick<NodeDetail, 'name' | 'capabilities'>; role: Role }) {
  const t = useTranslations('node')
  const roles = useTranslations('roles')
  const told = useReasonWords()
  const { data } = useQuery(operationsQuery({ node: node.name, kind: 'indicator' }))
  const lit = isLit(data?.operations ?? [])
  const start = useStart()
  const reason = () => {
    if (!may({ role }, 'indicator')) return t('locateMayNot', { role: roles(role) })
    const indicator = node.capabilities?.indicator
    if (indicator?.can !== false) return undefined
    const why = told(indicator)
    return why === undefined ? t('locateCannotBare') : t('locateCannot', { reason: why })
  }
  const Icon = lit ? LightbulbOff : Lightbulb
  return (
    <Button reason={reason()} busy={start.isPending} aria-pressed={lit} title={lit ? t('locateOffTitle') : t('locateTitle')} onClick={() => start.mutate({ kind: 'indicator', action: lit ? 'IndicatorOff' : 'IndicatorOn', nodes: [node.name] })}>
      <Icon size={15} aria-hidden className={lit ? 'text-info' : undefined} />
      <span className="max-sm:sr-only">{lit ? t('locateOff') : t('locate')}</span>
    </Button>
  )
}
