'use client'

import { Wrench } from 'lucide-react'
import { useTranslations } from 'next-intl'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import type { NodeDetail } from '#lib/api/contract.ts'
import { may } from '#lib/domain/permission.ts'
import type { Role } from '#lib/domain/role.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { LocalTime } from '../ui/local-time.tsx'
import { Banner } from '../ui/states.tsx'

const MaintenanceDialog = dynamic(() => import('./maintenance-dialog.tsx').then((module) => module.MaintenanceDialog), { ssr: false })

type NodeMaintenanceProps = { node: NodeDetail; role: Role }

/** In the head of a node's page: lets somebody note that they work at it. */
export function MaintenanceButton({ node, role }: NodeMaintenanceProps) {
  const t = useTranslations('maintenance')
  const [isAsking, setAsking] = useState(false)
  if (!may({ role }, 'silence', node)) return null
  return (
    <>
      <IconButton label={t('button')} onClick={() => setAsking(true)} className="max-sm:hidden">
        <Wrench size={15} aria-hidden />
      </IconButton>
      {isAsking && <MaintenanceDialog nodes={[node]} onClose={() => setAsking(false)} />}
    </>
  )
}

/** One line under the head while somebody works at the node. */
export function MaintenanceBanner({ node, role }: NodeMaintenanceProps) {
  const t = useTranslations('maintenance')
  const [isAsking, setAsking] = useState(false)
  const { maintenance } = node
  if (maintenance === undefined) return null
  return (
    <>
      <Banner
        tone="info"
        className="shrink-0"
        title={
          <span className="flex items-center gap-2">
            <Wrench size={14} aria-hidden />
            {t('banner', { reason: maintenance.reason })}
          </span>
        }
        action={may({ role }, 'silence', node) ? <Button onClick={() => setAsking(true)}>{t('change')}</Button> : undefined}
      >
        {t('by', { name: maintenance.by })} <LocalTime at={maintenance.at} /> · {t('quiet')}
      </Banner>
      {isAsking && <MaintenanceDialog nodes={[node]} onClose={() => setAsking(false)} />}
    </>
  )
}
