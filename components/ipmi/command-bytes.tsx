import { useTranslations } from 'next-intl'
import type { IpmiAsk } from '#lib/api/contract.ts'
import { toBytesText } from '#lib/domain/raw.ts'

/** A command by its parts, in hexadecimal. */
export function CommandBytes({ command: { netFn, cmd, data } }: { command: IpmiAsk }) {
  const t = useTranslations('ipmi')
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1.5">
      <dt className="text-muted">{t('netFn')}</dt>
      <dd className="font-mono">{toBytesText([netFn])}</dd>
      <dt className="text-muted">{t('cmd')}</dt>
      <dd className="font-mono">{toBytesText([cmd])}</dd>
      <dt className="text-muted">{t('data')}</dt>
      <dd className="font-mono break-words">{data.length === 0 ? <span className="font-sans text-faint">{t('noData')}</span> : toBytesText(data)}</dd>
    </dl>
  )
}
