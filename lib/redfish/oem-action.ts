import { toSafePath } from './path.ts'

/** How deep a maker's own things are looked for. */
export const MAX_DEPTH = 4

/** An action by its key without the `#`, and what stands there. */
export type NamedAction = { name: string; action: unknown }

/**
 * The makers' own actions of a resource, whatever they are called and wherever they stand: `Actions.Oem`, `Actions.Oem.Nvidia`,
 * `Oem.Huawei.Actions`, or straight in `Actions` under a maker's name. Dell writes `DellManager.v1_0_0#DellManager.ResetToDefaults`.
 */
export function findOemActions(body: unknown): NamedAction[] {
  const { Actions, Oem } = toObject(body)
  return [...collect(Actions, 0), ...collect(Oem, 0)]
}

function collect(value: unknown, depth: number): NamedAction[] {
  return Object.entries(toObject(value)).flatMap(([key, inner]): NamedAction[] => {
    // A target that is nonsense is no less of an action; whoever posts to it looks at it first.
    const isAction = key.includes('#') && (toObject(inner)['target'] ?? null) !== null
    if (isAction) return [{ name: key.slice(key.lastIndexOf('#') + 1), action: inner }]
    return depth < MAX_DEPTH ? collect(inner, depth + 1) : []
  })
}

/** What has properties; nothing for all else that a BMC may put there. */
export function toObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}

/**
 * Where the links below a resource's `Oem` (or whatever is given) lead whose key fits, as paths that may be followed: a maker's own
 * resources, which hang anywhere there.
 */
export function findOemLinks(oem: unknown, fits: RegExp, depth = 0): string[] {
  return Object.entries(toObject(oem)).flatMap(([key, inner]): string[] => {
    const id = toObject(inner)['@odata.id']
    if (typeof id !== 'string') return depth < MAX_DEPTH ? findOemLinks(inner, fits, depth + 1) : []
    const path = fits.test(key) ? toSafePath(id) : undefined
    return path === undefined ? [] : [path]
  })
}

/** The value of the first property below a resource's `Oem` whose key fits. */
export function findOemProperty(oem: unknown, fits: RegExp, depth = 0): { name: string; value: unknown; siblings: Record<string, unknown> } | undefined {
  const siblings = toObject(oem)
  for (const [name, value] of Object.entries(siblings)) {
    if (fits.test(name)) return { name, value, siblings }
    const deeper = depth < MAX_DEPTH ? findOemProperty(value, fits, depth + 1) : undefined
    if (deeper !== undefined) return deeper
  }
  return undefined
}
