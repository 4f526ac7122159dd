import { useTranslations } from 'next-intl'
import type { PowerTotal } from '#lib/domain/power-total-shape.ts'
import { toPowerText } from '#lib/domain/words.ts'

/** A total as far as it is known: `at least 2.3 kW` while somebody is silent, a dash where nobody tells. */
export function TotalWords({ total }: { total: PowerTotal }) {
  const t = useTranslations('totals')
  if (total.told === 0) return <span className="text-faint">{t('untold')}</span>
  const watts = toPowerText(total.watts)
  return total.silent === 0 ? <>{watts}</> : <span className="text-muted">{t('atLeast', { watts })}</span>
}
