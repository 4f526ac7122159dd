import { useTranslations } from 'next-intl'
import { bootsBy, type ImageFacts } from '#lib/domain/image.ts'
import { HealthMark } from '../ui/marks.tsx'

/** By what firmware an image starts as a CD; a warning where by none. */
export function Boots({ facts }: { facts: ImageFacts }) {
  const t = useTranslations('images.boots')
  const [bios, uefi] = [bootsBy(facts, 'bios'), bootsBy(facts, 'uefi')]
  if (bios && uefi) return <span>{t('both')}</span>
  if (bios || uefi) return <span title={t(bios ? 'biosOnlyHint' : 'uefiOnlyHint')}>{t(bios ? 'bios' : 'uefi')}</span>
  return (
    <span className="inline-flex items-center gap-1.5 text-warning" title={t('noneHint')}>
      <HealthMark level="warning" />
      {t('none')}
    </span>
  )
}
