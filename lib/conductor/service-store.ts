import type { ServiceStore } from '#lib/bmc/node-bmc.ts'
import { keepKnownService, type OwnedNode } from '#lib/db/leases.ts'
import { isDatabaseAway } from './database-away.ts'
import type { World } from './world.ts'

/** What Redfish sessions learn of one node's BMC, in the database. What is not kept is only learned again. */
export function createServiceStore({ db, complain }: World, nodeNow: () => OwnedNode): ServiceStore {
  return {
    load: () => nodeNow().knownService,
    save(json) {
      const { id, epoch, name } = nodeNow()
      keepKnownService(db, id, epoch, json).catch((error: unknown) => {
        if (!isDatabaseAway(error)) complain(`${name}: ${error instanceof Error ? error.message : String(error)}`)
      })
    },
  }
}
