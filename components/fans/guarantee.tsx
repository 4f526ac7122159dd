'use client'

import { useTranslations } from 'next-intl'
import { readEveryMs } from '#lib/domain/as-of.ts'
import type { FanControl } from '#lib/domain/fan.ts'
import { fanTiming, type FanLetGo } from '#lib/domain/fan-policy.ts'

/** What becomes of the fans when nobody stands by, with the seconds: each sentence is one that the conductor keeps, or an honest word on what nobody can. */
export function Guarantee({ control, letGo, limit }: { control: FanControl; letGo: FanLetGo; limit: string }) {
  const t = useTranslations('fans.guarantee')
  const { kind, seconds, rescues } = control.guarantee
  const to = t(`to.${letGo}`)
  return (
    <section aria-label={t('title')} className="rounded-md border border-line-strong px-4 py-3">
      <h3 className="mb-1.5 text-label text-muted">{t('title')}</h3>
      <ul className="flex list-disc flex-col gap-1 pl-4 text-muted marker:text-faint">
        <li>{t('hot', { limit, every: fanTiming.temperatureSeconds, to })}</li>
        <li>{t('critical', { every: readEveryMs.sensors / 1000, to })}</li>
        <li>{t('lost', { seconds: fanTiming.lostAfterSeconds, to })}</li>
        <li>{t('stopped', { to })}</li>
        <li>{t('killed', { seconds: fanTiming.takeUpSeconds, to })}</li>
        <li className="text-text">{kind === 'expires' && seconds !== undefined ? t('expires', { seconds }) : `${t('stays')} ${t(rescues === null ? 'rescueUnknown' : rescues ? 'rescues' : 'noRescue')}`}</li>
      </ul>
    </section>
  )
}
