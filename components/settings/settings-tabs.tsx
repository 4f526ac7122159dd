'use client'

import { useTranslations } from 'next-intl'
import { usePathname } from 'next/navigation'
import { may, type Action } from '#lib/domain/permission.ts'
import type { Role } from '#lib/domain/role.ts'
import { Tab, Tabs } from '#components/ui/tabs.tsx'

const sections = ['users', 'tokens', 'networks', 'images', 'alerts', 'appearance', 'about'] as const

const needs: Partial<Record<(typeof sections)[number], Action>> = { users: 'manageUsers', networks: 'manageSettings', images: 'manageSettings', alerts: 'manageAlerts' }

/** The sections that this role may open; the others are not there. */
const sectionsOf = (role: Role) =>
  sections.filter((name) => {
    const action = needs[name]
    return action === undefined || may({ role }, action)
  })

export function SettingsTabs({ role }: { role: Role }) {
  const t = useTranslations('settings')
  const pathname = usePathname()
  return (
    <Tabs label={t('sections')}>
      {sectionsOf(role).map((name) => (
        <Tab key={name} href={`/settings/${name}`} current={pathname === `/settings/${name}`}>
          {t(name)}
        </Tab>
      ))}
    </Tabs>
  )
}
