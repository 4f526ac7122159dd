import { toReadingText } from '#lib/domain/words.ts'
import type { SelDescription } from '#lib/ipmi/sel/describe.ts'
import { scaleOf } from './ipmi-sensors.ts'
import { toPlainText } from './text.ts'

const MAX_TEXT = 500

/** An IPMI event as one line: `Upper Critical going high: 92 °C, limit 90 °C`, `Correctable ECC (module 3)`. */
export function toEventText({ text, details, trigger }: Pick<SelDescription, 'text' | 'details' | 'trigger'>): string {
  const measured = trigger === undefined ? '' : toTriggerText(trigger)
  return toPlainText(`${text}${measured}${details.length === 0 ? '' : ` (${details.join(', ')})`}`, MAX_TEXT)
}

function toTriggerText({ value, threshold, unit }: NonNullable<SelDescription['trigger']>): string {
  const scale = scaleOf(unit)
  const convert = scale.convert ?? ((same: number) => same)
  const read = value === undefined ? undefined : toReadingText(convert(value), scale.unit)
  const limit = threshold === undefined ? undefined : `limit ${toReadingText(convert(threshold), scale.unit)}`
  return `: ${[read, limit].filter((part) => part !== undefined).join(', ')}`
}
