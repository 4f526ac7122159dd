import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { requireUser } from '#lib/auth/current-user.ts'
import { OperationDrawer } from '#components/operations/drawer.tsx'
import { Live } from '#components/shell/live.tsx'
import { LostBanner } from '#components/shell/lost-banner.tsx'
import { Overlays } from '#components/shell/overlays.tsx'
import { Rail } from '#components/shell/rail.tsx'
import { UserProvider } from '#components/shell/user-context.tsx'
import { Toasts } from '#components/ui/toast.tsx'
import { countAlerts } from '#lib/data/alerts.ts'
import { PageWords } from '../../i18n/page-words.tsx'

/** Every page behind the sign-in: the rail, the page, and what lies over both. */
export default async function MainLayout({ children }: { children: ReactNode }) {
  const user = await requireUser()
  const { name, role } = user
  const t = await getTranslations('shell')
  return (
    <PageWords names={['operations', 'bootProgress']}>
      <UserProvider user={{ name, role }}>
        <Live>
          <a href="#content" className="sr-only z-60 rounded-md bg-surface px-3 py-2 focus:not-sr-only focus:fixed focus:top-2 focus:left-2">
            {t('skip')}
          </a>
          <div className="flex h-dvh max-sm:flex-col">
            <Rail alerts={await countAlerts(user)} />
            {/* `relative`: what is hidden in it for eyes alone would else make the document higher than the window. */}
            <main id="content" tabIndex={-1} className="relative flex min-h-0 min-w-0 flex-1 flex-col overflow-y-auto outline-none">
              <LostBanner />
              {children}
              <OperationDrawer name={name} role={role} />
            </main>
          </div>
          <Overlays />
          <Toasts label={t('notices')} />
        </Live>
      </UserProvider>
    </PageWords>
  )
}
