import { cookies } from 'next/headers'
import { requireUser } from '#lib/auth/current-user.ts'
import { Appearance } from '#components/settings/appearance.tsx'
import { toTheme } from '#components/ui/preferences.ts'
import { localeCookie, locales } from '../../../../i18n/locales.ts'

export default async function AppearancePage() {
  await requireUser()
  const jar = await cookies()
  return <Appearance theme={toTheme(jar.get('theme')?.value)} locale={jar.get(localeCookie)?.value ?? null} languages={Object.entries(locales)} />
}
