import * as z from 'zod'
import { readIfThere } from './collection.ts'
import { links, nested, parseLoose, text } from './loose.ts'
import { mapBounded } from './map-bounded.ts'
import { leadTo } from './path.ts'
import type { RedfishSession } from './session.ts'

const manager = z.object({ ManagerType: text, Links: nested({ ManagerForServers: links }) })

/**
 * The managers, that of the host first: the one it names, else the one that names it, and last those that look after a part of the machine
 * (Cray's microcontrollers). Costs nothing where the host names one or there is but one; else one GET each.
 */
export async function orderManagers(session: RedfishSession, paths: readonly string[], host: string | undefined, named: readonly string[]): Promise<string[]> {
  const isNamed = (path: string) => leadTo(named, path)
  if (paths.length < 2 || paths.some(isNamed)) return paths.toSorted((a, b) => Number(isNamed(b)) - Number(isNamed(a)))
  const ranked = await mapBounded(paths, async (path) => ({ path, rank: toRank(await readIfThere(session, path), host) }))
  return ranked.toSorted((a, b) => a.rank - b.rank).map(({ path }) => path)
}

function toRank(body: unknown, host: string | undefined): number {
  const { ManagerType, Links } = parseLoose(manager, body)
  if (host !== undefined && leadTo(Links?.ManagerForServers ?? [], host)) return 0
  return ManagerType === 'AuxiliaryController' ? 2 : 1
}
