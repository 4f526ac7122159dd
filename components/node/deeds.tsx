'use client'

import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { auditQuery } from '#lib/api/queries.ts'
import { operationAction } from '#lib/domain/operation.ts'
import { cx } from '../ui/class-names.ts'
import { Link } from '../ui/link.tsx'
import { LocalTime } from '../ui/local-time.tsx'
import { Skeleton } from '../ui/states.tsx'
import { toDeeds, type Deed } from './deed-rows.ts'
import { Section } from './section.tsx'

const mostDeeds = 8
const tones: Record<string, string> = { ok: 'text-faint', intent: 'text-faint', refused: 'text-warning', unknown: 'text-warning', failed: 'text-critical' }

/** Who did what to this node, newest first. */
export function Deeds({ name }: { name: string }) {
  const t = useTranslations('node.deeds')
  const { data, isError } = useInfiniteQuery({ ...auditQuery({ node: name }), refetchInterval: 60_000 })
  const deeds = toDeeds(data?.pages[0]?.rows ?? []).slice(0, mostDeeds)
  return (
    <Section title={t('title')} end={<Link href={`/audit?node=${encodeURIComponent(name)}`}>{t('audit')}</Link>}>
      {data === undefined && !isError && <Skeleton className="w-56" />}
      {data === undefined && isError && <p className="text-muted">{t('failed')}</p>}
      {data !== undefined && deeds.length === 0 && <p className="text-faint">{t('none')}</p>}
      <ul className="flex flex-col gap-1.5">
        {deeds.map((deed) => (
          <DeedLine key={deed.seq} deed={deed} />
        ))}
      </ul>
    </Section>
  )
}

function DeedLine({ deed }: { deed: Deed }) {
  const audit = useTranslations('audit')
  const operations = useTranslations('operations.name')
  const asked = operationAction.safeParse(deed.target)
  const actionKey = `actions.${deed.action}` as Parameters<typeof audit.has>[0]
  const outcomeKey = `outcomes.${deed.outcome}` as Parameters<typeof audit.has>[0]
  return (
    <li className="flex items-baseline gap-3">
      <LocalTime at={deed.at} className="shrink-0 font-mono text-label text-faint" />
      <span className="max-w-24 shrink-0 truncate text-muted" title={deed.actor}>
        {deed.actor}
      </span>
      <span className="min-w-0">
        {asked.success ? operations(asked.data) : audit.has(actionKey) ? audit(actionKey as never) : deed.action}{' '}
        <span className={cx(tones[deed.outcome])}>{audit.has(outcomeKey) ? audit(outcomeKey as never) : deed.outcome}</span>
      </span>
    </li>
  )
}
