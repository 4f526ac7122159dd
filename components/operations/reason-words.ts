import { useTranslations } from 'next-intl'
import type { Told } from '#lib/domain/reason.ts'

type Code = Parameters<ReturnType<typeof useTranslations<'reason'>>>[0]

/** Why something cannot be done, in the reader's language as far as the words are ours; a BMC's own stay as they are. */
export function useReasonWords(): (told: Told | undefined) => string | undefined {
  const t = useTranslations('reason')
  return (told) => {
    if (told?.why === undefined) return told?.reason
    return told.why.map(({ code, values, text }) => (code !== undefined && t.has(code as Code) ? t(code as Code, values) : text)).join(t('join'))
  }
}
