'use client'

import { BellOff, ChevronRight } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import type { AlertAnswer } from '#lib/api/alerts-contract.ts'
import { foldNames } from '#lib/domain/fold-names.ts'
import { Age } from '../ui/age.tsx'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/class-names.ts'
import { Link } from '../ui/link.tsx'
import { HealthMark } from '../ui/marks.tsx'
import type { AlertGroup } from './groups.ts'
import { useEvidenceWords } from './use-evidence-words.ts'

const mostLines = 200

/** Why nobody is told, and that it comes and goes. */
function AlertBadges({ alert }: { alert: AlertAnswer }) {
  const t = useTranslations('alerts')
  return (
    <>
      {alert.quiet !== null && (
        <Badge>
          <BellOff size={12} aria-hidden />
          {t(`quiet.${alert.quiet}`)}
        </Badge>
      )}
      {alert.isFlapping && <Badge tone="warning">{t('flapping')}</Badge>}
    </>
  )
}

function AlertLine({ alert }: { alert: AlertAnswer }) {
  const words = useEvidenceWords()
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-0.5 py-1.5">
      {alert.node !== null && (
        <Link href={`/nodes/${encodeURIComponent(alert.node)}`} className="min-w-10 font-mono">
          {alert.node}
        </Link>
      )}
      <span className="min-w-0 flex-1 basis-32 break-words text-muted">{words(alert.evidence)}</span>
      <AlertBadges alert={alert} />
      <Age at={alert.since} className="min-w-12 text-right" />
    </li>
  )
}

/** What one rule has to say, on one line; it opens to a line for each node. */
export function AlertGroupLine({ group, onSilence }: { group: AlertGroup; /** Undefined: this person may not. */ onSilence: ((range: string) => void) | undefined }) {
  const t = useTranslations('alerts')
  const words = useEvidenceWords()
  const { rule, alerts, nodes, since, quiet } = group
  const [open, setOpen] = useState(alerts.length <= 4)
  const isQuiet = quiet === alerts.length
  const [first] = alerts
  const said = nodes.length === 0 && first !== undefined ? words(first.evidence) : foldNames(nodes)
  return (
    <li className="border-b">
      <button
        type="button"
        aria-expanded={open}
        title={t('show', { name: rule.name })}
        onClick={() => setOpen(!open)}
        className="grid min-h-11 w-full grid-cols-[0.875rem_0.75rem_minmax(0,1fr)_auto] items-center gap-x-3 px-5 py-1.5 text-left outline-offset-[-2px] hover:bg-hover sm:grid-cols-[0.875rem_0.75rem_minmax(8rem,16rem)_minmax(0,1fr)_auto_4rem]"
      >
        <ChevronRight size={14} aria-hidden className={cx('text-faint transition-transform', open && 'rotate-90')} />
        <HealthMark level={isQuiet ? 'unknown' : rule.level} label={t(`level.${rule.level}`)} />
        <span className={cx('truncate font-medium', isQuiet && 'text-muted')}>{rule.name}</span>
        <span className={cx('truncate text-muted max-sm:order-last max-sm:col-span-2 max-sm:col-start-3', nodes.length > 0 && 'font-mono')} title={said}>
          {said}
        </span>
        <span className="text-label whitespace-nowrap text-faint max-sm:hidden">{nodes.length > 1 ? t('nodes', { count: nodes.length }) : ''}</span>
        <Age at={since} className="text-right" />
      </button>
      {open && (
        <ul className="pr-5 pb-2 pl-11.5">
          {alerts.slice(0, mostLines).map((alert) => (
            <AlertLine key={alert.subject} alert={alert} />
          ))}
          {alerts.length > mostLines && <li className="py-1.5 text-faint">{t('more', { count: alerts.length - mostLines })}</li>}
          {onSilence !== undefined && !isQuiet && nodes.length > 0 && (
            <li className="pt-1">
              <Button size="sm" onClick={() => onSilence(foldNames(nodes))}>
                <BellOff size={14} aria-hidden />
                {t('silenceThese')}
              </Button>
            </li>
          )}
        </ul>
      )}
    </li>
  )
}
