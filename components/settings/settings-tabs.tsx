'use client'

import { useTranslations } from 'next-intl'
import { usePathname } from 'next/navigation'
import { may } from '#lib/domain/permission.ts'
import type { Role } from '#lib/domain/role.ts'
import { Tab, Tabs } from '#components/ui/tabs.tsx'

const sections = ['users', 'networks', 'appearance', 'about'] as const

/** The sections that this role may open; the others are not there. */
const sectionsOf = (role: Role) =>
  sections.filter((name) => (name === 'users' ? may({ role }, 'manageUsers') : name !== 'networks' || may({ role }, 'manageSettings')))

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
