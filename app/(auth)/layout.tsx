import { getMessages, getTranslations } from 'next-intl/server'
import { NextIntlClientProvider } from 'next-intl'
import type { ReactNode } from 'react'
import { LanguageLinks } from '#components/account/language-links.tsx'
import { Logo } from '#components/shell/logo.tsx'
import { locales } from '../../i18n/locales.ts'
import { baseNamespaces, pickNamespaces } from '../../i18n/namespaces.ts'

/** The pages before the sign-in: one narrow column, the product's name above it, the languages below. */
export default async function AuthLayout({ children }: { children: ReactNode }) {
  const t = await getTranslations('common')
  const messages = pickNamespaces(await getMessages(), [...baseNamespaces, 'roles', 'roleHints', 'account'])
  return (
    <NextIntlClientProvider messages={messages}>
      <div className="mx-auto flex min-h-dvh w-full max-w-sm flex-col px-5 pt-[14dvh] pb-6">
        <header className="mb-8 flex items-center gap-2.5">
          <Logo />
          <span className="text-title font-semibold">{t('product')}</span>
        </header>
        <main className="flex-1">{children}</main>
        <footer>
          <LanguageLinks languages={Object.entries(locales)} />
        </footer>
      </div>
    </NextIntlClientProvider>
  )
}
