'use client'

import { useLocale } from 'next-intl'
import { useRouter } from 'next/navigation'
import { keepInBrowser } from '#components/ui/browser-cookie.ts'

/** The languages, each by its own name, for people who are not signed in. */
export function LanguageLinks({ languages }: { languages: [string, string][] }) {
  const router = useRouter()
  const current = useLocale()
  const choose = (locale: string) => {
    keepInBrowser('locale', locale)
    router.refresh()
  }
  return (
    <div className="mt-10 flex gap-4 text-label">
      {languages.map(([locale, name]) => (
        <button
          key={locale}
          type="button"
          lang={locale}
          aria-pressed={locale === current}
          onClick={() => choose(locale)}
          className="rounded-sm text-faint hover:text-text aria-pressed:text-text max-sm:min-h-11"
        >
          {name}
        </button>
      ))}
    </div>
  )
}
