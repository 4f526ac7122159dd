'use client'

import { Search } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Kbd } from '#components/ui/kbd.tsx'
import { useHydrated } from '#components/ui/local-time.tsx'
import { showOverlay } from './palette-store.ts'

/** What the key is called on this keyboard. */
export function useModifier(): string {
  return useHydrated() && /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘' : 'Ctrl '
}

/** Looks like a box, opens the palette. */
export function SearchButton() {
  const t = useTranslations('shell')
  const modifier = useModifier()
  return (
    <button
      type="button"
      onClick={() => showOverlay('palette')}
      aria-keyshortcuts="Meta+K Control+K"
      className="flex h-8 items-center gap-2 rounded-md border border-line-strong bg-surface px-2.5 text-faint hover:border-line-control max-md:w-8 max-md:justify-center max-md:px-0 md:w-64 max-sm:size-11"
    >
      <Search size={15} aria-hidden className="md:hidden" />
      <span className="flex-1 truncate text-left max-md:sr-only">{t('search')}</span>
      <span aria-hidden className="max-md:hidden">
        <Kbd>{modifier}K</Kbd>
      </span>
    </button>
  )
}
