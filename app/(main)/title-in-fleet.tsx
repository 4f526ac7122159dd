import { getTranslations } from 'next-intl/server'
import { Crumb } from '#components/ui/crumb.tsx'

/** `Fleet / Firmware`: the title of a page that is another view of the fleet. */
export async function TitleInFleet({ children }: { children: string }) {
  const t = await getTranslations('shell')
  return (
    <div className="flex min-w-0 items-baseline gap-x-3">
      <Crumb href="/">{t('fleet')}</Crumb>
      <h1 className="truncate text-title font-semibold">{children}</h1>
    </div>
  )
}
