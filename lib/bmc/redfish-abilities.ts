import { abilityNames, type Abilities, type BmcResetAbility, type BootAbility, type FanAbility, type MediaAbility, type PowerCapAbility } from '#lib/domain/abilities.ts'
import type { Told } from '#lib/domain/reason.ts'
import type { BootOverride } from '#lib/redfish/boot-override.ts'
import type { AbilityReading as RedfishReading } from '#lib/redfish/read-abilities.ts'
import { toGarbledReason } from '#lib/redfish/garbled.ts'
import type { FanControlReading } from '#lib/redfish/read-fan-control.ts'
import type { MediaReading } from '#lib/redfish/read-media.ts'
import type { PowerCapReading } from '#lib/redfish/read-power-cap.ts'
import { toManagerRestarts, type ResetCapability } from '#lib/redfish/reset.ts'
import type { ServiceReading } from '#lib/redfish/read-service.ts'
import type { AbilityReading } from './abilities.ts'
import { toRedfishRoutes } from './console-routes.ts'
import { sayBmc, toTold } from './reason.ts'
import { toFanControl } from './redfish-fan-control.ts'
import { toPlainText } from './text.ts'
import { withoutNothing } from './without-nothing.ts'

const maxWords = 64

/** Redfish's reading in the words of the domain. */
export function toAbilities({ boot, media, update, events, sessions, consoles, bios, bmcReset, powerCap, fans }: RedfishReading): AbilityReading {
  const { idleSeconds, limit } = sessions ?? {}
  const routes = consoles === undefined ? [] : toRedfishRoutes(consoles)
  const abilities: Abilities = {
    ...(boot && { boot: toBoot(boot) }),
    ...(media && { media: toMedia(media) }),
    ...(update && {
      update: {
        ...toBase(update),
        ways: update.ways.map(({ way, name, protocols }) => ({ way, ...toOptional('name', name), protocols: toWords(protocols) })),
        ...withoutNothing({ maxBytes: update.maxBytes }),
      },
    }),
    ...(bios && { bios: { ...toBase(bios), ...toOptional('settings', bios.settings), ...withoutNothing({ attributes: bios.attributes }) } }),
    ...(powerCap && { powerCap: toPowerCap(powerCap) }),
    ...(fans && { fans: toFans(fans) }),
    ...(bmcReset && { bmcReset: toBmcReset(bmcReset) }),
    ...(events && { events: { ...toBase(events), ...toOptional('stream', events.stream), types: toWords(events.types) } }),
  }
  return {
    abilities,
    ...(sessions && { sessions: { via: 'redfish', ...withoutNothing({ idleSeconds, limit }) } }),
    ...(routes.length > 0 && { consoles: routes }),
    unread: abilityNames.filter((name) => abilities[name] === undefined),
  }
}

type Base = { can: boolean | null; via?: 'redfish' } & Told

function toBase({ can, reason }: Pick<ServiceReading, 'can' | 'reason'>): Base {
  return { can, ...(can === false ? {} : { via: 'redfish' }), ...toTold(reason) }
}

function toBoot({ isOffered, enabled, target, mode, garbled, ...allowed }: BootOverride): BootAbility {
  const isSet = enabled !== undefined && enabled !== 'Disabled' && target !== undefined && target !== 'None'
  return {
    ...toBase({ can: isOffered || (garbled.length > 0 ? null : false), reason: toGarbledReason(garbled) ?? (isOffered ? undefined : sayBmc('boot-none')) }),
    targets: toWords(allowed.allowedTargets),
    // Where only the present mode is told, that one is known.
    modes: toWords(allowed.allowedModes.length > 0 ? allowed.allowedModes : mode === undefined ? [] : [mode]),
    lasting: toWords(allowed.allowedEnabled.filter((word) => word !== 'Disabled')),
    ...(isSet && { current: { lasting: toPlainText(enabled, 40), target: toPlainText(target, 60), ...toOptional('mode', mode, 40) } }),
  }
}

/** An action without a list takes no word that we know, and none may do (DSP0268: the type is optional). */
function toBmcReset(reset: ResetCapability): BmcResetAbility {
  const types = toManagerRestarts(reset)
  if (types.length === 0 && reset.doubt !== undefined) return { can: null, ...toTold(reset.doubt), types }
  if (reset.target === undefined) return { can: false, ...toTold(sayBmc('bmc-reset-none')), types }
  if (types.length > 0) return { can: true, via: 'redfish', types: toWords(types) }
  if (reset.stated === 'unstated') return { can: null, via: 'redfish', ...toTold(sayBmc('bmc-reset-unstated')), types }
  return { can: false, ...toTold(sayBmc('bmc-reset-only', { types: toWords(reset.allowed).join(', ') })), types }
}

function toMedia(media: MediaReading): MediaAbility {
  return {
    ...toBase(media),
    slots: media.slots.map((slot) => ({
      id: toPlainText(slot.id, 60),
      owner: slot.owner,
      can: slot.can,
      ...(slot.way && { way: slot.way }),
      ...toOptional('action', slot.action, 80),
      mediaTypes: toWords(slot.mediaTypes),
      protocols: toWords(slot.protocols),
      ...withoutNothing({ inserted: slot.inserted }),
    })),
  }
}

function toPowerCap(cap: PowerCapReading): PowerCapAbility {
  const { limit, minimum, maximum, isActive } = cap
  return { ...toBase(cap), ...withoutNothing({ limit, minimum, maximum, isActive }), ...toOptional('unit', cap.unit, 20) }
}

function toFans(fans: FanControlReading): FanAbility {
  const { route, name, values, current, way } = fans
  return {
    ...toBase(fans),
    ...(route && { route }),
    ...toOptional('name', name, 80),
    values: toWords(values),
    ...toOptional('current', current, 80),
    ...(way && { control: toFanControl(way) }),
  }
}

const toWords = (words: readonly string[]) => words.slice(0, maxWords).map((word) => toPlainText(word, 60))

function toOptional<Name extends string>(name: Name, value: string | undefined, maxLength = 200): Partial<Record<Name, string>> {
  return value === undefined ? {} : ({ [name]: toPlainText(value, maxLength) } as Partial<Record<Name, string>>)
}
