'use client'

import { useTranslations } from 'next-intl'
import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { NodeFacts, NodeTitle } from '#components/node/node-title.tsx'
import { TroubleBanner } from '#components/node/trouble-banner.tsx'
import { useNode } from '#components/node/use-node.ts'
import { LocateButton } from '#components/operations/locate-button.tsx'
import { PowerMenu } from '#components/operations/power-menu.tsx'
import { PageHeader } from '#components/shell/page-header.tsx'
import { useUser } from '#components/shell/user-context.tsx'
import { Tab, Tabs } from '#components/ui/tabs.tsx'
import type { NodeDetail } from '#lib/api/contract.ts'
import { may } from '#lib/domain/permission.ts'

/** Head, banner and tabs of a node; they follow the stream. */
export function NodeFrame({ node: first, children }: { node: NodeDetail; children: ReactNode }) {
  const t = useTranslations('node.tabs')
  const { role } = useUser()
  const node = useNode(first)
  const pathname = usePathname()
  const base = `/nodes/${encodeURIComponent(node.name)}`
  const hasRedfish = node.bmc.endpoints.some(({ protocol, state }) => protocol === 'redfish' && state !== 'absent')
  return (
    <>
      <PageHeader
        title={<NodeTitle node={node} />}
        sub={<NodeFacts node={node} />}
        actions={
          <>
            <LocateButton node={node} role={role} />
            <PowerMenu targets={[node]} role={role} compact />
          </>
        }
      />
      <TroubleBanner node={node} />
      <div className="shrink-0">
        <Tabs label={t('label')}>
          <Tab href={base} current={pathname === base}>
            {t('overview')}
          </Tab>
          <Tab href={`${base}/sensors`} current={pathname === `${base}/sensors`}>
            {t('sensors')}
          </Tab>
          <Tab href={`${base}/events`} current={pathname === `${base}/events`}>
            {t('events')}
          </Tab>
          <Tab href={`${base}/inventory`} current={pathname === `${base}/inventory`}>
            {t('inventory')}
          </Tab>
          <Tab href={`${base}/firmware`} current={pathname === `${base}/firmware`}>
            {t('firmware')}
          </Tab>
          {hasRedfish && (
            <Tab href={`${base}/bios`} current={pathname === `${base}/bios`}>
              {t('bios')}
            </Tab>
          )}
          <Tab href={`${base}/capabilities`} current={pathname === `${base}/capabilities`}>
            {t('capabilities')}
          </Tab>
          <Tab href={`${base}/console`} current={pathname === `${base}/console`}>
            {t('console')}
          </Tab>
          {hasRedfish && may({ role }, 'readRedfish', node) && (
            <Tab href={`${base}/redfish`} current={pathname === `${base}/redfish`}>
              {t('redfish')}
            </Tab>
          )}
          <Tab href={`${base}/settings`} current={pathname === `${base}/settings`}>
            {t('settings')}
          </Tab>
        </Tabs>
      </div>
      {children}
    </>
  )
}
