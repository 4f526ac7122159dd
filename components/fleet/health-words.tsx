'use client'

import { useTranslations } from 'next-intl'
import type { HealthLevel } from '#lib/domain/health.ts'
import type { Node } from '#lib/domain/node.ts'
import { sayReason } from '#lib/domain/words.ts'
import { ageWords } from '../ui/age.tsx'
import { useNow } from '../ui/clock.tsx'
import { useWords } from '../ui/words.tsx'

/** Why a node is as it is, in words: the failure that hides it, its worst reason and how many more, or plainly ok. */
export function HealthWords({ node, level }: { node: Pick<Node, 'bmc' | 'health' | 'seenAt'>; level: HealthLevel }) {
  const health = useTranslations('health')
  const failure = useTranslations('failure')
  if (node.bmc.state === 'failed') {
    const kind = node.bmc.failure?.kind ?? 'failed'
    return kind === 'unreachable' ? <Silence seenAt={node.seenAt} /> : failure(`short.${kind}`)
  }
  if (node.bmc.state === 'probing') return health('probing')
  if (level === 'unknown') return <Stale at={node.health.at} />
  const [worst] = node.health.reasons
  if (worst === undefined) return health(level)
  const more = node.health.reasons.length - 1
  return (
    <>
      {sayReason(worst, health)}
      {more > 0 && <span className="text-faint"> {health('more', { count: more })}</span>}
    </>
  )
}

function Silence({ seenAt }: { seenAt: string | null }) {
  const failure = useTranslations('failure')
  const now = useNow()
  const words = useWords()
  if (seenAt === null) return failure('short.unreachableNever')
  return failure('short.unreachable', { age: ageWords(now - Date.parse(seenAt), words) })
}

function Stale({ at }: { at: string | null }) {
  const health = useTranslations('health')
  const now = useNow()
  const words = useWords()
  return at === null ? health('noReading') : health('stale', { age: ageWords(now - Date.parse(at), words) })
}
