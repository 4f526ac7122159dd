import * as z from 'zod'
import { toFact } from './fact.ts'
import { findGarbledProperties } from './garbled.ts'
import type { Collector } from './inventory-collector.ts'
import { common, isAbsent, toCommon, type RedfishPart } from './inventory-part.ts'
import { anything, flag, link, parseLoose, text } from './loose.ts'
import { toUtc } from './time.ts'

const root = z.object({ UpdateService: link })
const updateService = z.object({ FirmwareInventory: link, SoftwareInventory: link })
const told = z.object({ FirmwareInventory: anything })
const software = common.extend({ Version: text, Updateable: flag, ReleaseDate: text })

/** What is installed, by the update service: one GET per item. */
export async function readFirmware(collector: Collector, rootBody: unknown): Promise<void> {
  const { UpdateService } = parseLoose(root, rootBody)
  if (UpdateService === undefined) return
  const body = await collector.get(UpdateService, ['firmware'])
  const { FirmwareInventory, SoftwareInventory } = parseLoose(updateService, body)
  // A link that cannot be followed is not that there is none: the other list would be another answer, and wrong.
  if (FirmwareInventory === undefined && (parseLoose(told, body).FirmwareInventory ?? null) !== null) return collector.fail(['firmware'])
  // Where both are, the second is of the operating system (HPE, Dell); where it stands alone, it is all (Intel).
  const inventory = FirmwareInventory ?? SoftwareInventory
  if (inventory === undefined) return
  const items: Software[] = []
  await collector.collection('firmware', inventory, (body, fallback) => {
    // A version that is nonsense is not that nothing is installed.
    if (findGarbledProperties(body, { Version: 'word' }).length > 0) collector.fail(['firmware'])
    items.push(...toSoftware(body, fallback))
    return undefined
  })
  // Of a list that broke off, what is installed may be in the rest: the package kept of it would speak in its place, in another spelling.
  const known = collector.hasFailed('firmware') ? items.filter(({ state }) => state !== 'kept') : items
  collector.add(['firmware'], toInstalled(known))
}

/** `kept`: the package of the running version, kept to be installed again. */
type State = 'installed' | 'kept' | 'previous' | 'available'
type Software = { part: RedfishPart & { firmware: string }; state: State; component: string | undefined }

/** `Installed-159-1.8.2__BIOS.Setup.1-1` (iDRAC, Dell Lifecycle Controller): its state, the kind of software, and where it is. */
const DELL_ID = /^(Installed|Current|Previous|Available|Rollback)-(?:(.+?)-.*?__(.+))?/i
const STATES: Record<string, State> = { installed: 'installed', current: 'kept', previous: 'previous', rollback: 'previous', available: 'available' }

function toSoftware(body: unknown, fallback: string): Software[] {
  const given = parseLoose(software, body)
  const version = toFact(given.Version)
  if (version === undefined || isAbsent(given)) return []
  const id = given.Id ?? fallback
  const [, state = 'installed', kind, place] = DELL_ID.exec(id) ?? []
  const shared = toCommon('firmware', given, toFact(given.Name) ?? id)
  // Dell's ids hold the version: with them in its name, a component would be another one after each update.
  const part = { ...shared, id: place ?? id, firmware: version, updateable: given.Updateable, releasedAt: toUtc(given.ReleaseDate) }
  return [{ part, state: STATES[state.toLowerCase()]!, component: place === undefined ? undefined : `${kind} ${place}` }]
}

/**
 * What runs, each component once. iDRAC names the package of the running version beside it (`Current-…`, not always in the same
 * spelling), the version before and those to come: of a component that is installed they are its other versions, and never installed.
 */
function toInstalled(items: readonly Software[]): RedfishPart[] {
  const installed = new Set(items.flatMap(({ state, component }) => (state === 'installed' && component !== undefined ? [component] : [])))
  const running = items.filter(({ state, component }) => state === 'installed' || (state === 'kept' && !(component !== undefined && installed.has(component))))
  return running.map(({ part, component }) => {
    const others = items.flatMap(({ part: other, state, component: of }) =>
      component !== undefined && of === component && (state === 'previous' || state === 'available') ? [{ version: other.firmware, state }] : [],
    )
    return others.length === 0 ? part : { ...part, otherVersions: others }
  })
}
