import { toRedfishRoutes } from '#lib/bmc/console-routes.ts'
import type { AbilityReading } from '#lib/redfish/read-abilities.ts'
import { toThings, type Facts } from './redfish-mutant-facts.ts'

const all = (words: readonly string[]) => toThings(words, String, () => ({}))

/** One thing, or none. */
const one = (is: boolean, said: Record<string, unknown> = {}) => (is ? new Map([['it', said]]) : new Map<string, Record<string, unknown>>())

/**
 * What a BMC is said to be able to do. An ability that is denied is a thing less; one that is not known (null) is not said to be missing.
 * An empty list says that the BMC states none.
 */
export function toAbilityFacts(given: AbilityReading | undefined): Facts {
  const { boot, media, update, events, sessions, consoles, powerCap, fans, bios }: Partial<AbilityReading> = given ?? {}
  const routes = consoles === undefined ? [] : toRedfishRoutes(consoles)
  const values = {
    'boot mode': boot?.mode,
    'update maxBytes': update?.maxBytes,
    'event stream': events?.stream,
    'session idle': sessions?.idleSeconds,
    'session limit': sessions?.limit,
    'cap minimum': powerCap?.minimum,
    'cap maximum': powerCap?.maximum,
    'cap unit': powerCap?.unit,
    'cap isActive': powerCap?.isActive,
    'fan control': fans?.name,
    'fan current': fans?.current,
    'bios settings': bios?.settings,
  }
  const abilities: Record<string, { can: boolean | null; reason?: unknown } | undefined> = {
    media,
    update,
    events,
    'power cap': powerCap,
    fans,
    bios,
    boot: boot && { can: boot.isOffered || (boot.garbled.length > 0 ? null : false) },
    ...Object.fromEntries(routes.map(({ way, can }) => [way, { can }])),
  }
  const things: Facts['things'] = {
    'boot target': all(boot?.allowedTargets ?? []),
    'boot modes': all(boot?.allowedModes ?? []),
    'boot lasting': all(boot?.allowedEnabled ?? []),
    'boot override': one(boot?.target !== undefined && boot.enabled !== undefined && boot.target !== 'None' && boot.enabled !== 'Disabled', { target: boot?.target, enabled: boot?.enabled }),
    'media slot': toThings(media?.slots ?? [], ({ owner, id }) => `${owner} ${id}`, (slot) => ({ ...slot, can: slot.can ?? undefined, name: undefined })),
    'update way': toThings(update?.ways ?? [], ({ way, name = '' }) => `${way} ${name}`, ({ protocols }) => ({ protocols })),
    'event type': all(events?.types ?? []),
    'fan value': all(fans?.values ?? []),
    // Only how many there are is told.
    'bios attribute': all(Array.from({ length: bios?.attributes ?? 0 }, (_, index) => String(index))),
    'cap limit': one(powerCap?.limit !== undefined, { limit: powerCap?.limit }),
    'console route': toThings(routes.filter(({ can }) => can), ({ way }) => way, ({ port, entry, exit }) => ({ port, entry, exit })),
  }
  for (const [name, reading] of Object.entries(abilities)) things[`can ${name}`] = one(reading?.can === true)
  // A service that needs no reason for what it lacks has told all.
  const complete = new Set(Object.entries(abilities).flatMap(([name, reading]) => (reading === undefined || reading.can === null ? [] : [`can ${name}`])))
  if (boot?.garbled.length === 0) for (const kind of ['boot target', 'boot modes', 'boot lasting', 'boot override']) complete.add(kind)
  if (media !== undefined && media.can !== null && media.reason === undefined) complete.add('media slot')
  if (update !== undefined && update.can !== null && update.reason === undefined) complete.add('update way')
  if (events !== undefined && events.reason === undefined) complete.add('event type')
  if (bios !== undefined && bios.can !== null) complete.add('bios attribute')
  if (powerCap !== undefined && powerCap.failure === undefined) complete.add('cap limit')
  if (fans !== undefined && fans.can !== null && fans.reason === undefined) complete.add('fan value')
  return { values, things, complete }
}
