'use client'

import { ExternalLink } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { NodeDetail } from '#lib/api/contract.ts'
import { asOf, staleAfterMs } from '#lib/domain/as-of.ts'
import { ageWords } from '../ui/age.tsx'
import { cx } from '../ui/class-names.ts'
import { useNow } from '../ui/clock.tsx'
import { Copy } from '../ui/copy.tsx'
import { Crumb } from '../ui/crumb.tsx'
import { PowerMark } from '../ui/marks.tsx'
import { useWords } from '../ui/words.tsx'
import { toBmcPage } from './bmc-page.ts'
import { protocolNames } from './endpoint-words.ts'

/** `Fleet / n3 ● on`: where one is, and the state that matters most; on a phone the state stands below the name. */
export function NodeTitle({ node }: { node: NodeDetail }) {
  const t = useTranslations('node')
  const state = useTranslations('powerState')
  const { power } = asOf(node, useNow())
  return (
    <div className="flex min-w-0 items-baseline gap-x-3 max-sm:flex-col max-sm:items-start">
      <Crumb href="/">{t('fleet')}</Crumb>
      <h1 className="min-w-0 truncate font-mono text-title font-semibold max-sm:line-clamp-2 max-sm:wrap-anywhere max-sm:whitespace-normal" title={node.name}>
        {node.name}
      </h1>
      <span className={cx('flex shrink-0 items-center gap-2', power === 'unknown' ? 'text-faint' : power === 'off' && 'text-muted')}>
        <PowerMark state={power} />
        <span>{state(power)}</span>
      </span>
    </div>
  )
}

/** Model, maker, serial, when it was seen and by which way, and the door to the BMC's own page. Where room lacks, the serial goes first: the overview has it too. */
export function NodeFacts({ node }: { node: NodeDetail }) {
  const t = useTranslations('node')
  const { manufacturer, model, serial } = node.identity
  const page = toBmcPage(node.bmc)
  return (
    <span className="flex min-w-0 items-center gap-x-3 max-md:hidden @max-3xs:hidden">
      {(model !== undefined || manufacturer !== undefined) && (
        <span className="min-w-0 truncate">
          {model} <span className="text-faint">{manufacturer}</span>
        </span>
      )}
      {serial !== undefined && (
        <span className="flex shrink-0 items-center whitespace-nowrap @max-2xl:hidden">
          <span className="text-faint">{t('serial')}</span>
          <span className="ml-1.5 font-mono">{serial}</span>
          <Copy text={serial} label={t('copySerial')} />
        </span>
      )}
      <Seen node={node} />
      {page !== null && (
        <a
          href={page}
          target="_blank"
          rel="noopener noreferrer"
          title={t('bmcPageTitle', { address: node.bmc.address })}
          className="flex shrink-0 items-center gap-1 rounded-sm underline decoration-line-control underline-offset-3 hover:text-text @max-md:hidden"
        >
          {t('bmcPage')}
          <ExternalLink size={12} aria-hidden />
        </a>
      )}
    </span>
  )
}

function Seen({ node }: { node: NodeDetail }) {
  const t = useTranslations('node')
  const words = useWords()
  const ageMs = useNow() - (node.seenAt === null ? 0 : Date.parse(node.seenAt))
  const stale = node.seenAt === null || ageMs > staleAfterMs.power
  return (
    <span className={cx('shrink-0 whitespace-nowrap', stale ? 'text-warning' : 'text-faint')} title={node.seenAt ?? undefined}>
      {node.seenAt === null ? t('seenNever') : t('seen', { age: ageWords(ageMs, words), protocol: node.bmc.via === null ? 'BMC' : protocolNames[node.bmc.via] })}
    </span>
  )
}
