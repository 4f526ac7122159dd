import { RedfishError } from './errors.ts'
import type { Answer } from './exchange.ts'
import { createLook } from './look.ts'
import type { RedfishModel } from './model.ts'
import { findPowerCap, type CapWay } from './read-power-cap.ts'
import { readControls } from './read-controls.ts'

/** Where the cap of the whole node stands, and how: null where none is in force. `minimum` and `maximum` where the BMC says them; watts. */
export type PowerCapPlace = { path: string; way: CapWay; limit: number | null; minimum: number | undefined; maximum: number | undefined }

/** A few GETs. Throws a RedfishError: `unsupported` where this BMC tells of no cap in watts. */
export async function readPowerCapPlace(model: RedfishModel): Promise<PowerCapPlace> {
  const session = model.session.at('urgent')
  const look = createLook(session)
  const tree = await model.tree()
  const { cap, doubts } = await findPowerCap(look, tree, await readControls(look, tree))
  if (cap === undefined && doubts[0] !== undefined) throw doubts[0]
  if (cap === undefined) throw new RedfishError('unsupported', session.address, 'this BMC tells of no power cap', { notSent: true })
  if (cap.unit !== undefined && cap.unit !== 'W') throw new RedfishError('unsupported', session.address, `this BMC caps in ${cap.unit}, not in watts`, { notSent: true })
  const { path, way, minimum, maximum } = cap
  return { path, way, minimum, maximum, limit: cap.isActive === false ? null : (cap.limit ?? null) }
}

/** Sets the cap, or lifts it (null), by one PATCH of the resource that holds it. Read back with `readPowerCapPlace`. */
export function setPowerCap(model: RedfishModel, { path, way }: PowerCapPlace, watts: number | null): Promise<Answer> {
  return model.session.at('urgent').patch(path, toBody[way](watts))
}

/**
 * DSP0268: EnvironmentMetrics.PowerLimitWatts and Control have a mode beside the set point; of the older Power the limit itself is null for
 * none (PowerControl.PowerLimit.LimitInWatts), and the first PowerControl is the whole node's.
 */
const toBody: Record<CapWay, (watts: number | null) => unknown> = {
  metrics: (watts) => ({ PowerLimitWatts: toSetting(watts) }),
  control: toSetting,
  power: (watts) => ({ PowerControl: [{ PowerLimit: { LimitInWatts: watts } }] }),
}

function toSetting(watts: number | null) {
  return watts === null ? { ControlMode: 'Disabled' } : { SetPoint: watts, ControlMode: 'Automatic' }
}
