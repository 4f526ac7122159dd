import { createTranslator } from 'use-intl/core'
import type { AlertEvidence } from '#lib/domain/alert.ts'
import type { AlertMessage } from '#lib/domain/alert-message.ts'
import { foldNames } from '#lib/domain/fold-names.ts'
import type { MessageLanguage } from '#lib/domain/receiver.ts'
import { toPowerText, toReadingText, sayReason } from '#lib/domain/words.ts'
import en from '../../messages/en.json' with { type: 'json' }
import zhCN from '../../messages/zh-CN.json' with { type: 'json' }

/** As many alerts as a chat shows one by one, and as long as a folded range may be there. */
const mostLines = 10
const longestRange = 300
/** What a BMC wrote may be long. */
const longestLine = 300

const translatorOf = (locale: MessageLanguage) => createTranslator({ locale, messages: locale === 'en' ? en : (zhCN as typeof en) })
type Translator = ReturnType<typeof translatorOf>
const translators = new Map<MessageLanguage, Translator>()

function wordsIn(language: MessageLanguage): Translator {
  const known = translators.get(language) ?? translatorOf(language)
  translators.set(language, known)
  return known
}

const cut = (text: string, length: number) => (text.length <= length ? text : `${text.slice(0, length - 1)}…`)

/** What was seen, as half a sentence. */
function tell(t: Translator, evidence: AlertEvidence): string {
  switch (evidence.kind) {
    case 'health':
      return evidence.reasons.map((reason) => sayReason(reason, (key, values) => t(`health.${key}`, values))).join('; ') || t(`health.${evidence.level}`)
    case 'sensor': {
      const reading = toReadingText(evidence.reading, evidence.unit)
      return t('alertMessage.sensor', { name: evidence.name, reading, more: evidence.more })
    }
    case 'silent':
      return evidence.failure === null ? t('alertMessage.silent', { address: evidence.address }) : t(`failure.sentence.${evidence.failure}`, { address: evidence.address })
    case 'operation':
      return t('alertMessage.operation', { action: t(`operations.name.${evidence.action}`), by: evidence.by, failed: evidence.failed.length, total: evidence.total, nodes: cut(foldNames(evidence.failed), longestRange) })
    case 'budget':
      return t('alertMessage.budget', { name: evidence.name, level: evidence.level, watts: toPowerText(evidence.watts), cap: toPowerText(evidence.capWatts), silent: evidence.silent })
    case 'audit':
      return t('alertMessage.audit')
  }
}

export type Worded = { title: string; range: string; lines: string[]; link: string; linkWords: string }

/** A message in words: a title, the nodes folded, a line for each of the first alerts, and where the rest is. */
export function toWords({ kind, rule, range, count, nodes, alerts }: AlertMessage, language: MessageLanguage, site: string): Worded {
  const t = wordsIn(language)
  const link = `${site}/alerts`
  const linkWords = t('alertMessage.link')
  if (kind === 'test') return { title: t('alertMessage.title.test'), range: '', lines: [t('alertMessage.test')], link, linkWords }
  const subject = nodes.length === 1 ? nodes[0]! : t('alertMessage.nodes', { count: nodes.length })
  const title = t(`alertMessage.title.${kind}`, { rule: rule.name, subject: nodes.length === 0 ? '' : ` · ${subject}` })
  const shown = alerts.slice(0, mostLines).map((alert) => {
    const flapping = alert.isFlapping && kind !== 'over' ? ` (${t('alertMessage.flapping')})` : ''
    return cut(`${alert.node === null ? '' : `${alert.node}: `}${tell(t, alert.evidence)}`, longestLine) + flapping
  })
  const more = count > shown.length ? [t('alertMessage.more', { count: count - shown.length })] : []
  return { title, range: nodes.length > 1 ? cut(range, longestRange) : '', lines: [...shown, ...more], link, linkWords }
}

/** The same as plain text, for whoever takes nothing better. */
export const toText = ({ range, lines, link }: Worded): string => [...(range === '' ? [] : [range]), ...lines, link].join('\n')
