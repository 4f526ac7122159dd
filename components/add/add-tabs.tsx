'use client'

import { useTranslations } from 'next-intl'
import { usePathname } from 'next/navigation'
import { Tab, Tabs } from '../ui/tabs.tsx'

const ways = ['range', 'file', 'scan'] as const

/** The ways in which many nodes are added. */
export function AddTabs() {
  const t = useTranslations('add')
  const pathname = usePathname()
  return (
    <Tabs label={t('ways')}>
      {ways.map((way) => (
        <Tab key={way} href={`/add/${way}`} current={pathname.startsWith(`/add/${way}`)}>
          {t(`way.${way}`)}
        </Tab>
      ))}
    </Tabs>
  )
}
