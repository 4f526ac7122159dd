'use client'

import { LogOut, Palette } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { MenuButton } from '#components/ui/menu-button.tsx'
import { toast } from '#components/ui/toast.tsx'
import { useUser } from './user-context.tsx'

const icon = { size: 15, strokeWidth: 1.6, 'aria-hidden': true } as const

/** Ends the session and shows the sign-in; says so when it could not. Its code comes when it is pressed. */
export async function leave(failedTitle: string): Promise<void> {
  const { signOut } = await import('#lib/api/session.ts')
  try {
    await signOut()
    location.assign('/sign-in?out=1')
  } catch (error) {
    toast({ level: 'critical', title: failedTitle, text: error instanceof Error ? error.message : undefined })
  }
}

/** Who is signed in, at the foot of the rail: the way to appearance and out. */
export function AccountMenu() {
  const t = useTranslations('shell')
  const roles = useTranslations('roles')
  const user = useUser()
  return (
    <div className="mt-auto border-t pt-2.5 max-sm:mt-0 max-sm:flex max-sm:flex-1 max-sm:border-t-0 max-sm:pt-0">
      <MenuButton
        label={t('account', { name: user.name })}
        namesItself
        look="flex h-9 w-full items-center gap-2.5 rounded-md px-1.5 text-left hover:bg-hover max-lg:justify-center max-sm:h-14 max-sm:flex-col max-sm:justify-center max-sm:gap-1"
        entries={[
          { kind: 'heading', label: `${user.name} · ${roles(user.role)}` },
          { label: t('appearance'), href: '/settings/appearance', icon: <Palette {...icon} /> },
          { kind: 'line' },
          { label: t('signOut'), icon: <LogOut {...icon} />, onSelect: () => void leave(t('signOutFailed')) },
        ]}
      >
        <span className="sr-only">{t('account', { name: user.name })}</span>
        <span className="flex size-6 shrink-0 items-center justify-center rounded-full bg-track text-[10px] font-medium uppercase" aria-hidden>
          {user.name.slice(0, 2)}
        </span>
        <span
          aria-hidden
          className="min-w-0 flex-1 truncate max-lg:sr-only max-sm:not-sr-only max-sm:max-w-20 max-sm:flex-none max-sm:text-label max-sm:text-muted"
        >
          {user.name}
        </span>
        <span className="truncate text-faint max-lg:sr-only" aria-hidden>
          {roles(user.role)}
        </span>
      </MenuButton>
    </div>
  )
}
