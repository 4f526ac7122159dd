import type { Protocol } from '#lib/domain/bmc.ts'
import type { Bmc } from './bmc.ts'
import { openIpmiBmc } from './ipmi-bmc.ts'
import { openRedfishBmc } from './redfish-bmc.ts'
import type { BmcTarget } from './target.ts'

const openers = { redfish: openRedfishBmc, ipmi: openIpmiBmc } as const

/** Opens a conversation by one protocol. Rejects with a BmcError. */
export function openBmc(protocol: Protocol, target: BmcTarget, signal?: AbortSignal): Promise<Bmc> {
  return openers[protocol](target, signal)
}
