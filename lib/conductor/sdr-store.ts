import type { SdrStore } from '#lib/bmc/known-sdrs.ts'
import { keepSdrs, readSdrs } from '#lib/db/sdrs.ts'
import { isDatabaseAway } from './database-away.ts'
import type { World } from './world.ts'

/** The SDRs of one node in the database. Sensors are read without it as well, only later. */
export function createSdrStore({ db, conductorId, complain }: World, nodeId: string): SdrStore {
  async function orNothing<T>(work: Promise<T>): Promise<T | undefined> {
    try {
      return await work
    } catch (error) {
      if (!isDatabaseAway(error)) complain(`SDRs of node ${nodeId}: ${error instanceof Error ? error.message : String(error)}`)
      return undefined
    }
  }
  return { load: () => orNothing(readSdrs(db, nodeId)), save: (sdrs) => orNothing(keepSdrs(db, nodeId, conductorId, sdrs)) }
}
