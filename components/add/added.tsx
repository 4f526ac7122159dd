'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useMemo, type CSSProperties } from 'react'
import type { NodePlan } from '#lib/api/nodes-contract.ts'
import { toSearch } from '#lib/api/paths.ts'
import { nodesQuery } from '#lib/api/queries.ts'
import { foldNames } from '#lib/domain/fold-names.ts'
import type { Node } from '#lib/domain/node.ts'
import { Button } from '../ui/button.tsx'
import { ButtonLink, Link } from '../ui/link.tsx'
import { HealthMark } from '../ui/marks.tsx'
import { namesToWatch } from './plan.ts'

/** So many failures are named here; the fleet has the rest. */
const failuresShown = 20
const none: readonly Node[] = []

/** What was done, and how many of the nodes have answered since: the stream brings each as it does. */
export function Added({ plan, onAgain }: { plan: NodePlan; onAgain: () => void }) {
  const t = useTranslations('add')
  const failure = useTranslations('failure')
  const nodes = useQuery(nodesQuery()).data?.nodes ?? none
  const names = useMemo(() => namesToWatch(plan), [plan])
  const watched = useMemo(() => {
    const wanted = new Set(names)
    return nodes.filter(({ name }) => wanted.has(name))
  }, [nodes, names])
  const ok = watched.filter(({ bmc }) => bmc.state === 'ok').length
  const failed = watched.filter(({ bmc }) => bmc.state === 'failed')
  const done = ok + failed.length
  const folded = foldNames(names)
  const isLong = folded.length > 1_500
  return (
    <section aria-label={t('result')} className="border-b px-5 py-4">
      <p className="font-medium">{t('done', { add: plan.counts.add, change: plan.counts.change })}</p>
      {names.length > 0 && (
        <>
          <p role="status" className="mt-1 text-muted">
            {done < names.length ? t('asking', { done, total: names.length }) : t('asked', { ok, failed: failed.length })}
          </p>
          <span aria-hidden className="bar mt-3 max-w-md" style={{ '--fill': names.length === 0 ? 0 : done / names.length, '--bar': done < names.length ? 'var(--info)' : failed.length > 0 ? 'var(--warning)' : 'var(--ok)' } as CSSProperties} />
        </>
      )}
      {failed.length > 0 && (
        <ul className="mt-4 flex flex-col gap-1.5">
          {failed.slice(0, failuresShown).map((node) => (
            <li key={node.id} className="flex items-baseline gap-2.5">
              <HealthMark level="unknown" className="translate-y-px" />
              <Link href={`/nodes/${encodeURIComponent(node.name)}`} prefetch={false} className="font-mono">
                {node.name}
              </Link>
              <span className="min-w-0 break-words text-muted">
                {failure(`sentence.${node.bmc.failure?.kind ?? 'failed'}`, { address: node.bmc.failure?.address ?? node.bmc.address })}
              </span>
            </li>
          ))}
          {failed.length > failuresShown && <li className="text-faint">{t('moreFailed', { count: failed.length - failuresShown })}</li>}
        </ul>
      )}
      <div className="mt-4 flex flex-wrap gap-2">
        <ButtonLink href={`/${toSearch({ q: names.length === 0 || isLong ? '' : `${folded},` })}`} kind="strong">
          {t('toFleet')}
        </ButtonLink>
        <Button onClick={onAgain}>{t('again')}</Button>
      </div>
    </section>
  )
}
