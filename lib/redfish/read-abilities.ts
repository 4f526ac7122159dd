import { toBootOverride, type BootOverride } from './boot-override.ts'
import { RedfishError } from './errors.ts'
import { readLicenceWithoutMedia } from './licence-features.ts'
import { createLook, type Look } from './look.ts'
import type { RedfishModel } from './model.ts'
import { readBios, type BiosAbility } from './read-bios.ts'
import { readConsoles, type ConsoleReading } from './read-consoles.ts'
import { readControls } from './read-controls.ts'
import { readEvents, type EventReading } from './read-events.ts'
import { readFanControl, type FanControlReading } from './read-fan-control.ts'
import { readMedia, type MediaReading } from './read-media.ts'
import { readPowerCap, type PowerCapReading } from './read-power-cap.ts'
import { readSessionLimits, type SessionLimitReading } from './read-session-limits.ts'
import { readUpdate, type UpdateReading } from './read-update.ts'
import { say } from './reason.ts'
import { readManagerAbility, type ResetCapability } from './reset.ts'
import type { Tree } from './tree.ts'

/** What a BMC can do beside resets, as far as it was read. `unread`: the reason why the others are missing. */
export type AbilityReading = {
  boot?: BootOverride
  media?: MediaReading
  update?: UpdateReading
  events?: EventReading
  sessions?: SessionLimitReading
  consoles?: ConsoleReading
  powerCap?: PowerCapReading
  fans?: FanControlReading
  bios?: BiosAbility
  bmcReset?: ResetCapability
  unread: string | undefined
}
type Told = Omit<AbilityReading, 'unread'>

export type ReadAbilitiesOptions = {
  /** After so long nothing further is waited for; 30,000 by default. */
  budgetMs?: number
}

const readers: { [Name in keyof Told]-?: (look: Look, tree: Tree) => Promise<Told[Name]> } = {
  boot: async (look, { system, lacks }) => {
    if (system === undefined) return lacks.includes('systems') ? undefined : toBootOverride(undefined)
    const { body, failure } = await look.at(system)
    return failure === undefined ? toBootOverride(body) : undefined
  },
  consoles: readConsoles,
  media: async (look, tree) => withLicence(await readMedia(look, tree), await readLicenceWithoutMedia(look, tree)),
  update: (look) => readUpdate(look, look.session.root.updateService),
  events: (look) => readEvents(look, look.session.root.eventService),
  sessions: (look) => readSessionLimits(look, look.session.root.sessionService),
  bios: readBios,
  bmcReset: readManagerAbility,
  powerCap: async (look, tree) => readPowerCap(look, tree, await readControls(look, tree)),
  fans: async (look, tree) => readFanControl(look, tree, await readControls(look, tree)),
}

/** What the licence says is no refusal yet: the slots stand, and whoever mounts is told by the BMC. */
const withLicence = (media: MediaReading, licence: string | undefined): MediaReading =>
  licence === undefined || media.can === false || media.reason !== undefined ? media : { ...media, reason: say('licence-without-media', { licence }) }

/**
 * Everything that a probe wants to know, the cheap and wanted first: about ten GETs and one per media slot. Never rejects for a slow or
 * failing BMC, only for another certificate: what was had until then counts, and `unread` says why it is not all.
 */
export async function readAbilities(model: RedfishModel, { budgetMs = 30_000 }: ReadAbilitiesOptions = {}): Promise<AbilityReading> {
  const told: Told = {}
  let isLate = false
  const reading = readInTurn(model, told, () => isLate)
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>((resolve) => (timer = setTimeout(() => resolve('late'), budgetMs)))
  try {
    const outcome = await Promise.race([reading, late])
    isLate = outcome === 'late'
    return { ...told, unread: isLate ? 'the BMC was too slow for the time that a probe has' : outcome }
  } finally {
    clearTimeout(timer)
    reading.catch(() => {})
  }
}

/** Fills `told` until it is complete, `isOver`, or the BMC as a whole fails: that reason is given. */
async function readInTurn(model: RedfishModel, told: Told, isOver: () => boolean): Promise<string | undefined> {
  const look = createLook(model.session)
  try {
    const tree = await model.tree()
    for (const [name, read] of Object.entries(readers)) {
      if (isOver()) return undefined
      const found = await read(look, tree)
      if (!isOver() && found !== undefined) Object.assign(told, { [name]: found })
    }
    return undefined
  } catch (error) {
    if (!(error instanceof RedfishError) || error.kind === 'certificate-changed') throw error
    return error.message
  }
}
