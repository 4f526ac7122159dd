import { asOf } from './as-of.ts'
import type { Node } from './node.ts'

/** What a selection is matched against. */
export type Selectable = Pick<Node, 'name' | 'groups' | 'tags' | 'rack' | 'attributes' | 'identity' | 'power' | 'health' | 'bmc' | 'protected' | 'maintenance'>

/** A maker as its BMC writes it, and the word that people call it by: `Dell Inc.` and `Dell`, `GIGABYTE`. */
function toMakers({ identity: { manufacturer } }: Selectable): readonly (string | undefined)[] {
  return [manufacturer, manufacturer?.split(/[\s,.]/, 1)[0]]
}

/** What the keys of `key=value` mean. A key that is none of these is looked up in the node's own attributes. */
const properties: Record<string, (node: Selectable, nowMs: number) => readonly (string | null | undefined)[]> = {
  name: (node) => [node.name],
  power: (node, nowMs) => [asOf(node, nowMs).power],
  health: (node, nowMs) => [asOf(node, nowMs).health.level],
  bmc: (node) => [node.bmc.address, node.bmc.state],
  address: (node) => [node.bmc.address],
  failure: (node) => [node.bmc.failure?.kind],
  protocol: (node) => [node.bmc.via],
  model: (node) => [node.identity.model],
  maker: toMakers,
  manufacturer: toMakers,
  serial: (node) => [node.identity.serial],
  firmware: (node) => [node.identity.bmcFirmware],
  bios: (node) => [node.identity.biosVersion],
  vendor: toMakers,
  rack: (node) => [node.rack],
  'location.rack': (node) => [node.rack],
  group: (node) => node.groups,
  groups: (node) => node.groups,
  tag: (node) => node.tags,
  tags: (node) => node.tags,
  protected: (node) => [node.protected ? 'yes' : 'no', String(node.protected)],
  maintenance: (node) => [node.maintenance === undefined ? 'no' : 'yes', node.maintenance?.reason],
}

/** Whether a key means something for every node, and is not the name of an attribute. */
export const isProperty = (key: string) => Object.hasOwn(properties, key)

/** The values that a node has for a key; none where it has not. Stale power and health count as unknown, as the page shows them. */
export function valuesOf(node: Selectable, key: string, nowMs: number): readonly string[] {
  const property = isProperty(key) ? properties[key] : undefined
  const values = property ? property(node, nowMs) : Object.entries(node.attributes).filter(([name]) => name.toLowerCase() === key).map(([, value]) => value)
  return values.filter((value) => value !== null && value !== undefined)
}
