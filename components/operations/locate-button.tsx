'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Lightbulb, LightbulbOff } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { startOperation } from '#lib/api/commands.ts'
import { toErrorWords } from '#lib/api/error-key.ts'
import { keys, operationsQuery } from '#lib/api/queries.ts'
import type { NodeDetail, OperationList } from '#lib/api/contract.ts'
import { may } from '#lib/domain/permission.ts'
import type { Role } from '#lib/domain/role.ts'
import { Button } from '../ui/button.tsx'
import { toast } from '../ui/toast.tsx'
import { watchOperation } from './watched.ts'

/** Is the light on, as far as we know: what we last asked for, unless it failed. Operations come newest first, each with its step on the node. */
export function isLit(operations: readonly Pick<OperationList['operations'][number], 'action' | 'state' | 'step'>[]): boolean {
  const last = operations.find(({ state, step }) => state === 'running' || step?.state === 'verified')
  return last?.action === 'IndicatorOn'
}

/** Switches the locate light, and shows what it was last switched to. */
export function LocateButton({ node, role }: { node: Pick<NodeDetail, 'name' | 'capabilities'>; role: Role }) {
  const t = useTranslations('node')
  const roles = useTranslations('roles')
  const errors = useTranslations('errors')
  const client = useQueryClient()
  const { data } = useQuery(operationsQuery({ node: node.name, kind: 'indicator' }))
  const lit = isLit(data?.operations ?? [])
  const press = useMutation({
    mutationFn: () => startOperation({ kind: 'indicator', action: lit ? 'IndicatorOff' : 'IndicatorOn', nodes: [node.name] }),
    onSuccess: ({ id }) => {
      watchOperation(id)
      void client.invalidateQueries({ queryKey: keys.operations })
    },
    onError: (error) => {
      const words = toErrorWords(error)
      toast({ title: errors(words.key, words.values), level: 'warning' })
    },
  })
  const reason = () => {
    if (!may({ role }, 'indicator')) return t('locateMayNot', { role: roles(role) })
    const indicator = node.capabilities?.indicator
    if (indicator?.can !== false) return undefined
    return indicator.reason === undefined ? t('locateCannotBare') : t('locateCannot', { reason: indicator.reason })
  }
  const Icon = lit ? LightbulbOff : Lightbulb
  return (
    <Button reason={reason()} busy={press.isPending} aria-pressed={lit} title={lit ? t('locateOffTitle') : t('locateTitle')} onClick={() => press.mutate()}>
      <Icon size={15} aria-hidden className={lit ? 'text-info' : undefined} />
      <span className="max-sm:sr-only">{lit ? t('locateOff') : t('locate')}</span>
    </Button>
  )
}
