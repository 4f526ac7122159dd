import { abilityNames, type Abilities, type AbilityName, type FanAbility, type SessionLimits } from '#lib/domain/abilities.ts'
import type { Capabilities, ConsoleRoute } from '#lib/domain/bmc.ts'
import { joinTold } from '#lib/domain/reason.ts'
import { mergeRoutes } from './console-routes.ts'

/** What one protocol tells of the abilities. `unread`: those that it may tell and that could not be read this time. */
export type AbilityReading = { abilities: Abilities; sessions?: SessionLimits; cipherSuites?: number[]; consoles?: ConsoleRoute[]; unread: AbilityName[] }

/** The record of one protocol with its abilities in it. */
export function withAbilities(capabilities: Capabilities, { abilities, sessions, cipherSuites, consoles, unread }: AbilityReading): Capabilities {
  return {
    ...capabilities,
    ...abilities,
    ...(sessions === undefined ? {} : { sessions: [sessions] }),
    ...(cipherSuites === undefined ? {} : { cipherSuites }),
    ...(consoles === undefined ? {} : { consoles }),
    ...(unread.length === 0 ? {} : { unread }),
  }
}

type Ability = NonNullable<Abilities[AbilityName]>

/**
 * Of two protocols the better way for each ability: what the first lacks and the second has goes by the second, that function alone.
 * What one could not tell this time the other must not deny.
 */
export function mergeAbilities(first: Capabilities, second: Capabilities): Partial<Capabilities> {
  const unread: AbilityName[] = []
  const merged: Record<string, Ability> = {}
  for (const name of abilityNames) {
    const [one, other] = [first[name], second[name]]
    const isOpen = [first, second].some((record) => record.unread?.includes(name) === true)
    const better = name === 'fans' && !isOpen ? toBetterFans(first.fans, second.fans) : isOpen ? [one, other].find((ability) => ability?.can === true) : toBetterAbility(one, other)
    if (better !== undefined) merged[name] = better
    else if (isOpen) unread.push(name)
  }
  const sessions = [...(first.sessions ?? []), ...(second.sessions ?? [])]
  const cipherSuites = first.cipherSuites ?? second.cipherSuites
  const consoles = mergeRoutes(first.consoles, second.consoles)
  return {
    ...(merged as Abilities),
    ...(sessions.length === 0 ? {} : { sessions }),
    ...(cipherSuites === undefined ? {} : { cipherSuites }),
    ...(consoles === undefined ? {} : { consoles }),
    ...(unread.length === 0 ? {} : { unread }),
  }
}

/** What can be done before what may be possible before what cannot; where neither can, both say why. */
function toBetterAbility(first: Ability | undefined, second: Ability | undefined): Ability | undefined {
  if (first === undefined || second === undefined) return first ?? second
  const better = [first, second].find(({ can }) => can === true)
  if (better !== undefined) return better
  const unsure = [first, second].find(({ can }) => can === null) ?? first
  return { ...unsure, ...joinTold(first, second) }
}

/** A duty by one protocol is more than a mode by the other; what can be used before what somebody must turn on first. */
function toBetterFans(first: FanAbility | undefined, second: FanAbility | undefined): Ability | undefined {
  const known = [first, second].filter((one) => one !== undefined)
  const rank = ({ can, control }: FanAbility) => (can === true ? 4 : 0) + (can !== false && (control?.zones.length ?? 0) > 0 ? 2 : 0) + (can !== false && control !== undefined ? 1 : 0)
  const best = known.toSorted((one, other) => rank(other) - rank(one))[0]
  return best === undefined || rank(best) === 0 ? toBetterAbility(first, second) : best
}

/** With a protocol silent that is known to be there, the other's "cannot" says nothing of the node. */
export function withoutDenials(capabilities: Capabilities): Capabilities {
  const open = abilityNames.filter((name) => capabilities[name]?.can !== true)
  const known = Object.entries(capabilities).filter(([name]) => !open.some((one) => one === name))
  return { ...(Object.fromEntries(known) as Capabilities), ...(open.length === 0 ? {} : { unread: open }) }
}
