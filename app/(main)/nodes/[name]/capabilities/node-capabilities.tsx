'use client'

import { useTranslations } from 'next-intl'
import { CapabilityTable } from '#components/capabilities/capability-table.tsx'
import { SetupSection, setupAnchor } from '#components/setup/setup-section.tsx'
import { ProbeAgain } from '#components/node/probe-again.tsx'
import { useNode } from '#components/node/use-node.ts'
import { useUser } from '#components/shell/user-context.tsx'
import { ageWords } from '#components/ui/age.tsx'
import { useNow } from '#components/ui/clock.tsx'
import { Instant } from '#components/ui/instant.tsx'
import { Link } from '#components/ui/link.tsx'
import { EmptyState } from '#components/ui/states.tsx'
import { useWords } from '#components/ui/words.tsx'
import type { NodeDetail } from '#lib/api/contract.ts'
import type { Part } from '#lib/domain/inventory.ts'
import { may } from '#lib/domain/permission.ts'

/** What can be done with this node, as the last probe found it. */
export function NodeCapabilities({ node: first, licences }: { node: NodeDetail; licences: readonly Part[] }) {
  const t = useTranslations('capabilities')
  const setup = useTranslations('setup')
  const { role } = useUser()
  const node = useNode(first)
  const { capabilities } = node
  const hasSetup = node.bmc.endpoints.some(({ protocol, state }) => protocol === 'ipmi' && state !== 'absent') && may({ role }, 'readSetup', node)
  return (
    <section aria-label={t('title')} className="flex flex-1 flex-col">
      <div className="flex flex-wrap items-center gap-3 border-b px-5 py-2.5">
        <p className="mr-auto text-muted">
          {capabilities === null ? t('never') : <Probed at={capabilities.probedAt} />}
          {capabilities !== null && node.bmc.state !== 'ok' && <span className="ml-3 text-warning">{t('silent')}</span>}
        </p>
        {hasSetup && (
          <Link href={`#${setupAnchor}`} className="max-sm:py-3">
            {setup('title')}
          </Link>
        )}
        {may({ role }, 'editNodes', node) && <ProbeAgain node={node} />}
      </div>
      {capabilities === null ? <EmptyState title={t('empty.title')}>{t('empty.text')}</EmptyState> : <CapabilityTable capabilities={capabilities} licences={licences} />}
      {hasSetup && <SetupSection node={node.name} mayChange={may({ role }, 'changeSetup', node) && !node.protected} />}
    </section>
  )
}

function Probed({ at }: { at: string }) {
  const t = useTranslations('capabilities')
  const words = useWords()
  return (
    <Instant at={at}>
      {t('probed', { age: ageWords(useNow() - Date.parse(at), words) })}
    </Instant>
  )
}
