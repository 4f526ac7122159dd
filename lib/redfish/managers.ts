import * as z from 'zod'
import { readIfThere } from './collection.ts'
import { links, nested, parseLoose, text } from './loose.ts'
import { mapBounded } from './map-bounded.ts'
import { leadTo } from './path.ts'
import type { RedfishSession } from './session.ts'

const manager = z.object({ ManagerType: text, Links: nested({ ManagerForServers: links }) })

/** A host has one manager, or a few beside each other; more links than these are no word about the machine. */
const MAX_NAMED = 4

/**
 * The managers, that of the host first: the one it names, listed or not, else the one that names it, and last those that look after a part of
 * the machine (Cray's microcontrollers). Costs nothing where the host names a listed one, or there is but one; else one GET each.
 */
export async function orderManagers(session: RedfishSession, paths: readonly string[], host: string | undefined, named: readonly string[]): Promise<string[]> {
  const isNamed = (path: string) => leadTo(named, path)
  if (paths.some(isNamed)) return paths.toSorted((a, b) => Number(isNamed(b)) - Number(isNamed(a)))
  const unlisted = await findThere(session, named.slice(0, MAX_NAMED))
  if (unlisted.length > 0 || paths.length < 2) return [...unlisted, ...paths]
  const ranked = await mapBounded(paths, async (path) => ({ path, rank: toRank(await readIfThere(session, path), host) }))
  return ranked.toSorted((a, b) => a.rank - b.rank).map(({ path }) => path)
}

/** What leads nowhere is no word about any manager. */
async function findThere(session: RedfishSession, paths: readonly string[]): Promise<string[]> {
  const bodies = await mapBounded(paths, (path) => readIfThere(session, path))
  return paths.filter((_, index) => bodies[index] !== undefined)
}

function toRank(body: unknown, host: string | undefined): number {
  const { ManagerType, Links } = parseLoose(manager, body)
  if (host !== undefined && leadTo(Links?.ManagerForServers ?? [], host)) return 0
  return ManagerType === 'AuxiliaryController' ? 2 : 1
}
