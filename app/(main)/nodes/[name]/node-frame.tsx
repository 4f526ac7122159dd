'use client'

import { useTranslations } from 'next-intl'
import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { MaintenanceBanner, MaintenanceButton } from '#components/alerts/node-maintenance.tsx'
import { NodeFacts, NodeTitle } from '#components/node/node-title.tsx'
import { TroubleBanner } from '#components/node/trouble-banner.tsx'
import { useNode } from '#components/node/use-node.ts'
import { LocateButton } from '#components/operations/locate-button.tsx'
import { MoreMenu } from '#components/operations/more-menu.tsx'
import { PowerMenu } from '#components/operations/power-menu.tsx'
import { PageHeader } from '#components/shell/page-header.tsx'
import { useUser } from '#components/shell/user-context.tsx'
import { Tab, Tabs } from '#components/ui/tabs.tsx'
import type { NodeDetail } from '#lib/api/contract.ts'
import { may } from '#lib/domain/permission.ts'

const allTabs = ['overview', 'sensors', 'fans', 'events', 'inventory', 'firmware', 'bios', 'capabilities', 'console', 'redfish', 'ipmi', 'settings'] as const

/** Head, banner and tabs of a node; they follow the stream. */
export function NodeFrame({ node: first, children }: { node: NodeDetail; children: ReactNode }) {
  const t = useTranslations('node.tabs')
  const { role } = useUser()
  const node = useNode(first)
  const pathname = usePathname()
  const base = `/nodes/${encodeURIComponent(node.name)}`
  const hasRedfish = node.bmc.endpoints.some(({ protocol, state }) => protocol === 'redfish' && state !== 'absent')
  const mayRead = hasRedfish && may({ role }, 'readRedfish', node)
  const maySend = node.bmc.endpoints.some(({ protocol, state }) => protocol === 'ipmi' && state !== 'absent') && may({ role }, 'sendIpmi', node)
  const tabs = allTabs.filter((tab) => (tab === 'bios' ? hasRedfish : tab === 'redfish' ? mayRead : tab === 'ipmi' ? maySend : true))
  return (
    <>
      <PageHeader
        title={<NodeTitle node={node} />}
        sub={<NodeFacts node={node} />}
        actions={
          <>
            <MaintenanceButton node={node} role={role} />
            <LocateButton node={node} role={role} />
            <PowerMenu targets={[node]} role={role} compact />
            <MoreMenu targets={[node]} role={role} />
          </>
        }
      />
      <MaintenanceBanner node={node} role={role} />
      <TroubleBanner node={node} />
      <div className="shrink-0">
        <Tabs label={t('label')}>
          {tabs.map((tab) => {
            const href = tab === 'overview' ? base : `${base}/${tab}`
            return (
              <Tab key={tab} href={href} current={pathname === href}>
                {t(tab)}
              </Tab>
            )
          })}
        </Tabs>
      </div>
      {children}
    </>
  )
}
