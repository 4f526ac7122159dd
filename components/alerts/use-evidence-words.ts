'use client'

import { useTranslations } from 'next-intl'
import type { AlertEvidence } from '#lib/domain/alert.ts'
import { foldNames } from '#lib/domain/fold-names.ts'
import { sayReason, toPowerText, toReadingText } from '#lib/domain/words.ts'

/** What was seen, as half a sentence. The messages that receivers get say the same (lib/notify/words.ts). */
export function useEvidenceWords(): (evidence: AlertEvidence) => string {
  const t = useTranslations('alertMessage')
  const health = useTranslations('health')
  const failure = useTranslations('failure')
  const operation = useTranslations('operations.name')
  return (evidence) => {
    switch (evidence.kind) {
      case 'health':
        return evidence.reasons.map((reason) => sayReason(reason, health)).join('; ') || health(evidence.level)
      case 'sensor':
        return t('sensor', { name: evidence.name, reading: toReadingText(evidence.reading, evidence.unit), more: evidence.more })
      case 'silent':
        return evidence.failure === null ? t('silent', { address: evidence.address }) : failure(`sentence.${evidence.failure}`, { address: evidence.address })
      case 'operation':
        return t('operation', { action: operation(evidence.action), by: evidence.by, failed: evidence.failed.length, total: evidence.total, nodes: foldNames(evidence.failed) })
      case 'budget':
        return t('budget', { name: evidence.name, level: evidence.level, watts: toPowerText(evidence.watts), cap: toPowerText(evidence.capWatts), silent: evidence.silent })
      case 'audit':
        return t('audit')
    }
  }
}
