'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { newestEventsQuery } from '#lib/api/queries.ts'
import { may } from '#lib/domain/permission.ts'
import type { Role } from '#lib/domain/role.ts'
import { Button } from '../ui/button.tsx'
import { MenuButton } from '../ui/menu-button.tsx'
import type { LogSource } from './use-events.ts'

const ClearDialog = dynamic(() => import('./clear-dialog.tsx').then((module) => module.ClearDialog), { ssr: false })

/** Empties a log of the BMC. Everyone sees that it can be done, administrators can. */
export function ClearLog({ node, role, onStarted }: { node: string; role: Role; onStarted: (operationId: string) => void }) {
  const t = useTranslations('events.clear')
  const roles = useTranslations('roles')
  const [source, setSource] = useState<string | null>(null)
  const { data } = useQuery(newestEventsQuery(node, {}))
  const logs = (data?.sources ?? []).filter((one): one is LogSource => typeof one !== 'string' && one.canClear)
  const only = logs.length === 1 ? logs[0] : undefined
  const reason = !may({ role }, 'clearLog') ? t('mayNot', { role: roles(role) }) : logs.length === 0 ? t('cannot') : undefined
  return (
    <>
      {logs.length > 1 && reason === undefined ? (
        <MenuButton label={t('open')} size="sm" align="end" entries={logs.map(({ name }) => ({ label: name, onSelect: () => setSource(name) }))} />
      ) : (
        <Button size="sm" reason={reason} onClick={() => setSource(only?.name ?? null)}>
          {t('open')}
        </Button>
      )}
      {source !== null && <ClearDialog node={node} source={source} onClose={() => setSource(null)} onStarted={onStarted} />}
    </>
  )
}
