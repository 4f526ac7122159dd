'use client'

import { useTranslations } from 'next-intl'
import { usePathname } from 'next/navigation'
import type { NodeDetail } from '#lib/api/contract.ts'
import { asOf } from '#lib/domain/as-of.ts'
import { sayReason } from '#lib/domain/words.ts'
import { ageWords } from '../ui/age.tsx'
import { useNow } from '../ui/clock.tsx'
import { ButtonLink } from '../ui/link.tsx'
import { Banner } from '../ui/states.tsx'
import { useWords } from '../ui/words.tsx'

/** The way to where it can be mended; none from that very page. */
function Way({ href, children }: { href: string; children: string }) {
  const isThere = usePathname() === href.split('?')[0]
  return isThere ? null : <ButtonLink href={href}>{children}</ButtonLink>
}

/** What is wrong with this node, if anything: why its BMC cannot be spoken to, or its worst reasons. */
export function TroubleBanner({ node }: { node: NodeDetail }) {
  const t = useTranslations('node.banner')
  const failure = useTranslations('failure')
  const now = useNow()
  const href = `/nodes/${encodeURIComponent(node.name)}`
  if (node.bmc.state === 'failed' && node.bmc.failure !== null) {
    const { kind, address, text } = node.bmc.failure
    return (
      <Banner tone="warning" className="shrink-0" title={failure(`sentence.${kind}`, { address })} action={<Way href={`${href}/settings`}>{t('settings')}</Way>}>
        <p>{failure(`next.${kind}`)}</p>
        <details>
          <summary className="w-fit rounded-sm text-label">{failure('details')}</summary>
          <p className="font-mono text-label break-words">{text}</p>
        </details>
      </Banner>
    )
  }
  const { health } = asOf(node, now)
  if (health.level !== 'warning' && health.level !== 'critical') return null
  return <Reasons node={node} level={health.level} href={href} />
}

const mostShown = 3

function Reasons({ node, level, href }: { node: NodeDetail; level: 'warning' | 'critical'; href: string }) {
  const t = useTranslations('node.banner')
  const health = useTranslations('health')
  const words = useWords()
  const now = useNow()
  const [worst, ...rest] = node.health.reasons
  if (worst === undefined) return null
  const more = rest.length - mostShown
  return (
    <Banner tone={level} className="shrink-0" title={sayReason(worst, health)} action={<Way href={`${href}/sensors?sort=state`}>{t('sensors')}</Way>}>
      {rest.slice(0, mostShown).map((reason) => (
        <span key={`${reason.code} ${reason.part}`}>{sayReason(reason, health)} · </span>
      ))}
      {more > 0 && <span>{t('also', { count: more })} · </span>}
      {node.health.at !== null && <span className="text-faint">{t('since', { age: ageWords(now - Date.parse(node.health.at), words) })}</span>}
    </Banner>
  )
}
