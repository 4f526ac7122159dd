'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { saveMediaAddress } from '#lib/api/image-commands.ts'
import { imageServingQuery } from '#lib/api/image-queries.ts'
import type { ImageServing } from '#lib/api/images-contract.ts'
import { keys } from '#lib/api/queries.ts'
import { isGrave, type DepotFinding } from '#lib/domain/depot.ts'
import { isIpv4, type LinkProtocol } from '#lib/domain/image-link.ts'
import { Age } from '#components/ui/age.tsx'
import { Button } from '#components/ui/button.tsx'
import { HealthMark } from '#components/ui/marks.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import { ReadState } from './read-state.tsx'
import { Section } from './section.tsx'
import { useSavedText } from './use-saved-text.ts'

const protocolNames: Record<LinkProtocol, string> = { http: 'HTTP', https: 'HTTPS', nfs: 'NFS' }
const variables: Record<LinkProtocol, string> = { http: 'DEPOT_HTTP_PORT', https: 'DEPOT_HTTPS_PORT', nfs: 'DEPOT_NFS_PORT' }

function Finding({ finding }: { finding: DepotFinding }) {
  const t = useTranslations('settings.mediaFinding')
  const { code, protocol, port, text } = finding
  const level = isGrave(finding) ? 'critical' : 'warning'
  const values = { port: String(port ?? ''), protocol: protocol === null ? '' : protocolNames[protocol], variable: protocol === null ? '' : variables[protocol], text: text ?? '' }
  return (
    <li className="flex items-baseline gap-2">
      <HealthMark level={level} />
      <span className="min-w-0 break-words">{t(code, values)}</span>
    </li>
  )
}

/** What the depot serves, and what it found when it called itself at the address. */
function Checked({ serving: { mediaAddress, checked, addresses } }: { serving: ImageServing }) {
  const t = useTranslations('settings')
  if (checked === null) return <p className="px-5 text-muted">{addresses.length === 0 ? t('mediaAbsent') : t('mediaTrying')}</p>
  const { doors, findings, checkedAt } = checked
  return (
    <div className="flex max-w-prose flex-col gap-3 px-5">
      <dl className="flex flex-wrap gap-x-4 gap-y-1">
        <dt className="text-muted">{t('mediaDoors')}</dt>
        <dd className="font-mono">{doors.length === 0 ? t('mediaNoDoors') : doors.map(({ protocol, port }) => `${protocolNames[protocol]} ${port}`).join(', ')}</dd>
        <dd className="text-faint">
          <Age at={checkedAt} />
        </dd>
      </dl>
      {findings.length > 0 && (
        <ul aria-label={t('mediaFindings')} className="flex flex-col gap-1.5">
          {findings.map((finding) => (
            <Finding key={`${finding.code} ${finding.protocol} ${finding.port}`} finding={finding} />
          ))}
        </ul>
      )}
      {mediaAddress !== null && doors.length > 0 && !findings.some(isGrave) && (
        <p className="text-muted">
          {t('mediaFine')} {t('mediaFirewall')}
        </p>
      )}
    </div>
  )
}

function Form({ serving }: { serving: ImageServing }) {
  const t = useTranslations('settings')
  const common = useTranslations('common')
  const { field, busy, submit } = useSavedText({
    saved: serving.mediaAddress ?? '',
    parse: (text) => (isIpv4(text.trim()) ? { value: text.trim() } : { wrong: t('mediaWrong', { value: text.trim() }) }),
    save: saveMediaAddress,
    queryKey: keys.imageServing,
    savedTitle: t('mediaSaved'),
  })
  const others = serving.addresses.filter((address) => !address.startsWith('127.')).slice(0, 6)
  return (
    <form onSubmit={submit} className="flex max-w-md flex-col gap-3 px-5">
      <TextField
        label={t('mediaLabel')}
        hint={others.length === 0 ? t('mediaHintNone') : t('mediaHint', { addresses: others.join(', ') })}
        mono
        inputMode="decimal"
        {...field}
      />
      <div>
        <Button type="submit" kind="strong" busy={busy}>
          {common('save')}
        </Button>
      </div>
    </form>
  )
}

function Fixed({ serving }: { serving: ImageServing }) {
  const t = useTranslations('settings')
  return (
    <div className="px-5">
      <p className="font-mono">{serving.mediaAddress}</p>
      <p className="mt-3 text-muted">{t('mediaFixed')}</p>
    </div>
  )
}

/** The address at which BMCs reach the images, and whether it is right. */
export function MediaAddress() {
  const t = useTranslations('settings')
  const query = useQuery(imageServingQuery())
  return (
    <Section title={t('mediaTitle')} text={t('mediaText')}>
      <ReadState query={query}>
        {(serving) => (
          <div className="flex flex-col gap-5">
            {serving.fromEnvironment ? <Fixed serving={serving} /> : <Form serving={serving} />}
            <Checked serving={serving} />
          </div>
        )}
      </ReadState>
    </Section>
  )
}
