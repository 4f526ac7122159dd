'use client'

import { useTranslations } from 'next-intl'
import type { Event } from '#lib/api/contract.ts'

/** A field of a part, and what it was and is: `S1 → S2`, or the one of them that there is. */
export type ChangeField = { field: string; text: string }

const told = new Set([
  'serial',
  'mac',
  'partNumber',
  'model',
  'firmware',
  'cores',
  'threads',
  'speedMhz',
  'technology',
  'capacityWatts',
  'assetTag',
  'vlan',
  'hostName',
  'subject',
  'issuer',
  'validUntil',
])
const gib = 2 ** 30

/** One line for an entry, in the reader's language where it is our own; a log's words stay as the BMC wrote them. */
export function useEventText(): (event: Pick<Event, 'text' | 'change'>) => string {
  const t = useTranslations('events')
  return ({ text, change }) => {
    if (change === null) return text
    const part = `${t(`kind.${change.kind}`)} ${change.name === '' ? change.slot : change.name}`
    if (change.movedFrom !== null) return t('change.moved', { part, from: change.movedFrom })
    if (change.change === 'changed' && change.fields.length === 1 && change.fields[0] === 'firmware') {
      return t('change.firmware', { part, before: change.before?.firmware ?? '', after: change.after?.firmware ?? '' })
    }
    return t(`change.${change.change}`, { part })
  }
}

/** What was different before and after, field by field; of a part that came or went, what it is. */
export function useChangeFields(): (change: NonNullable<Event['change']>) => ChangeField[] {
  const t = useTranslations('events')
  return ({ before, after, fields, change }) => {
    const names = change === 'added' || change === 'removed' ? ['model', 'serial', 'partNumber', 'sizeBytes'] : fields
    return names.flatMap((name) => {
      const valueOf = (part: typeof before) => {
        const value = part?.[name as keyof NonNullable<typeof part>]
        if (value === undefined) return ''
        return name === 'sizeBytes' ? `${Math.round((Number(value) / gib) * 10) / 10} GiB` : String(value)
      }
      const [was, is] = [valueOf(before), valueOf(after)]
      if (was === '' && is === '') return []
      const field = told.has(name) ? t(`field.${name as 'serial'}`) : name === 'sizeBytes' ? t('field.sizeBytes') : name
      return [{ field, text: was !== '' && is !== '' ? t('change.fromTo', { before: was, after: is }) : was === '' ? is : was }]
    })
  }
}
