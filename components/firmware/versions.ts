import type { Node } from '#lib/domain/node.ts'
import { byName } from '#lib/domain/natural-order.ts'

export type VersionOf = 'bios' | 'bmc'
/** One model of the fleet and the versions that its nodes run, most nodes first. */
export type ModelVersions = { model: string | null; nodes: number; versions: { version: string | null; nodes: string[] }[] }

type Known = Pick<Node, 'name' | 'identity'>

const fieldOf = { bios: 'biosVersion', bmc: 'bmcFirmware' } as const

/** Which nodes run which version, by model: the BIOS of one model cannot be compared with another's. Null: their BMCs do not tell. */
export function groupVersions(nodes: readonly Known[], of: VersionOf): ModelVersions[] {
  const models = new Map<string | null, Map<string | null, string[]>>()
  for (const { name, identity } of nodes) {
    const [model, version] = [identity.model ?? null, identity[fieldOf[of]] ?? null]
    const versions = models.get(model) ?? new Map<string | null, string[]>()
    models.set(model, versions.set(version, [...(versions.get(version) ?? []), name]))
  }
  const byText = (a: string | null, b: string | null) => (a === null ? 1 : 0) - (b === null ? 1 : 0) || byName(a ?? '', b ?? '')
  return [...models]
    .map(([model, versions]) => ({
      model,
      nodes: [...versions.values()].flat().length,
      versions: [...versions].map(([version, names]) => ({ version, nodes: names })).toSorted((a, b) => b.nodes.length - a.nodes.length || byText(a.version, b.version)),
    }))
    .toSorted((a, b) => byText(a.model, b.model))
}

const quote = (text: string) => (/^[\w.:/-]+$/.test(text) ? text : `"${text.replaceAll('"', '')}"`)

/** The fleet's address with these nodes as its selection (`bios="2.1" model=X`). */
export function toFleetAddress(of: VersionOf, model: string | null, version: string): string {
  const terms = [`${of === 'bios' ? 'bios' : 'firmware'}=${quote(version)}`, ...(model === null ? [] : [`model=${quote(model)}`])]
  return `/?${new URLSearchParams({ q: terms.join(' ') }).toString()}`
}
