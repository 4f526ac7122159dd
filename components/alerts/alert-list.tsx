'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { alertRulesQuery, alertsQuery } from '#lib/api/alert-queries.ts'
import type { AlertAnswer, AlertList as Alerts } from '#lib/api/alerts-contract.ts'
import type { AlertRule } from '#lib/domain/alert-rule.ts'
import { ReadState } from '../settings/read-state.tsx'
import { ageWords, Age } from '../ui/age.tsx'
import { useNow } from '../ui/clock.tsx'
import { Link, ButtonLink } from '../ui/link.tsx'
import { HealthMark } from '../ui/marks.tsx'
import { Banner, EmptyState } from '../ui/states.tsx'
import { useWords } from '../ui/words.tsx'
import { AlertGroupLine } from './alert-group.tsx'
import { toGroups } from './groups.ts'
import { useEvidenceWords } from './use-evidence-words.ts'

const SilenceDialog = dynamic(() => import('./silence-dialog.tsx').then((module) => module.SilenceDialog), { ssr: false })

/** A conductor looks every ten seconds. */
const lateMs = 60_000

function NobodyLooks({ lookedAt }: { lookedAt: string | null }) {
  const t = useTranslations('alerts')
  const words = useWords()
  const ageMs = useNow() - (lookedAt === null ? 0 : Date.parse(lookedAt))
  if (ageMs < lateMs) return null
  return (
    <Banner tone="warning" title={lookedAt === null ? t('neverLooked') : t('notLooked', { age: ageWords(ageMs, words) })}>
      {t('notLookedText')}
    </Banner>
  )
}

/** Nothing fires: because nothing is watched, or because all is well. */
function Calm({ rules, pending, mayManage }: { rules: readonly AlertRule[]; pending: number; mayManage: boolean }) {
  const t = useTranslations('alerts')
  const on = rules.filter(({ isOn }) => isOn).length
  if (on === 0) {
    return (
      <EmptyState title={t('empty.title')} action={mayManage ? <ButtonLink href="/settings/alerts">{t('empty.action')}</ButtonLink> : undefined}>
        {mayManage ? t('empty.admin') : t('empty.other')}
      </EmptyState>
    )
  }
  return (
    <EmptyState title={t('calm.title')}>
      <p>{t('calm.text', { count: on })}</p>
      {pending > 0 && <p>{t('pending', { count: pending })}</p>}
    </EmptyState>
  )
}

function OverLine({ alert }: { alert: AlertAnswer }) {
  const words = useEvidenceWords()
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-0.5 border-b px-5 py-1.5 text-muted">
      <HealthMark level="ok" />
      <span className="min-w-24">{alert.rule.name}</span>
      {alert.node !== null && (
        <Link href={`/nodes/${encodeURIComponent(alert.node)}`} className="font-mono">
          {alert.node}
        </Link>
      )}
      <span className="min-w-0 flex-1 basis-60 truncate text-faint">{words(alert.evidence)}</span>
      <Age at={alert.since} />
    </li>
  )
}

/** What fires now, and what was over in the last day. */
export function AlertList({ first, mayManage, maySilence }: { first: Alerts; mayManage: boolean; maySilence: boolean }) {
  const t = useTranslations('alerts')
  const { data } = useQuery({ ...alertsQuery(), initialData: first })
  const rules = useQuery(alertRulesQuery())
  const groups = toGroups(data.firing)
  const [silenced, setSilenced] = useState<string | null>(null)
  const isWatching = rules.data?.rules.some(({ isOn }) => isOn) === true
  return (
    <>
      {isWatching && <NobodyLooks lookedAt={data.lookedAt} />}
      {groups.length === 0 && <ReadState query={rules}>{(known) => <Calm rules={known.rules} pending={data.pending} mayManage={mayManage} />}</ReadState>}
      <ul aria-label={t('firing')}>
        {groups.map((group) => (
          <AlertGroupLine key={group.rule.id} group={group} onSilence={maySilence ? setSilenced : undefined} />
        ))}
      </ul>
      {data.total > data.firing.length && <p className="border-b px-5 py-2 text-muted">{t('more', { count: data.total - data.firing.length })}</p>}
      {groups.length > 0 && data.pending > 0 && <p className="border-b px-5 py-2 text-muted">{t('pending', { count: data.pending })}</p>}
      {data.over.length > 0 && (
        <section aria-label={t('over')}>
          <h2 className="px-5 pt-5 pb-2 text-label text-muted">{t('over')}</h2>
          <ul>
            {data.over.map((alert) => (
              <OverLine key={`${alert.rule.id} ${alert.subject}`} alert={alert} />
            ))}
          </ul>
        </section>
      )}
      {silenced !== null && <SilenceDialog range={silenced} onClose={() => setSilenced(null)} />}
    </>
  )
}
