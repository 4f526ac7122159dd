'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { consolesQuery } from '#lib/api/queries.ts'
import { HealthMark } from '../ui/marks.tsx'
import { RadiusLine } from './blast-radius.tsx'
import type { Target } from './plan.ts'

const mostNamed = 8

/** Who of all people has the console of one of these nodes open now, and drives or watches it. Nothing when nobody does. */
export function InUse({ targets }: { targets: readonly Target[] }) {
  const t = useTranslations('power.inUse')
  const { data } = useQuery(consolesQuery())
  const names = new Set(targets.map(({ name }) => name))
  const visited = data?.consoles.filter(({ node }) => names.has(node)) ?? []
  if (visited.length === 0) return null
  const words = visited.slice(0, mostNamed).map(({ node, visitors }) => {
    const people = [...visitors].sort((a, b) => Number(b.drives) - Number(a.drives)).map(({ name, drives }) => t(drives ? 'drives' : 'watches', { name }))
    return t('node', { node, people: people.join(', ') })
  })
  return (
    <RadiusLine
      mark={<HealthMark level="warning" />}
      count={t('count', { count: visited.length })}
      words={
        <span className="text-text">
          {t('open', { words: words.join('; ') })}
          {visited.length > mostNamed && ` ${t('more', { count: visited.length - mostNamed })}`}
        </span>
      }
    />
  )
}
