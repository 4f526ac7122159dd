import * as z from 'zod/mini'
import { fanControl, fanRefusal } from './fan.ts'
import { protocol } from './protocol.ts'
import { told } from './reason.ts'

/**
 * What a node's BMC can do beside switching the host, as a probe found it. `can` is null where nothing tells: the reason then says why
 * that is not known. Values are the BMC's own words, in its order; an empty list means that it states none.
 */
const ability = { can: z.nullable(z.boolean()), via: z.optional(protocol), ...told }

/** Boot override. `lasting`: `Once`, `Continuous`. `current`: what is set now; absent where nothing is. */
export const bootAbility = z.object({
  ...ability,
  targets: z.array(z.string()),
  modes: z.array(z.string()),
  lasting: z.array(z.string()),
  current: z.optional(z.object({ lasting: z.string(), target: z.optional(z.string()), mode: z.optional(z.string()) })),
})
export type BootAbility = z.infer<typeof bootAbility>

/**
 * One virtual media slot. `way`: the standard's InsertMedia, a maker's own `action`, or a PATCH of the slot (DSP0268, VirtualMedia.Image);
 * absent where none is offered. `owner`: whose slot it is; the system's are those of newer BMCs.
 */
export const mediaSlot = z.object({
  id: z.string(),
  owner: z.enum(['system', 'manager']),
  can: z.nullable(z.boolean()),
  way: z.optional(z.enum(['standard', 'oem', 'patch'])),
  action: z.optional(z.string()),
  mediaTypes: z.array(z.string()),
  protocols: z.array(z.string()),
  inserted: z.optional(z.boolean()),
})
export type MediaSlot = z.infer<typeof mediaSlot>

export const mediaAbility = z.object({ ...ability, slots: z.array(mediaSlot) })
export type MediaAbility = z.infer<typeof mediaAbility>

/** `control`: a standard Control of the chassis; `oem`: a property of the maker's; `profile`: bytes known for this firmware (IPMI). */
export const fanAbility = z.object({
  ...ability,
  route: z.optional(z.enum(['control', 'oem', 'profile'])),
  /** The property or control by its name, and the values that it takes. */
  name: z.optional(z.string()),
  values: z.array(z.string()),
  current: z.optional(z.string()),
  /** All that is needed to use it; absent in older records and where there is none. */
  control: z.optional(fanControl),
  /** The BMC refused the command itself: not asked again until its firmware changes. */
  refusal: z.optional(fanRefusal),
})
export type FanAbility = z.infer<typeof fanAbility>

/** Power cap. Without `limitWatts` none is set; `isActive` is told by few. `unit` other than W where a Control counts in percent. */
export const powerCapAbility = z.object({
  ...ability,
  limit: z.optional(z.number()),
  minimum: z.optional(z.number()),
  maximum: z.optional(z.number()),
  unit: z.optional(z.string()),
  isActive: z.optional(z.boolean()),
})
export type PowerCapAbility = z.infer<typeof powerCapAbility>

/** BIOS settings: how many attributes are told, and the resource that holds the pending ones. */
export const biosAbility = z.object({ ...ability, attributes: z.optional(z.number()), settings: z.optional(z.string()) })

/** One way to bring firmware to the BMC: it fetches (`simple`), it is sent (`multipart`, `push`), or a maker's own action. */
export const updateWay = z.object({
  way: z.enum(['simple', 'multipart', 'push', 'oem']),
  name: z.optional(z.string()),
  protocols: z.array(z.string()),
})
export const updateAbility = z.object({ ...ability, ways: z.array(updateWay), maxBytes: z.optional(z.number()) })

/** Event push. `stream`: where it sends events as they happen (SSE); absent where it has none. */
export const eventAbility = z.object({ ...ability, stream: z.optional(z.string()), types: z.array(z.string()) })

/** How many management sessions there may be and how long one may be idle, by one protocol; absent where it does not say. */
export const sessionLimits = z.object({
  via: protocol,
  limit: z.optional(z.number()),
  inUse: z.optional(z.number()),
  idleSeconds: z.optional(z.number()),
})
export type SessionLimits = z.infer<typeof sessionLimits>

/** The BMC's reset of itself. `types`: the words that it allows for one that starts it again; empty where it states none. */
export const bmcResetAbility = z.object({ ...ability, types: z.array(z.string()) })
export type BmcResetAbility = z.infer<typeof bmcResetAbility>

export const abilityName = z.enum(['boot', 'media', 'fans', 'powerCap', 'bios', 'update', 'events', 'bmcReset'])
export type AbilityName = z.infer<typeof abilityName>
export const abilityNames: readonly AbilityName[] = abilityName.options

/** Each absent in records that were stored before it was known, and where no protocol was asked for it. */
export const abilities = {
  boot: z.optional(bootAbility),
  media: z.optional(mediaAbility),
  fans: z.optional(fanAbility),
  powerCap: z.optional(powerCapAbility),
  bios: z.optional(biosAbility),
  update: z.optional(updateAbility),
  events: z.optional(eventAbility),
  bmcReset: z.optional(bmcResetAbility),
} satisfies Record<AbilityName, unknown>
const ofAbilities = z.object(abilities)
export type Abilities = z.infer<typeof ofAbilities>

/** What a probe could not read this time stays as an earlier one found it; `unread` still says so. */
export function keepUnread<Known extends Abilities, Found extends Abilities & { unread?: readonly AbilityName[] | undefined }>(known: Known | null, found: Found): Found {
  const kept = (found.unread ?? []).filter((name) => found[name] === undefined && known?.[name] !== undefined)
  return { ...found, ...Object.fromEntries(kept.map((name) => [name, known?.[name]])) }
}
