import { Bell, Disc3, ListChecks, ScrollText, Server, Settings, Siren, type LucideIcon } from 'lucide-react'

/** A page of the rail: its key in the `shell` messages, its address, the second key of `g …`, its icon. */
export type Page = { key: 'fleet' | 'alerts' | 'operations' | 'images' | 'events' | 'audit' | 'settings'; href: string; goKey: string; icon: LucideIcon; apart?: boolean }

export const pages: readonly Page[] = [
  { key: 'fleet', href: '/', goKey: 'f', icon: Server },
  { key: 'alerts', href: '/alerts', goKey: 'l', icon: Siren },
  { key: 'operations', href: '/operations', goKey: 'o', icon: ListChecks },
  { key: 'images', href: '/images', goKey: 'i', icon: Disc3 },
  { key: 'events', href: '/events', goKey: 'e', icon: Bell },
  { key: 'audit', href: '/audit', goKey: 'a', icon: ScrollText },
  { key: 'settings', href: '/settings', goKey: 's', icon: Settings, apart: true },
]

const lies = (pathname: string, under: string) => pathname === under || pathname.startsWith(`${under}/`)

/** Is this address of that page? The pages of a node, of the groups, of power, of the firmware and of adding belong to the fleet. */
export const isUnder = (page: Page, pathname: string) =>
  page.href === '/' ? pathname === '/' || ['/nodes', '/groups', '/power', '/firmware', '/add'].some((under) => lies(pathname, under)) : lies(pathname, page.href)
