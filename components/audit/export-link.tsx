'use client'

import { Download } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { paths } from '#lib/api/paths.ts'
import { buttonStyle } from '#components/ui/button-style.ts'
import { useFilter } from './use-filter.ts'

/** The same rows as a file. */
export function ExportLink() {
  const t = useTranslations('audit')
  const { filter } = useFilter()
  return (
    <a href={paths.audit({ ...filter, format: 'csv' })} download="baseboard-audit.csv" aria-label={t('exportLong')} title={t('exportLong')} className={buttonStyle()}>
      <Download size={15} aria-hidden />
      {t('export')}
    </a>
  )
}
