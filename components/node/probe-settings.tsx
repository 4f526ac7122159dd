'use client'

import { useTranslations } from 'next-intl'
import type { NodeDetail } from '#lib/api/contract.ts'
import { useTimeFormat } from '../ui/local-time.tsx'
import { ProbeAgain } from './probe-again.tsx'
import { Section } from './section.tsx'

/** When the BMC was asked what it is and can, and the way to ask again. */
export function ProbeSettings({ node }: { node: NodeDetail }) {
  const t = useTranslations('node.settings')
  const moment = useTimeFormat('moment')
  return (
    <Section title={t('probe')} end={node.capabilities !== null && t('probedAt', { date: moment(node.capabilities.probedAt) })}>
      <div className="flex flex-col gap-3">
        <p className="text-muted">{t('probeHint')}</p>
        <ProbeAgain node={node} />
      </div>
    </Section>
  )
}
