import { useTranslations } from 'next-intl'
import type { BootProgress } from '#lib/domain/boot-progress.ts'
import { toTelling } from '#lib/domain/boot-telling.ts'
import { Age } from '../ui/age.tsx'
import { useNow } from '../ui/clock.tsx'

/** What a source tells of a host's start, in the reader's language; a code or a word of the BMC's own stays as it is. */
export function useBootWords(): (progress: BootProgress) => string {
  const t = useTranslations('bootProgress')
  const commands = useTranslations('operations.name')
  return ({ source, stage, word }) => {
    if (source === 'post-code') return t('postCode', { code: word })
    if (source === 'console') return t('console', { command: commands.has(word as 'On') ? commands(word as 'On') : word })
    if (stage === null) return word
    const said = t(`stage.${stage}`)
    return source === 'log' && (stage === 'firmware' || stage === 'stuck') ? t('part', { stage: said, part: word }) : said
  }
}

/** All that is told of a host's start now, each with who tells it and since when. */
export function BootLines({ progress }: { progress: readonly BootProgress[] }) {
  const t = useTranslations('bootProgress')
  const words = useBootWords()
  const nowMs = useNow()
  return toTelling(progress, nowMs).map((one) => (
    <span key={one.source} className="block" title={one.word}>
      {words(one)}{' '}
      <span className="text-label text-faint">
        {t(`source.${one.source}`)} <Age at={one.at} />
      </span>
    </span>
  ))
}
