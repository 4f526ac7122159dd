'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import type { CheckpointAnswer } from '#lib/api/contract.ts'
import { checkpointQuery } from '#lib/api/queries.ts'
import { Age } from '#components/ui/age.tsx'
import { HealthMark } from '#components/ui/marks.tsx'
import { Banner } from '#components/ui/states.tsx'

/** What keeps rows from being signed, or their checkpoints from leaving; the second is not as bad. */
function Trouble({ signing }: { signing: CheckpointAnswer }) {
  const t = useTranslations('audit')
  const failing = signing.ways.filter(({ failure }) => failure !== null)
  if (!signing.isLate && failing.length === 0) return null
  return (
    <Banner tone={signing.isLate || failing.some(({ way }) => way === 'file') ? 'critical' : 'warning'} title={signing.isLate ? t('signing.late') : t('signing.failing')}>
      {failing.length === 0
        ? t('signing.noConductor')
        : failing.map(({ way, where, failure }) => (
            <span key={way} className="block break-words">
              {t(`signing.ways.${way}`)} <span className="font-mono text-label">{where}</span>: {failure}
            </span>
          ))}
    </Banner>
  )
}

/** Up to which row the audit is signed outside the database, since when, and where that is kept. */
export function Signed() {
  const t = useTranslations('audit')
  const { data } = useQuery(checkpointQuery())
  if (data === undefined) return null
  const { last, ways, newestSeq } = data
  return (
    <>
      <Trouble signing={data} />
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1 border-b px-5 py-2 text-label text-muted">
        {last === null ? (
          t('signing.none')
        ) : (
          <>
            <span className="inline-flex items-center gap-2">
              <HealthMark level={data.isLate ? 'critical' : 'ok'} />
              {t('signing.upTo', { seq: last.seq, number: last.number })}
            </span>
            <Age at={last.at} />
            {newestSeq !== null && newestSeq > last.seq && <span>{t('signing.waiting', { count: newestSeq - last.seq })}</span>}
            {ways.map(({ way, where }) => (
              <span key={way} className="min-w-0 font-mono break-all text-faint max-sm:hidden" title={t(`signing.ways.${way}`)}>
                {where}
              </span>
            ))}
          </>
        )}
      </div>
    </>
  )
}
