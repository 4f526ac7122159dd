'use client'

import { useTranslations } from 'next-intl'
import { secondsOf, type AlertCondition } from '#lib/domain/alert-rule.ts'
import { usualUnits } from '#lib/domain/sensor.ts'
import { toReadingText } from '#lib/domain/words.ts'

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
      case 'budget':
        return t(condition.level === 'over' ? 'budgetOver' : 'budgetWarning')
      default:
        return t(condition.kind)
    }
  }
  return (condition) => {
    const seconds = secondsOf(condition)
    return seconds === 0 ? what(condition) : t('for', { what: what(condition), span: span(seconds) })
  }
}
