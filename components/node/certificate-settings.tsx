'use client'

import { useTranslations } from 'next-intl'
import type { NodeDetail } from '#lib/api/contract.ts'
import { Button } from '../ui/button.tsx'
import { LocalTime } from '../ui/local-time.tsx'
import { Fingerprint } from './fingerprint.tsx'
import { Section } from './section.tsx'
import { usePatch } from './use-patch.ts'
import { useRefusal } from './use-refusal.ts'

/** The certificate by which the BMC is known again, and how to trust another after it was replaced. */
export function CertificateSettings({ node, mayEdit }: { node: NodeDetail; mayEdit: boolean }) {
  const t = useTranslations('node.settings')
  const refusalOf = useRefusal()
  const save = usePatch(node.name)
  const redfish = node.bmc.endpoints.find(({ protocol }) => protocol === 'redfish')
  const changed = redfish?.failure?.kind === 'certificate' || node.bmc.failure?.kind === 'certificate'
  const shown = redfish?.facts.certificate
  const differs = changed && shown !== undefined && shown !== node.pin
  return (
    <Section title={t('certificate')} end={node.pinnedAt !== null && <LocalTime at={node.pinnedAt} />}>
      <div className="flex flex-col gap-3">
        {node.pin === null ? <p className="text-muted">{t('pinNone')}</p> : <Fingerprint label={t('pin')} text={node.pin} />}
        {redfish?.facts.isVouchedFor === true && <p className="text-muted">{t('vouchedFor')}</p>}
        {changed && <p className="text-warning">{t('pinChanged')}</p>}
        {differs && <Fingerprint label={t('pinShown')} text={shown} />}
        {mayEdit && node.pin !== null && (
          <div className="flex flex-wrap items-center gap-3">
            {differs ? (
              <Button kind="danger" busy={save.isPending} onClick={() => save.mutate({ bmc: { pin: shown } })}>
                {t('trust')}
              </Button>
            ) : (
              <Button busy={save.isPending} onClick={() => save.mutate({ bmc: { pin: null } })}>
                {changed ? t('trust') : t('forget')}
              </Button>
            )}
            {!differs && <span className="text-label text-faint">{t('forgetHint')}</span>}
          </div>
        )}
        {save.error !== null && (
          <p role="alert" className="text-critical">
            {refusalOf(save.error, node.bmc.address)}
          </p>
        )}
      </div>
    </Section>
  )
}
