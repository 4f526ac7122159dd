import { useTranslations } from 'next-intl'
import { readEvidence } from '#lib/domain/evidence.ts'

/** `ForceOff: read back off`: what came of one of several commands. */
const ofCommand = /^([A-Z][A-Za-z]+): (.+)$/s

/** What proves a step, in the reader's language as far as the sentences are ours; the rest stays as it was written down. */
export function useEvidenceOfStep(): (evidence: string) => string {
  const t = useTranslations('operations.evidence')
  const names = useTranslations('operations.name')
  const say = (text: string): string => {
    const read = readEvidence(text)
    return read === null ? text : t(read.key, read.values)
  }
  return (evidence) =>
    evidence
      .split('; ')
      .map((text) => {
        const [, command = '', what] = ofCommand.exec(text) ?? []
        return what !== undefined && names.has(command as 'On') ? t('ofCommand', { command: names(command as 'On'), what: say(what) }) : say(text)
      })
      .join(t('join'))
}
