import '@fontsource-variable/geist/wght.css'
import '@fontsource-variable/geist-mono/wght.css'
import './globals.css'
import { CSPProvider } from '@base-ui/react/csp-provider'
import type { Metadata, Viewport } from 'next'
import { NextIntlClientProvider } from 'next-intl'
import { getLocale, getMessages, getTranslations } from 'next-intl/server'
import { cookies, headers } from 'next/headers'
import type { ReactNode } from 'react'
import { ClockProvider } from '#components/ui/clock.tsx'
import { WordsProvider } from '#components/ui/words.tsx'
import { baseNamespaces, pickNamespaces } from '../i18n/namespaces.ts'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('common')
  return { title: { default: t('product'), template: `%s · ${t('product')}` }, robots: { index: false } }
}

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  viewportFit: 'cover',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f6f7f8' },
    { media: '(prefers-color-scheme: dark)', color: '#0c0e10' },
  ],
}

async function primitiveWords() {
  const t = await getTranslations('ui')
  const figure = { n: '{n}' }
  return {
    locale: await getLocale(),
    close: t('close'),
    copy: t('copy'),
    copied: t('copied'),
    dismiss: t('dismiss'),
    show: t('show'),
    hide: t('hide'),
    never: t('never'),
    seconds: t('seconds', figure),
    minutes: t('minutes', figure),
    hours: t('hours', figure),
    days: t('days', figure),
  }
}

const requestTime = async () => Date.now()

/** The root of every page. It awaits the request's headers, so that every page is rendered for its request and its scripts carry its nonce. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = (await headers()).get('x-nonce') ?? undefined
  const theme = (await cookies()).get('theme')?.value
  const messages = pickNamespaces(await getMessages(), baseNamespaces)
  return (
    <html lang={await getLocale()} data-theme={theme === 'light' || theme === 'dark' ? theme : undefined}>
      <body className="min-h-dvh">
        <CSPProvider nonce={nonce} disableStyleElements>
          <NextIntlClientProvider messages={messages}>
            <WordsProvider words={await primitiveWords()}>
              <ClockProvider nowMs={await requestTime()}>{children}</ClockProvider>
            </WordsProvider>
          </NextIntlClientProvider>
        </CSPProvider>
      </body>
    </html>
  )
}
