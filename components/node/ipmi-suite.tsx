'use client'

import { useTranslations } from 'next-intl'
import type { NodeDetail } from '#lib/api/contract.ts'
import { Button } from '../ui/button.tsx'
import { usePatch } from './use-patch.ts'
import { useRefusal } from './use-refusal.ts'

/** The best cipher suite that a BMC has done, below which nobody signs in; and how to agree to less. */
export function IpmiSuite({ node, mayEdit }: { node: NodeDetail; mayEdit: boolean }) {
  const t = useTranslations('node.settings.ipmi')
  const refusalOf = useRefusal()
  const save = usePatch(node.name)
  const { facts, failure } = node.bmc.endpoints.find(({ protocol }) => protocol === 'ipmi') ?? {}
  const isDowngraded = failure?.kind === 'downgrade'
  const { cipherSuite: best } = node
  if (best === null) return <p className="text-muted">{t('bestNone')}</p>
  return (
    <div className="flex flex-col gap-2">
      <p className={isDowngraded ? 'text-critical' : 'text-muted'}>{isDowngraded ? t('fellBack', { best }) : t('best', { best })}</p>
      {!isDowngraded && facts?.cipherSuiteId !== undefined && facts.privilege !== undefined && (
        <p className="text-muted">{t('signedIn', { suite: facts.cipherSuiteId, privilege: t(`privileges.${facts.privilege}`) })}</p>
      )}
      {mayEdit && (
        <div className="flex flex-wrap items-center gap-3">
          <Button kind={isDowngraded ? 'danger' : 'plain'} busy={save.isPending} onClick={() => save.mutate({ bmc: { cipherSuite: null } })}>
            {t(isDowngraded ? 'acceptWeaker' : 'forgetBest')}
          </Button>
          <span className="text-label text-faint">{t('acceptHint')}</span>
        </div>
      )}
      {save.error !== null && (
        <p role="alert" className="text-critical">
          {refusalOf(save.error, node.bmc.address)}
        </p>
      )}
    </div>
  )
}
