import { abilityNames, type AbilityName, type MediaSlot } from '#lib/domain/abilities.ts'
import type { Capabilities, Capability, ConsoleWay, Protocol } from '#lib/domain/bmc.ts'
import type { ResetType } from '#lib/domain/power.ts'
import type { Told } from '#lib/domain/reason.ts'
import { resetTypes } from '#lib/domain/reset-rules.ts'

/** What a row is about. Licences, sessions and cipher suites are told, not done: they have no yes or no. */
export type RowName = ResetType | ConsoleWay | AbilityName | 'indicator' | 'consoles' | 'licences' | 'sessions' | 'cipherSuites'

export type Row = {
  name: RowName
  /** null: not known; undefined: nothing to be able to. */
  can: boolean | null | undefined
  via?: Protocol | 'ssh' | 'websocket' | undefined
  isComposed?: boolean
  /** The BMC's own words, or why nothing is known. */
  told?: Told
  /** Not read at the last probe; what stands there is of an earlier one. */
  isEarlier?: boolean
  /** Nobody has asked yet: a record of an older version. */
  isUnasked?: boolean
}

export type Group = { name: 'power' | 'boot' | 'console' | 'firmware' | 'bmc'; rows: Row[] }

const toReset = (name: RowName, capability: Capability | undefined): Row => ({
  name,
  can: capability?.can ?? null,
  via: capability?.via,
  isComposed: capability?.composed === true,
  told: capability ?? {},
  isUnasked: capability === undefined,
})

function toAbility(capabilities: Capabilities, name: AbilityName): Row {
  const ability = capabilities[name]
  const isUnread = capabilities.unread?.includes(name) === true
  if (ability === undefined) return { name, can: null, isEarlier: isUnread, isUnasked: !isUnread }
  return { name, can: ability.can, via: ability.can === true ? ability.via : undefined, told: ability, isEarlier: isUnread }
}

const consoleVia = { sol: 'ipmi', ssh: 'ssh', websocket: 'websocket' } as const satisfies Record<ConsoleWay, Row['via']>

function toConsoles({ consoles }: Capabilities): Row[] {
  if (consoles === undefined) return [{ name: 'consoles', can: null, isUnasked: true }]
  if (consoles.length === 0) return [{ name: 'consoles', can: false }]
  return consoles.map((route) => ({ name: route.way, can: route.can, via: route.can ? consoleVia[route.way] : undefined, told: route }))
}

/** The record as a person reads it: each function once, those of a kind together. */
export function toGroups(capabilities: Capabilities, hasLicences = false): Group[] {
  const of = (...names: AbilityName[]) => names.map((name) => toAbility(capabilities, name))
  const [boot, media, fans, powerCap, bios, update, events, bmcReset] = of(...abilityNames) as [Row, Row, Row, Row, Row, Row, Row, Row]
  const told: Row[] = [
    ...(hasLicences ? [{ name: 'licences', can: undefined } as const] : []),
    ...(capabilities.sessions === undefined ? [] : [{ name: 'sessions', can: undefined } as const]),
    ...(capabilities.cipherSuites === undefined ? [] : [{ name: 'cipherSuites', can: undefined, via: 'ipmi' } as const]),
  ]
  return [
    { name: 'power', rows: [...resetTypes.map((type) => toReset(type, capabilities.resets[type])), toReset('indicator', capabilities.indicator), powerCap, fans] },
    { name: 'boot', rows: [boot, media] },
    { name: 'console', rows: toConsoles(capabilities) },
    { name: 'firmware', rows: [update, bios] },
    { name: 'bmc', rows: [bmcReset, events, ...told] },
  ]
}

/** Slots that differ in nothing but their names, as one: Lenovo has ten. */
export function foldSlots(slots: readonly MediaSlot[]): { ids: string[]; slot: MediaSlot }[] {
  const folded = new Map<string, { ids: string[]; slot: MediaSlot }>()
  for (const slot of slots) {
    const { id, ...rest } = slot
    const key = JSON.stringify(rest)
    const known = folded.get(key)
    if (known === undefined) folded.set(key, { ids: [id], slot })
    else known.ids.push(id)
  }
  return [...folded.values()]
}
