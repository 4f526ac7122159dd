'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import { asOf } from '#lib/domain/as-of.ts'
import { toSearch } from '#lib/api/paths.ts'
import { nodesQuery } from '#lib/api/queries.ts'
import { foldNames } from '#lib/domain/fold-names.ts'
import { toGroups } from '#lib/domain/groups.ts'
import type { Node } from '#lib/domain/node.ts'
import { useErrorWords } from '../errors/use-error-words.ts'
import { useNow } from '../ui/clock.tsx'
import { Copy } from '../ui/copy.tsx'
import { HealthMark } from '../ui/marks.tsx'
import { Link } from '../ui/link.tsx'
import { EmptyState, ErrorState, Skeleton } from '../ui/states.tsx'
import { Cell, HeadCell, Row, Table } from '../ui/table.tsx'

/** How often passing time alone may change a figure. */
const tickMs = 5_000

/** Every group: how many nodes it has, how they are, and its nodes as a range to copy. */
export function GroupTable() {
  const t = useTranslations('groups')
  const words = useErrorWords()
  const { data, error } = useQuery(nodesQuery())
  const nowMs = Math.floor(useNow() / tickMs) * tickMs
  const groups = useMemo(() => toGroups(data?.nodes ?? []), [data])
  if (error !== null && data === undefined) return <ErrorState title={words(error)} />
  if (data === undefined) {
    return (
      <div aria-busy className="flex flex-col gap-4 p-5">
        <Skeleton className="w-64" />
        <Skeleton className="w-48" />
      </div>
    )
  }
  if (groups.length === 0) return <EmptyState title={t('empty.title')}>{t('empty.text')}</EmptyState>
  return (
    <Table aria-label={t('title')}>
      <thead>
        <tr>
          <HeadCell>{t('name')}</HeadCell>
          <HeadCell numeric>{t('nodes')}</HeadCell>
          <HeadCell numeric className="max-sm:hidden">
            {t('on')}
          </HeadCell>
          <HeadCell>{t('health')}</HeadCell>
          <HeadCell className="max-sm:hidden">{t('range')}</HeadCell>
        </tr>
      </thead>
      <tbody>
        {groups.map((group) => (
          <GroupRow key={group.name} name={group.name} nodes={group.nodes} nowMs={nowMs} />
        ))}
      </tbody>
    </Table>
  )
}

function GroupRow({ name, nodes, nowMs }: { name: string; nodes: readonly Node[]; nowMs: number }) {
  const t = useTranslations('groups')
  const now = nodes.map((node) => asOf(node, nowMs))
  const on = now.filter(({ power }) => power === 'on').length
  const range = foldNames(nodes.map((node) => node.name))
  return (
    <Row>
      <Cell className="max-w-56 truncate">
        <Link href={`/${toSearch({ group: name })}`} prefetch={false}>
          {name}
        </Link>
      </Cell>
      <Cell numeric>{nodes.length}</Cell>
      <Cell numeric className="text-muted max-sm:hidden">
        {on}
      </Cell>
      <Cell className="max-sm:pr-5">
        <span className="flex gap-4">
          {(['critical', 'warning', 'unknown', 'ok'] as const).map((level) => {
            const count = now.filter(({ health }) => health.level === level).length
            if (count === 0) return null
            return (
              <span key={level} className="flex items-center gap-1.5" title={t(`level.${level}`, { count })}>
                <HealthMark level={level} />
                <span className={level === 'ok' ? 'text-muted' : undefined}>{count}</span>
              </span>
            )
          })}
        </span>
      </Cell>
      <Cell className="w-1/2 max-w-0 max-sm:hidden">
        <span className="flex min-w-0 items-center gap-1">
          <span className="min-w-0 truncate font-mono text-label text-muted" title={range}>
            {range}
          </span>
          <Copy text={range} label={t('copy', { name })} />
        </span>
      </Cell>
    </Row>
  )
}
