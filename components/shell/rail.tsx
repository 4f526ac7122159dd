'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import NextLink from 'next/link'
import { usePathname, useRouter } from 'next/navigation'
import type { AlertCount } from '#lib/api/alerts-contract.ts'
import { alertCountQuery, nodesQuery, operationsQuery } from '#lib/api/queries.ts'
import { cx } from '#components/ui/class-names.ts'
import { AccountMenu } from './account-menu.tsx'
import { Logo } from './logo.tsx'
import { isUnder, pages, type Page } from './pages.ts'

type Count = { count: number | undefined; level: AlertCount['level'] }

/** How many nodes there are, how many alerts tell somebody, and how many operations run. */
function useCount(page: Page, alerts: AlertCount): Count {
  const nodes = useQuery({ ...nodesQuery(), select: (list) => list.nodes.length, enabled: page.key === 'fleet' })
  const running = useQuery({
    ...operationsQuery({ state: 'running' }),
    select: (list) => list.operations.length,
    enabled: page.key === 'operations',
  })
  const { firing, quiet, level } = useQuery({ ...alertCountQuery(), initialData: alerts, enabled: page.key === 'alerts' }).data
  const counts: Partial<Record<Page['key'], number>> = { fleet: nodes.data, operations: running.data || undefined, alerts: firing - quiet || undefined }
  return { count: counts[page.key], level: page.key === 'alerts' ? level : null }
}

const tones = { critical: 'text-critical', warning: 'text-warning' } as const
/** Where there is no room for the count. */
const narrowTones = { critical: 'max-lg:text-critical', warning: 'max-lg:text-warning' } as const

function RailLink({ page, current, alerts }: { page: Page; current: boolean; alerts: AlertCount }) {
  const t = useTranslations('shell')
  const { count, level } = useCount(page, alerts)
  const router = useRouter()
  const near = () => router.prefetch(page.href)
  const Icon = page.icon
  return (
    <NextLink
      href={page.href}
      // Fetched when the pointer or the focus comes near: at once it would double what the first page loads.
      prefetch={false}
      onPointerEnter={near}
      onFocus={near}
      aria-current={current ? 'page' : undefined}
      title={t(page.key)}
      className={cx(
        'flex h-8 items-center gap-2.5 rounded-md px-2 max-sm:h-14 max-sm:min-w-0 max-sm:flex-1 max-sm:flex-col max-sm:justify-center max-sm:gap-1 max-lg:justify-center',
        page.apart === true && 'sm:mt-3.5',
        current ? 'bg-selected text-text max-sm:bg-transparent' : 'text-muted hover:text-text',
      )}
    >
      <Icon size={16} strokeWidth={1.6} aria-hidden className={cx('max-sm:size-5', current && 'max-sm:text-info', level !== null && narrowTones[level])} />
      <span className={cx('max-lg:sr-only', current && 'max-sm:not-sr-only max-sm:text-label')}>{t(page.key)}</span>
      {count !== undefined && <span className={cx('ml-auto text-label max-lg:hidden', level === null ? 'text-faint' : tones[level])}>{count}</span>}
    </NextLink>
  )
}

/** The pages: 200 px with words, icons only below 1100 px, a bar at the bottom below 640 px in which only the page that is open has room for its word. */
export function Rail({ alerts }: { /** When the page was rendered. */ alerts: AlertCount }) {
  const t = useTranslations('shell')
  const pathname = usePathname()
  return (
    <header className="flex shrink-0 flex-col border-r px-2.5 py-3.5 max-lg:w-13 max-lg:px-2 lg:w-50 max-sm:order-last max-sm:w-full max-sm:flex-row max-sm:border-t max-sm:border-r-0 max-sm:px-1 max-sm:py-0 max-sm:pb-[env(safe-area-inset-bottom)]">
      <NextLink href="/" prefetch={false} className="mb-5 flex h-7 items-center gap-2.5 rounded-md px-1.5 max-lg:justify-center max-sm:hidden">
        <Logo />
        <span className="text-title font-semibold max-lg:sr-only">{t('product')}</span>
      </NextLink>
      <nav aria-label={t('pages')} className="flex flex-col gap-0.5 max-sm:min-w-0 max-sm:flex-[7] max-sm:flex-row">
        {pages.map((page) => (
          <RailLink key={page.key} page={page} current={isUnder(page, pathname)} alerts={alerts} />
        ))}
      </nav>
      <AccountMenu />
    </header>
  )
}
