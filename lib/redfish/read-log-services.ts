import * as z from 'zod'
import { readLinked, readMembers, toGarbled } from './collection.ts'
import { RedfishError } from './errors.ts'
import type { Answer } from './exchange.ts'
import { link, nested, number, parseLoose, text } from './loose.ts'
import { mapBounded } from './map-bounded.ts'
import type { RedfishModel } from './model.ts'
import { toLastSegment, toSafePath } from './path.ts'
import type { RedfishSession } from './session.ts'
import type { Tree } from './tree.ts'

const MAX_SERVICES = 32
const MAX_SERVICES_PER_OWNER = 16

/** One LogService (DSP0268) of a system, a chassis or a manager. */
export type LogService = {
  path: string
  /** Its Id, as people call it: `Sel`, `IML`, `EventLog`; with its owner's in front where two have the same. */
  name: string
  entries: string
  /** How many records it can hold; undefined when it does not say. */
  capacity: number | undefined
  /** Where ClearLog is posted; undefined for a log that cannot be cleared. */
  clearTarget: string | undefined
}

const manager = z.object({ LogServices: link })
const service = z.object({
  Id: text,
  Name: text,
  Entries: link,
  MaxNumberOfRecords: number,
  Actions: nested({ '#LogService.ClearLog': nested({ target: text }) }),
})

/**
 * Services that hold no events: the BMC's own journal (thousands of lines, one for each of our requests), the host's serial output,
 * POST codes, dumps. They are not read; some of them take a BMC minutes.
 */
const NO_EVENTS = /^(?:journal|hostlogger|postcodes?|.*dumps?|fdr|debugtokenservice|metricreportlog)$/i

/** The event logs of a BMC, and what of their descriptions could not be read: behind that may be another log. */
export type LogServices = { services: LogService[]; failures: RedfishError[] }

const found = new WeakMap<Tree, Promise<LogServices>>()

/** The event logs of this BMC, each once. Looked up once for each walk of the tree; costs one GET per manager, collection and service. */
export async function readLogServices(model: RedfishModel): Promise<LogServices> {
  const tree = await model.tree()
  const known = found.get(tree)
  if (known !== undefined) return known
  const services = findServices(model.session, tree)
  found.set(tree, services)
  services.catch(() => found.delete(tree))
  return services
}

async function findServices(session: RedfishSession, tree: Tree): Promise<LogServices> {
  const failures: RedfishError[] = [...tree.failures]
  const managers = await mapBounded(tree.managers, (path) => readLinked(session, path, failures))
  const ofManagers = managers.flatMap((body) => parseLoose(manager, body).LogServices ?? [])
  const collections = [...new Set([...tree.logServices, ...ofManagers])]
  const paths = (await mapBounded(collections, (path) => readMembers(session, path, MAX_SERVICES_PER_OWNER, failures))).flat()
  const events = [...new Set(paths)].filter((path) => !NO_EVENTS.test(toLastSegment(path))).slice(0, MAX_SERVICES)
  const bodies = await mapBounded(events, async (path) => {
    const body = await readLinked(session, path, failures)
    const one = toService(path, body)
    if (body !== undefined && one === undefined) failures.push(toGarbled(session, path, 'a log without entries'))
    return one
  })
  const services = bodies.filter((one) => one !== undefined)
  // Some BMCs show one log at two places.
  const distinct = services.filter((one, index) => services.findIndex(({ entries }) => entries === one.entries) === index)
  const named = distinct.map((one) => (distinct.some((other) => other !== one && other.name === one.name) ? withOwner(one) : one))
  return { services: named, failures }
}

function toService(path: string, body: unknown): LogService | undefined {
  const { Id, Name, Entries, MaxNumberOfRecords, Actions } = parseLoose(service, body)
  if (Entries === undefined) return undefined
  return {
    path,
    name: Id ?? Name ?? toLastSegment(path),
    entries: Entries,
    capacity: MaxNumberOfRecords !== undefined && MaxNumberOfRecords > 0 ? MaxNumberOfRecords : undefined,
    clearTarget: toSafePath(Actions?.['#LogService.ClearLog']?.target),
  }
}

function withOwner(one: LogService): LogService {
  const owner = one.path.split('/').at(-3)
  return { ...one, name: `${owner ?? ''} ${one.name}`.trim() }
}

/** Posts ClearLog, exactly once. Read the log before: what is cleared is gone. On an error, only reading tells whether it was done. */
export async function clearLog(session: RedfishSession, target: LogService): Promise<Answer> {
  if (target.clearTarget === undefined) {
    throw new RedfishError('unsupported', session.address, `the log ${target.name} offers no ClearLog`, { notSent: true })
  }
  return await session.post(target.clearTarget, {})
}
