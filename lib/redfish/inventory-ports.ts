import * as z from 'zod'
import { toLinkUp, toMac } from './bmc-interface.ts'
import { toFact } from './fact.ts'
import { findGarbledProperties } from './garbled.ts'
import type { Collector } from './inventory-collector.ts'
import { common, isAbsent, toAdapterPart, toAmount, toCommon, type PartOrAbsent } from './inventory-part.ts'
import { link, nested, number, parseLoose, text, words } from './loose.ts'

const adapter = z.object({ Ports: link, NetworkPorts: link })

const port = common.extend({
  PhysicalPortNumber: text,
  PortId: text,
  LinkStatus: text,
  LinkState: text,
  CurrentLinkSpeedMbps: number,
  CurrentSpeedGbps: number,
  ActiveLinkTechnology: text,
  LinkNetworkTechnology: text,
  AssociatedNetworkAddresses: words,
  Ethernet: nested({ AssociatedMACAddresses: words }),
})

/** Network adapters of a chassis and their ports, in both of the standard's forms (DSP0268: Port, the older NetworkPort). */
export async function readAdapters(collector: Collector, path: string | undefined): Promise<void> {
  const holders: { slot: string; ports: string | undefined }[] = []
  await collector.collection('adapter', path, (body, fallback) => {
    const part = toAdapterPart(body, fallback)
    const { Ports, NetworkPorts } = parseLoose(adapter, body)
    if (part !== 'absent') holders.push({ slot: part.slot, ports: Ports ?? NetworkPorts })
    return part
  })
  if (collector.hasFailed('adapter')) collector.fail(['port'])
  for (const { slot, ports } of holders) await collector.collection('port', ports, (body, fallback) => toPortPart(body, slot, fallback))
}

function toPortPart(body: unknown, holder: string, fallback: string): PartOrAbsent {
  const given = parseLoose(port, body)
  if (isAbsent(given)) return 'absent'
  const id = given.Id ?? fallback
  const slot = `${holder} port ${given.PhysicalPortNumber ?? given.PortId ?? id}`
  const garbled = findGarbledProperties(body, { AssociatedNetworkAddresses: 'words', Ethernet: 'object' })
  return {
    ...toCommon('port', given, slot),
    // Its Name says no more than that it is one.
    name: /^\d+$/.test(id) ? slot : id,
    mac: garbled.length > 0 ? undefined : toMac(given.AssociatedNetworkAddresses[0] ?? given.Ethernet?.AssociatedMACAddresses[0]),
    linkUp: toLinkUp(given.LinkStatus),
    speedMbps: toAmount(given.CurrentLinkSpeedMbps) ?? toAmount((given.CurrentSpeedGbps ?? 0) * 1000),
    technology: toFact(given.ActiveLinkTechnology) ?? toFact(given.LinkNetworkTechnology),
    isEnabled: given.LinkState === 'Disabled' ? false : undefined,
  }
}
