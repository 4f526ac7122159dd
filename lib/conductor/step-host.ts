import type { PowerReading } from '#lib/bmc/bmc.ts'
import { BmcError } from '#lib/bmc/errors.ts'
import type { OwnedNode } from '#lib/db/leases.ts'
import type { Owner } from '#lib/db/steps.ts'
import type { Protocol } from '#lib/domain/bmc.ts'
import type { Archive } from './archive.ts'
import type { Conversation } from './conversation.ts'
import type { World } from './world.ts'

/** The node's agent, as the steps of that node see it. */
export type StepHost = {
  node: () => OwnedNode
  conversation: () => Conversation | BmcError
  archive: Archive
  onPower: (reading: PowerReading, via: Protocol, latencyMs: number, shown: PowerReading['state']) => void
}

/** Of one node, within a minute: more is a loop gone wild or somebody who should not be there. */
export const commandsPerMinute = 12

export const ownerOf = (world: World, host: StepHost): Owner => ({ conductorId: world.conductorId, epoch: host.node().epoch })

/** The conversation as it is now. Throws the BmcError why there is none. */
export function conversationOf(host: StepHost): Conversation {
  const now = host.conversation()
  if (now instanceof BmcError) throw now
  return now
}
