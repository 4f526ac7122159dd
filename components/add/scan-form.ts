import type { ScanDetail, ScanFinding, nodeImport } from '#lib/api/nodes-contract.ts'
import { countAddresses, isSpanProblem, parseSpans } from '#lib/domain/address-spans.ts'
import { defaultPorts } from '#lib/domain/bmc.ts'
import { expandAddresses, isTemplateProblem } from '#lib/domain/node-template.ts'
import { mostScanned, type ScanPorts } from '#lib/domain/scan.ts'
import type * as z from 'zod/mini'

/** A silent address takes a second, and 32 are asked at a time. */
const perSecond = 32

/** While typing: how many addresses, and how many minutes at most. Null while it cannot be read. */
export function previewScan(ranges: string): { count: number; minutes: number } | null {
  const spans = parseSpans(ranges, mostScanned)
  if (isSpanProblem(spans)) return null
  const count = countAddresses(spans)
  return { count, minutes: Math.max(1, Math.ceil(count / perSecond / 60)) }
}

/** A name for each address, by a template of its numbers (`n{4}`) or by a range as long as the list; empty where it gives none. */
export function toNames(template: string, addresses: readonly string[]): string[] {
  const names = expandAddresses(template.trim(), addresses)
  if (isTemplateProblem(names)) return addresses.map(() => '')
  return names.map((name) => (isTemplateProblem(name) ? '' : name))
}

export type ChosenFinding = Pick<ScanFinding, 'address'> & { name: string }

const isUsual = ({ redfish, ipmi }: ScanPorts) => redfish === defaultPorts.redfish && ipmi === defaultPorts.ipmi

/** The chosen ones as an import takes them. */
export function toNodes(chosen: readonly ChosenFinding[], { ports }: Pick<ScanDetail, 'ports'>, more: { groups: string[]; rack: string | null }): z.input<typeof nodeImport>['nodes'] {
  return chosen.map(({ name, address }) => ({
    name,
    bmc: { address, ...(isUsual(ports) ? {} : { ports }) },
    ...(more.groups.length > 0 ? { groups: more.groups } : {}),
    ...(more.rack === null ? {} : { rack: more.rack }),
  }))
}
