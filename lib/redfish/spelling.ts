import type { Answer } from './exchange.ts'
import { isRedfishError, type RedfishErrorKind } from './errors.ts'
import { toPathKey } from './path.ts'
import type { RedfishSession } from './session.ts'

/** `members`: paths as collections list them, by key. `proven`: links that are answered under another spelling alone. */
type Spellings = { members: Map<string, string>; proven: Map<string, string> }

const MAX_MEMBERS = 10_000

/** By the service root, which all turns of one conversation share. */
const known = new WeakMap<RedfishSession['root'], Spellings>()

function spellingsOf({ root }: RedfishSession): Spellings {
  const found = known.get(root) ?? { members: new Map<string, string>(), proven: new Map<string, string>() }
  known.set(root, found)
  return found
}

/** Takes note of how a collection spells its members. */
export function noteMembers(session: RedfishSession, paths: readonly string[]): void {
  const { members } = spellingsOf(session)
  for (const path of paths) if (members.size < MAX_MEMBERS) members.set(toPathKey(path), path.replace(/\/$/, ''))
}

/**
 * Reads a resource by a link. HPE's links differ from its resources in case (`/redfish/v1/systems/1/bios`, while the Systems list
 * `/redfish/v1/Systems/1`); where a BMC answers such a link with 404, it is asked once more in the spelling of its own Members, and from then
 * on in that alone.
 */
export async function readSpelled(session: RedfishSession, path: string): Promise<Answer> {
  const spellings = spellingsOf(session)
  const proven = spellings.proven.get(path)
  if (proven !== undefined) return await session.read(proven)
  try {
    return await session.read(path)
  } catch (error) {
    const other = isRedfishError(error, 'not-found') ? toMembersSpelling(spellings, path) : undefined
    const answer = other === undefined ? undefined : await readOrNothing(session, other)
    if (other === undefined || answer === undefined) throw error
    spellings.proven.set(path, other)
    return answer
  }
}

/** The path with its longest beginning that a collection lists as that collection spells it; undefined when that is how it is spelled. */
function toMembersSpelling({ members }: Spellings, path: string): string | undefined {
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
    const listed = members.get(toPathKey(path.slice(0, end)))
    if (listed !== undefined) return path.startsWith(listed) ? undefined : listed + path.slice(end)
  }
  return undefined
}

/** What is to be had of the other spelling is no news of the link's own. */
const ITS_OWN: RedfishErrorKind[] = ['not-found', 'forbidden', 'http', 'bad-json', 'garbled', 'too-large']

async function readOrNothing(session: RedfishSession, path: string): Promise<Answer | undefined> {
  try {
    return await session.read(path)
  } catch (error) {
    if (!isRedfishError(error, ...ITS_OWN)) throw error
    return undefined
  }
}
