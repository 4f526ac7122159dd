import { Bell, ListChecks, ScrollText, Server, Settings, type LucideIcon } from 'lucide-react'

/** A page of the rail: its key in the `shell` messages, its address, the second key of `g …`, its icon. */
export type Page = { key: 'fleet' | 'operations' | 'events' | 'audit' | 'settings'; href: string; goKey: string; icon: LucideIcon; apart?: boolean }

export const pages: readonly Page[] = [
  { key: 'fleet', href: '/', goKey: 'f', icon: Server },
  { key: 'operations', href: '/operations', goKey: 'o', icon: ListChecks },
  { key: 'events', href: '/events', goKey: 'e', icon: Bell },
  { key: 'audit', href: '/audit', goKey: 'a', icon: ScrollText },
  { key: 'settings', href: '/settings', goKey: 's', icon: Settings, apart: true },
]

/** Is this address of that page? A node's page belongs to the fleet. */
export const isUnder = (page: Page, pathname: string) =>
  page.href === '/' ? pathname === '/' || pathname.startsWith('/nodes') : pathname === page.href || pathname.startsWith(`${page.href}/`)
