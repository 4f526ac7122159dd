import type { SensorPlan } from './sensor-plan.ts'
import type { RedfishSession } from './session.ts'
import { readTree, type Tree } from './tree.ts'

/**
 * A session with what has been learned of the BMC's structure, so that a poll re-reads values and not the tree. The reading
 * functions (`readPower`, `readSensors`, …) take it; one per session.
 */
export type RedfishModel = {
  readonly session: RedfishSession
  tree(): Promise<Tree>
  /** The sensor sources found at the first sweep; kept by `readSensors`. */
  sensorPlan: SensorPlan | undefined
  /** The next reading walks the tree anew: after a path has gone, a reset of the BMC, or a few hours. */
  forget(): void
}

export function createModel(session: RedfishSession): RedfishModel {
  let known: Promise<Tree> | undefined
  const model: RedfishModel = {
    session,
    sensorPlan: undefined,
    tree() {
      const reading = (known ??= readTree(session))
      // A failed walk is not kept.
      reading.catch(() => {
        if (known === reading) known = undefined
      })
      return reading
    },
    forget() {
      known = undefined
      model.sensorPlan = undefined
    },
  }
  return model
}
