'use client'

import { useTranslations } from 'next-intl'
import type { AlertEvidence } from '#lib/domain/alert.ts'
import { secondsOf, type AlertCondition } from '#lib/domain/alert-rule.ts'
import { foldNames } from '#lib/domain/fold-names.ts'
import { usualUnits } from '#lib/domain/sensor.ts'
import { toReadingText, toReasonWords } from '#lib/domain/words.ts'

/** A span as a person says it: at once, 30 s, 5 min, 4 h, 2 days. */
export function useSpanWords(): (seconds: number) => string {
  const t = useTranslations('alerts.span')
  return (seconds) => {
    if (seconds === 0) return t('none')
    if (seconds % 86_400 === 0) return t('days', { n: seconds / 86_400 })
    if (seconds % 3_600 === 0) return t('hours', { n: seconds / 3_600 })
    return seconds % 60 === 0 ? t('minutes', { n: seconds / 60 }) : t('seconds', { n: seconds })
  }
}

/** What was seen, as half a sentence. The messages that receivers get say the same (lib/notify/words.ts). */
export function useEvidenceWords(): (evidence: AlertEvidence) => string {
  const t = useTranslations('alertMessage')
  const health = useTranslations('health')
  const failure = useTranslations('failure')
  const operation = useTranslations('operations.name')
  return (evidence) => {
    switch (evidence.kind) {
      case 'health':
        return evidence.reasons.map((reason) => toReasonWords(reason)).map(({ key, values }) => health(key, values)).join('; ') || health(evidence.level)
      case 'sensor':
        return t('sensor', { name: evidence.name, reading: toReadingText(evidence.reading, evidence.unit), more: evidence.more })
      case 'silent':
        return evidence.failure === null ? t('silent', { address: evidence.address }) : failure(`sentence.${evidence.failure}`, { address: evidence.address })
      case 'operation':
        return t('operation', { action: operation(evidence.action), by: evidence.by, failed: evidence.failed.length, total: evidence.total, nodes: foldNames(evidence.failed) })
      case 'audit':
        return t('audit')
    }
  }
}

/** What a rule watches for, as a sentence. */
export function useConditionWords(): (condition: AlertCondition) => string {
  const t = useTranslations('alerts.condition')
  const kinds = useTranslations('sensors.kind')
  const health = useTranslations('health')
  const span = useSpanWords()
  const what = (condition: AlertCondition) => {
    switch (condition.kind) {
      case 'health':
        return t(condition.level === 'critical' ? 'health' : 'healthOrWorse', { level: health(condition.level) })
      case 'sensor': {
        const name = [condition.sensor === null ? null : kinds(condition.sensor), condition.name].filter((part) => part !== null).join(' ')
        return t(condition.is, { name, value: toReadingText(condition.value, condition.sensor && usualUnits[condition.sensor]) })
      }
      default:
        return t(condition.kind)
    }
  }
  return (condition) => {
    const seconds = secondsOf(condition)
    return seconds === 0 ? what(condition) : t('for', { what: what(condition), span: span(seconds) })
  }
}
