'use client'

import { ChevronRight } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState, type ReactNode } from 'react'
import { asOf } from '#lib/domain/as-of.ts'
import { foldNames } from '#lib/domain/fold-names.ts'
import { cx } from '../ui/class-names.ts'
import { useNow } from '../ui/clock.tsx'
import { HealthMark, PowerMark } from '../ui/marks.tsx'
import { powerOf, resetOf, takesPart, type Deed, type Plan, type Target } from './plan.ts'

type Group = Plan['groups'][number]

const line = 'grid w-full grid-cols-[0.75rem_minmax(6rem,8rem)_minmax(0,1fr)_0.875rem] items-baseline gap-2.5 text-left'

/** One thing to know about some of the nodes; with children it opens. */
export function RadiusLine({ mark, count, words, names, children }: { mark: ReactNode; count: string; words: ReactNode; names?: string; children?: () => ReactNode }) {
  const [open, setOpen] = useState(false)
  const content = (
    <>
      <span className="flex h-5 items-center justify-center self-start">{mark}</span>
      <span>{count}</span>
      <span className="flex min-w-0 flex-wrap items-baseline gap-x-2 text-muted">
        {words}
        {names !== undefined && !open && <span className="max-w-full truncate font-mono text-label text-faint">{names}</span>}
      </span>
    </>
  )
  if (children === undefined) return <li className={line}>{content}</li>
  return (
    <li>
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)} className={cx(line, 'rounded-sm hover:text-text max-sm:min-h-11')}>
        {content}
        <ChevronRight size={14} aria-hidden className={cx('self-center text-faint transition-transform', open && 'rotate-90')} />
      </button>
      {open && children()}
    </li>
  )
}

const mostLines = 1_000

/** What happens to each, as the result will say it: `n3: on->reset`. */
function Lines({ group, deed }: { group: Group; deed: Deed }) {
  const t = useTranslations('power')
  const operations = useTranslations('operations')
  const state = useTranslations('powerState')
  const nowMs = useNow()
  const toVerb = (target: Target) => {
    const switched = powerOf(deed)
    const did = switched === null || deed.action === 'InstallImage' ? deed.action : (resetOf(target, switched, nowMs) ?? switched)
    return operations(`verb.${did}`)
  }
  const toText = (target: Target) => {
    if (group.fate === 'silent' && target.bmc.failure !== null) return target.bmc.failure.text
    const before = state(asOf(target, nowMs).power)
    if (!takesPart(group.fate) || group.fate === 'later') return before
    return powerOf(deed) === null ? toVerb(target) : `${before}->${toVerb(target)}`
  }
  const shown = group.targets.slice(0, mostLines)
  return (
    <div className="mt-1.5 mb-1 pl-5.5">
      <p className="font-mono text-label break-words text-muted">{foldNames(group.targets.map(({ name }) => name))}</p>
      <ul className="mt-1.5 max-h-44 gap-x-4 overflow-y-auto border-l pl-3 font-mono text-label text-muted sm:columns-2">
        {shown.map((target) => (
          <li key={target.id} className="break-inside-avoid break-words">
            <span className="text-text">{target.name}</span>: {toText(target)}
          </li>
        ))}
      </ul>
      {group.targets.length > mostLines && <p className="mt-1 text-label text-faint">{t('moreLines', { count: group.targets.length - mostLines })}</p>}
    </div>
  )
}

/** Many nodes: how many are in which state, and what that means for them; each group opens to its nodes. */
export function FateGroups({ plan, deed }: { plan: Plan; deed: Deed }) {
  const t = useTranslations('power')
  return plan.groups.map((group) => {
    const { fate, power, targets } = group
    const kind = fate === 'silent' || fate === 'protected' ? fate : power
    return (
      <RadiusLine
        key={`${fate} ${power}`}
        mark={fate === 'silent' ? <HealthMark level="critical" /> : <PowerMark state={power} />}
        count={t(`groupCount.${kind}`, { count: targets.length })}
        words={fate === 'act' ? t(`fate.act.${deed.start === true ? 'StartBoot' : deed.action}`) : t(`fate.${fate}`)}
        names={fate === 'act' ? undefined : foldNames(targets.map(({ name }) => name))}
      >
        {() => <Lines group={group} deed={deed} />}
      </RadiusLine>
    )
  })
}
