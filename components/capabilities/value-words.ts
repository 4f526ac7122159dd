'use client'

import { useTranslations } from 'next-intl'
import type { Abilities } from '#lib/domain/abilities.ts'
import type { Capabilities } from '#lib/domain/bmc.ts'
import { toBootTarget } from '#lib/domain/boot.ts'
import type { Part } from '#lib/domain/inventory.ts'
import { toReadingText } from '#lib/domain/words.ts'
import { ageWords } from '../ui/age.tsx'
import { useTimeFormat } from '../ui/local-time.tsx'
import { useWords } from '../ui/words.tsx'
import { foldSlots, type RowName } from './rows.ts'

/** A value with its name; a value without one says itself what it is. */
export type Value = { label?: string; text: string }

const bytesPerMiB = 1024 * 1024

type Translate = ReturnType<typeof useTranslations<'capabilities'>>
type TargetWords = ReturnType<typeof useTranslations<'more'>>

/** How long a boot override holds, in Redfish's words (DSP0268, BootSourceOverrideEnabled). */
const lastings = { Once: 'once', Continuous: 'always', Disabled: 'disabled' } as const

/** What a function's values are; words of the BMC's own stay as they are. */
export function useValueWords(licences: readonly Part[]): (name: RowName, capabilities: Capabilities) => Value[] {
  const t = useTranslations('capabilities')
  const targets = useTranslations('more')
  const words = useWords()
  const day = useTimeFormat('day')
  const span = (seconds: number) => ageWords(seconds * 1000, words)
  return (name, capabilities) => {
    switch (name) {
      case 'boot':
        return toBoot(t, targets, capabilities.boot)
      case 'media':
        return toMedia(t, capabilities.media)
      case 'fans':
        return toFans(t, capabilities.fans)
      case 'powerCap':
        return toPowerCap(t, capabilities.powerCap)
      case 'bios':
        return toBios(t, capabilities.bios)
      case 'update':
        return toUpdate(t, capabilities.update)
      case 'events':
        return toEvents(t, capabilities.events)
      case 'licences':
        return licences.map(({ name: label, technology, validUntil }) => ({
          text: [label, technology, validUntil === undefined ? undefined : t('expires', { date: day(validUntil) })].filter(Boolean).join(', '),
        }))
      case 'sessions':
        return toSessions(t, capabilities, span)
      case 'cipherSuites':
        return [{ text: (capabilities.cipherSuites ?? []).join(', ') }]
      case 'sol':
      case 'ssh':
      case 'websocket':
        return toConsole(t, capabilities, name)
      default:
        return []
    }
  }
}

/** What each word means, once where several mean the same. */
const toWords = (list: readonly string[], say: (word: string) => string) => [...new Set(list.map(say))]

const listed = (label: string, list: readonly string[]): Value[] => (list.length === 0 ? [] : [{ label, text: list.join(', ') }])

function toBoot(t: Translate, targets: TargetWords, boot: Abilities['boot']): Value[] {
  if (boot === undefined || boot.can === false) return []
  const { current } = boot
  const sayTarget = (word: string) => {
    const target = toBootTarget(word)
    return target === null ? word : targets(`target.${target}`)
  }
  const sayLasting = (word: string) => (Object.hasOwn(lastings, word) ? t(lastings[word as keyof typeof lastings]) : word)
  return [
    ...(current === undefined && boot.can === null ? [] : [{ label: t('value.current'), text: current === undefined ? t('notSet') : [current.target && sayTarget(current.target), current.mode, sayLasting(current.lasting)].filter(Boolean).join(', ') }]),
    ...listed(t('value.targets'), toWords(boot.targets, sayTarget)),
    ...listed(t('value.modes'), boot.modes),
    ...listed(t('value.lasting'), toWords(boot.lasting, sayLasting)),
  ]
}

function toMedia(t: Translate, media: Abilities['media']): Value[] {
  return foldSlots(media?.slots ?? []).map(({ ids, slot }) => ({
    label: ids.join(', '),
    text: [
      slot.mediaTypes.join(', '),
      slot.way === 'oem' ? slot.action : slot.way === undefined ? undefined : t(`media.${slot.way}`),
      slot.protocols.join(', '),
      t(`owner.${slot.owner}`),
      slot.inserted === true ? t('inserted') : undefined,
    ].filter(Boolean).join(' · '),
  }))
}

function toFans(t: Translate, fans: Abilities['fans']): Value[] {
  if (fans?.route === undefined) return []
  return [
    { label: t('value.route'), text: [t(`fans.${fans.route}`), fans.name].filter(Boolean).join(' · ') },
    ...listed(t('value.values'), fans.values),
    ...(fans.current === undefined ? [] : [{ label: t('value.current'), text: fans.current }]),
  ]
}

function toPowerCap(t: Translate, cap: Abilities['powerCap']): Value[] {
  if (cap === undefined || cap.can === false) return []
  const unit = cap.unit ?? 'W'
  const limit = cap.limit === undefined ? t('notSet') : toReadingText(cap.limit, unit)
  const isOff = cap.limit !== undefined && cap.isActive === false
  return [
    // That none is set is not known where it could not be read.
    ...(cap.limit === undefined && cap.can === null ? [] : [{ label: t('value.limit'), text: isOff ? `${limit}, ${t('notActive')}` : limit }]),
    ...(cap.minimum === undefined || cap.maximum === undefined
      ? []
      : [{ label: t('value.range'), text: `${toReadingText(cap.minimum, unit)} – ${toReadingText(cap.maximum, unit)}` }]),
  ]
}

function toBios(t: Translate, bios: Abilities['bios']): Value[] {
  if (bios === undefined) return []
  return [
    ...(bios.attributes === undefined ? [] : [{ label: t('value.attributes'), text: String(bios.attributes) }]),
    ...(bios.settings === undefined ? [] : [{ label: t('value.settings'), text: bios.settings }]),
  ]
}

function toUpdate(t: Translate, update: Abilities['update']): Value[] {
  const ways = (update?.ways ?? []).map(({ way, name, protocols }) => ({ label: t(`update.${way}`), text: name ?? (protocols.length > 0 ? protocols.join(', ') : t('stated')) }))
  const { maxBytes } = update ?? {}
  return maxBytes === undefined ? ways : [...ways, { label: t('value.largest'), text: toReadingText(maxBytes / bytesPerMiB, 'MiB') }]
}

function toEvents(t: Translate, events: Abilities['events']): Value[] {
  if (events === undefined) return []
  const stream = events.stream ?? (events.can === true ? t('none') : undefined)
  return [...(stream === undefined ? [] : [{ label: t('value.stream'), text: stream }]), ...listed(t('value.types'), events.types)]
}

function toSessions(t: Translate, { sessions = [] }: Capabilities, span: (seconds: number) => string): Value[] {
  return sessions.map(({ via, limit, inUse, idleSeconds }) => ({
    label: via === 'ipmi' ? 'IPMI' : 'Redfish',
    text: [
      limit === undefined ? t('limitUntold') : t('atMost', { count: limit }),
      inUse === undefined ? undefined : t('inUse', { count: inUse }),
      idleSeconds === undefined ? undefined : t('idle', { span: span(idleSeconds) }),
    ].filter(Boolean).join(', '),
  }))
}

function toConsole(t: Translate, { consoles = [] }: Capabilities, name: RowName): Value[] {
  const route = consoles.find(({ way }) => way === name)
  if (route === undefined || !route.can) return []
  return [
    ...(route.port === undefined ? [] : [{ label: t('value.port'), text: String(route.port) }]),
    ...(route.entry === undefined ? [] : [{ label: t('value.entry'), text: route.entry }]),
    ...(route.exit === undefined ? [] : [{ label: t('value.exit'), text: toKeyNames(route.exit) }]),
  ]
}

/** Keys as people write them: `^]` for a control character, ESC. */
function toKeyNames(keys: string): string {
  return [...keys].map((key) => (key === '\u001b' ? 'ESC ' : key < ' ' ? `^${String.fromCharCode(key.charCodeAt(0) + 0x40)}` : key)).join('')
}
