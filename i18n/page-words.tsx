import { NextIntlClientProvider } from 'next-intl'
import { getMessages } from 'next-intl/server'
import type { ReactNode } from 'react'
import type en from '../messages/en.json'
import { pickNamespaces, signedInNamespaces } from './namespaces.ts'

/** Gives the browser side of a page its own words beside those that every page has. A provider replaces the one above it, so it carries both. */
export async function PageWords({ names, children }: { names: readonly (keyof typeof en)[]; children: ReactNode }) {
  const messages = pickNamespaces(await getMessages(), [...signedInNamespaces, ...names])
  return <NextIntlClientProvider messages={messages}>{children}</NextIntlClientProvider>
}
