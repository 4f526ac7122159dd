'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import type { NodePlan, PlannedLine } from '#lib/api/nodes-contract.ts'
import { chipStyle } from '../ui/badge.tsx'
import { cx } from '../ui/class-names.ts'
import { HealthMark, type HealthMarkLevel } from '../ui/marks.tsx'
import { Cell, HeadCell, Row, Table } from '../ui/table.tsx'
import { linesOf, verdicts, type Verdict } from './plan.ts'
import { useProblemWords } from './use-plan-words.ts'

/** So many lines are shown at once; nobody reads ten thousand, and the bad ones come first. */
const shownAtOnce = 200

const marks: Record<Verdict, HealthMarkLevel> = { bad: 'critical', add: 'ok', change: 'ok', skip: 'unknown', same: 'unknown' }

/** What a request would do, line by line: those that cannot be first. A chip shows one kind alone. */
export function PlanTable({ plan, lineWord }: { plan: NodePlan; /** A file has lines; a range has none that a person would look for. */ lineWord: boolean }) {
  const t = useTranslations('add')
  const [only, setOnly] = useState<Verdict | null>(null)
  const [most, setMost] = useState(shownAtOnce)
  const lines = linesOf(plan, only)
  return (
    <>
      <div className="flex flex-wrap gap-2 px-5 py-3">
        {verdicts.map((verdict) =>
          plan.counts[verdict] === 0 ? null : (
            <button key={verdict} type="button" aria-pressed={only === verdict} onClick={() => setOnly(only === verdict ? null : verdict)} className={chipStyle(only === verdict)}>
              <HealthMark level={marks[verdict]} />
              {t(`count.${verdict}`, { count: plan.counts[verdict] })}
            </button>
          ),
        )}
      </div>
      <Table aria-label={t('planned')} className="border-t">
        <thead>
          <tr>
            {lineWord && (
              <HeadCell numeric className="w-16">
                {t('line')}
              </HeadCell>
            )}
            <HeadCell>{t('node')}</HeadCell>
            <HeadCell className="max-sm:hidden">{t('address')}</HeadCell>
            <HeadCell>{t('what')}</HeadCell>
          </tr>
        </thead>
        <tbody>
          {lines.slice(0, most).map((line) => (
            <PlanRow key={line.line} line={line} lineWord={lineWord} />
          ))}
        </tbody>
      </Table>
      {lines.length > most && (
        <button type="button" onClick={() => setMost(most * 5)} className="m-5 rounded-sm text-muted underline underline-offset-3 hover:text-text max-sm:min-h-11">
          {t('more', { count: lines.length - most })}
        </button>
      )}
    </>
  )
}

function PlanRow({ line, lineWord }: { line: PlannedLine; lineWord: boolean }) {
  const t = useTranslations('add')
  const words = useProblemWords()
  return (
    <Row className="align-baseline">
      {lineWord && (
        <Cell numeric className="text-faint">
          {line.line}
        </Cell>
      )}
      <Cell className="py-1.5 font-mono break-all">{line.name === '' ? <span className="text-faint">{t('nameless')}</span> : line.name}</Cell>
      <Cell className="py-1.5 font-mono break-all text-muted max-sm:hidden">{line.address}</Cell>
      <Cell className="py-1.5">
        {line.verdict === 'bad' ? (
          <ul className="flex flex-col gap-1">
            {line.problems.map((problem) => (
              <li key={`${problem.column} ${problem.code}`} className="flex items-baseline gap-2">
                <HealthMark level="critical" className="translate-y-px" />
                <span className="min-w-0 break-words">
                  {problem.column !== '' && lineWord && <span className="font-mono text-label text-muted">{problem.column} </span>}
                  {words(problem)}
                </span>
              </li>
            ))}
          </ul>
        ) : (
          <span className={cx(line.verdict === 'same' || line.verdict === 'skip' ? 'text-faint' : undefined)}>
            {t(`verdict.${line.verdict}`)}
            {line.fields.length > 0 && <span className="font-mono text-label text-muted"> {line.fields.join(' ')}</span>}
          </span>
        )}
      </Cell>
    </Row>
  )
}
