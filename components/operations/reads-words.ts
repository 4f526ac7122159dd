import { useTranslations } from 'next-intl'
import { toSize } from '#lib/domain/amount-words.ts'
import type { StepReads } from '#lib/domain/install.ts'

/** What a BMC has read of its image, in a line: how much, of how much, how fast. */
export function useReadsWords(): (reads: StepReads) => string {
  const t = useTranslations('operations.reads')
  return ({ bytes, percent, bytesPerSecond }) => {
    if (bytes === 0) return t('none')
    const said = t('some', { size: toSize(bytes), percent: percent < 1 ? '< 1 %' : `${Math.floor(percent)} %` })
    return bytesPerSecond === 0 ? said : `${said}, ${t('rate', { rate: toSize(bytesPerSecond) })}`
  }
}
