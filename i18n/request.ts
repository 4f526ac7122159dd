import { cookies, headers } from 'next/headers'
import { getRequestConfig } from 'next-intl/server'
import { chooseLocale, localeCookie } from './locales.ts'

export default getRequestConfig(async () => {
  const locale = chooseLocale((await cookies()).get(localeCookie)?.value, (await headers()).get('accept-language'))
  const messages = (await import(`../messages/${locale}.json`)).default
  return { locale, messages, timeZone: 'UTC' }
})
