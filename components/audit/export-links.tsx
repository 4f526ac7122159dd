'use client'

import { Download } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { paths } from '#lib/api/paths.ts'
import { buttonStyle } from '#components/ui/button-style.ts'
import { useFilter } from './use-filter.ts'

/** All rows of the filter as a file, for people and for programs. */
export function ExportLinks() {
  const t = useTranslations('audit')
  const { filter } = useFilter()
  return (['csv', 'jsonl'] as const).map((format) => (
    <a
      key={format}
      href={paths.audit({ ...filter, format })}
      download={`baseboard-audit.${format}`}
      aria-label={t(`exportLong.${format}`)}
      title={t(`exportLong.${format}`)}
      className={buttonStyle()}
    >
      <Download size={15} aria-hidden className="max-sm:hidden" />
      {t(`export.${format}`)}
    </a>
  ))
}
