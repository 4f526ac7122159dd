import * as z from 'zod'
import { toBmcInterface, type BmcAddress } from './bmc-interface.ts'
import type { Collector } from './inventory-collector.ts'
import type { PartOrAbsent } from './inventory-part.ts'
import { link, parseLoose } from './loose.ts'
import { toLastSegment } from './path.ts'

const manager = z.object({ EthernetInterfaces: link })

/** How the BMCs of a node are on the network: one GET per interface. `managers` are bodies, in the order of the tree. */
export async function readBmcNetwork(collector: Collector, managers: readonly { path: string; body: unknown }[]): Promise<void> {
  const several = managers.length > 1
  for (const { path, body } of managers) {
    const owner = several ? `${toLastSegment(path)} ` : ''
    await collector.collection('bmcNic', parseLoose(manager, body).EthernetInterfaces, (one, fallback) => toBmcNicPart(one, owner, fallback))
  }
}

const toCidr = ({ address, prefixLength, origin }: BmcAddress) => ({ address: prefixLength === undefined ? address : `${address}/${prefixLength}`, origin })

function toBmcNicPart(body: unknown, owner: string, fallback: string): PartOrAbsent {
  const given = toBmcInterface(body)
  if (given.isAbsent) return 'absent'
  const { id, name, addresses, isEnabled, mac, gateways, vlan, hostName, linkUp, speedMbps } = given
  const slot = `${owner}${id ?? fallback}`
  return {
    kind: 'bmcNic',
    slot,
    id,
    name: name ?? slot,
    mac,
    addresses: addresses.map(toCidr),
    gateways,
    vlan,
    hostName,
    isEnabled,
    linkUp,
    speedMbps,
  }
}
