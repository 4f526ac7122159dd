'use client'

import { useTranslations } from 'next-intl'
import type { FansAnswer, FanStandingAnswer } from '#lib/api/fans-contract.ts'
import { isHeld, isNews } from '#lib/domain/fan-policy.ts'
import { useReasonWords } from '../operations/reason-words.ts'
import { ageWords } from '../ui/age.tsx'
import { Badge, type Tone } from '../ui/badge.tsx'
import { useNow } from '../ui/clock.tsx'
import { useWords } from '../ui/words.tsx'
import { useZoneWords } from './use-zone-words.ts'

const tones: Record<FanStandingAnswer['state'], Tone> = { waiting: 'info', held: 'ok', set: 'plain', released: 'warning', failed: 'critical' }

const toTone = ({ state, reason }: FanStandingAnswer): Tone => (state === 'released' && reason !== null && !isNews(reason.code) ? 'info' : tones[state])

/** How it stands with what was asked of the fans: whose they are, since when, and why not. */
export function StandingWords({ fans }: { fans: FansAnswer }) {
  const t = useTranslations('fans.standing')
  const words = useWords()
  const told = useReasonWords()
  const zoneName = useZoneWords()
  const now = useNow()
  const { standing, control, reading } = fans
  const age = (at: string | null) => ageWords(at === null ? 0 : now - Date.parse(at), words)
  const mode = control?.modes.find(({ id }) => id === reading?.mode)
  const isUnread = control === null && reading === null && fans.told === null && fans.refusal === null
  return (
    <div className="flex flex-col gap-1.5">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        {mode !== undefined && <span>{t('mode', { mode: mode.name })}</span>}
        {standing === null ? <span className="text-muted">{t(isUnread ? 'unread' : 'nobody')}</span> : <Badge tone={toTone(standing)}>{t(standing.isBegun ? `state.${standing.state}` : 'state.waiting')}</Badge>}
        {standing !== null && <span className="text-faint">{t('asked', { kind: t(`kind.${standing.policy.kind}`), by: standing.setBy, age: age(standing.setAt) })}</span>}
      </p>
      {standing?.state === 'held' && standing.isBegun && standing.duties !== null && (
        <p className="text-muted">
          {t('held', { duties: toDutyWords(standing.duties, fans, zoneName), since: age(standing.heldSince), count: standing.asserts, last: age(standing.assertedAt) })}
        </p>
      )}
      {standing?.reason != null && (
        <p className={standing.state === 'failed' ? 'text-critical' : 'text-muted'}>
          {t(`reason.${standing.reason.code}`)} <span className="text-faint">{told({ reason: standing.reason.text, why: standing.reason.why })}</span>
        </p>
      )}
      {standing !== null && standing.state === 'released' && isHeld(standing.policy) && <p className="text-muted">{t(standing.holding ? 'atFull' : 'atAutomatic')}</p>}
    </div>
  )
}

const toDutyWords = (duties: Record<string, number>, { control }: FansAnswer, nameOf: ReturnType<typeof useZoneWords>) =>
  Object.entries(duties)
    .map(([id, percent]) => {
      const zone = control?.zones.find((one) => one.id === id)
      return `${zone === undefined || control === null ? id : nameOf(zone, control)} ${percent} %`
    })
    .join(', ')
