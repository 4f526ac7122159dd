'use client'

import { useTranslations } from 'next-intl'
import type { NodeDetail } from '#lib/api/contract.ts'
import { LocalTime } from '../ui/local-time.tsx'
import { Section } from './section.tsx'
import { TrustedKey } from './trusted-key.tsx'
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
        <TrustedKey
          known={node.pin}
          other={differs ? shown : null}
          words={{ none: t('pinNone'), known: t('pin'), shown: t('pinShown'), trust: t('trust'), forget: t(changed ? 'trust' : 'forget'), forgetHint: t('forgetHint') }}
          mayEdit={mayEdit}
          busy={save.isPending}
          onTrust={(pin) => save.mutate({ bmc: { pin } })}
        >
          {redfish?.facts.isVouchedFor === true && <p className="text-muted">{t('vouchedFor')}</p>}
          {changed && <p className="text-warning">{t('pinChanged')}</p>}
        </TrustedKey>
        {save.error !== null && (
          <p role="alert" className="text-critical">
            {refusalOf(save.error, node.bmc.address)}
          </p>
        )}
      </div>
    </Section>
  )
}
