'use client'

import { useTranslations } from 'next-intl'
import type { NodeDetail } from '#lib/api/contract.ts'
import { may } from '#lib/domain/permission.ts'
import type { Role } from '#lib/domain/role.ts'
import { BmcSettings } from './bmc-settings.tsx'
import { mayHaveCertificate } from './certificate.ts'
import { CertificateSettings } from './certificate-settings.tsx'
import { ConsoleSettings } from './console-settings.tsx'
import { GeneralSettings } from './general-settings.tsx'
import { IpmiSettings } from './ipmi-settings.tsx'
import { ProbeSettings } from './probe-settings.tsx'
import { RemoveNode } from './remove-node.tsx'

type NodeSettingsProps = { node: NodeDetail; role: Role; onRenamed: (name: string) => void; onRemoved: () => void }

/** The settings of a node: administrators change them, others see them as they are. */
export function NodeSettings({ node, role, onRenamed, onRemoved }: NodeSettingsProps) {
  const t = useTranslations('node.settings')
  const mayEdit = may({ role }, 'editNodes')
  return (
    <div className="w-full max-w-3xl">
      {!mayEdit && <p className="border-b px-5 py-3 text-muted">{t('mayNot')}</p>}
      <GeneralSettings node={node} mayEdit={mayEdit} onRenamed={onRenamed} />
      <BmcSettings node={node} mayEdit={mayEdit} />
      {node.bmc.protocol !== 'redfish' && <IpmiSettings node={node} mayEdit={mayEdit} />}
      {(node.pin !== null || mayHaveCertificate(node)) && <CertificateSettings node={node} mayEdit={mayEdit} />}
      <ConsoleSettings node={node} mayEdit={mayEdit} />
      {mayEdit && <ProbeSettings node={node} />}
      {mayEdit && <RemoveNode name={node.name} onRemoved={onRemoved} />}
    </div>
  )
}
