'use client'

import { useTranslations } from 'next-intl'
import { cx } from '#components/ui/class-names.ts'
import { Link } from '#components/ui/link.tsx'
import { LocalTime } from '#components/ui/local-time.tsx'
import { useEvidenceOfStep } from '../operations/evidence-words.ts'
import { toDeed, type AuditEntryRow } from './deed.ts'
import { Outcome } from './outcome.tsx'

/** What one of the rows says in a few words. */
function gistOf(row: AuditEntryRow, say: { command: (word: string) => string; evidence: (text: string) => string }): string {
  const { sent, before, after, said, evidence } = toDeed(row, [])
  const states = [before, after].filter((state) => state !== null).join(' → ')
  return (sent[0] && say.command(sent[0])) ?? said ?? [states, evidence && say.evidence(evidence)].filter((part) => part !== null && part !== '').join(' · ')
}

/** The rows of one operation or request in their order, and the way to all of them. */
export function Related({ row, related }: { row: AuditEntryRow; related: readonly AuditEntryRow[] }) {
  const t = useTranslations('audit')
  const names = useTranslations('operations.name')
  const evidence = useEvidenceOfStep()
  const command = (word: string) => (names.has(word as 'On') ? names(word as 'On') : word)
  return (
    <div className="flex flex-col gap-1.5">
      <span className="text-label text-muted">{row.operationId === null ? t('ofRequest') : t('ofOperation')}</span>
      <ol className="flex flex-col">
        {related.map((one) => (
          <li key={one.seq} className={cx('flex flex-wrap items-baseline gap-x-4 py-0.5', one.seq === row.seq ? 'text-text' : 'text-muted')}>
            <Link href={`/audit?seq=${one.seq}`} prefetch={false} aria-current={one.seq === row.seq} className="w-16 shrink-0 text-right font-mono text-label">
              {one.seq}
            </Link>
            <LocalTime at={one.at} shape="time" className="shrink-0 font-mono text-label" />
            <span className="w-24 shrink-0">
              <Outcome outcome={one.outcome} />
            </span>
            <span className="min-w-0 break-words">{gistOf(one, { command, evidence })}</span>
          </li>
        ))}
      </ol>
      {row.operationId !== null && (
        <Link href={`/audit?operation=${row.operationId}`} prefetch={false} className="self-start text-label">
          {t('allOfOperation')}
        </Link>
      )}
    </div>
  )
}
