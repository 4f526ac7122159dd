'use client'

import { ChevronDown } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { usePathname } from 'next/navigation'
import { useState } from 'react'
import type { Role } from '#lib/domain/role.ts'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/class-names.ts'
import { useNarrow } from '../ui/use-narrow.ts'
import { DrawerItem } from './drawer-item.tsx'
import { NotifyButton } from './notify-button.tsx'

/** The operations of the drawer, each with how far it is and what can be done with it; folded, only how far. */
export function DrawerBody({ ids, role }: { ids: readonly string[]; role: Role }) {
  const t = useTranslations('operations')
  const pathname = usePathname()
  const narrow = useNarrow()
  const [chosen, setFolded] = useState<boolean | null>(null)
  // On a phone it would cover half of the page.
  const folded = chosen ?? narrow
  // Its own page shows more of an operation than the drawer would.
  const here = ids.filter((id) => pathname === `/operations/${id}`)
  const isEmpty = here.length === ids.length
  return (
    <aside aria-label={t('drawer')} className={cx('sticky bottom-0 z-20 mt-auto max-h-[45dvh] shrink-0 overflow-y-auto border-t border-line-strong bg-surface', isEmpty && 'hidden')}>
      <div className="sticky top-0 z-10 flex items-center gap-2 border-b bg-surface px-5 py-1">
        <Button kind="quiet" size="sm" aria-expanded={!folded} onClick={() => setFolded(!folded)} className="-ml-2">
          <ChevronDown size={14} aria-hidden className={cx('transition-transform', folded && '-rotate-90')} />
          {t('running', { count: ids.length - here.length })}
        </Button>
        <NotifyButton className="ml-auto" />
      </div>
      {ids.map((id) => (
        <DrawerItem key={id} id={id} role={role} hidden={here.includes(id)} folded={folded} />
      ))}
    </aside>
  )
}
