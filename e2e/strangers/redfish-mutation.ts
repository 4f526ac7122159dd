/** Resources by path; a number is the status that the BMC answers instead. */
export type Tree = Record<string, unknown>

/** xorshift32: the same mutants in every run. */
export function createRandom(seed: number): () => number {
  let state = seed | 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

/** What was done to which resource: enough to do it again by hand. `was` stood there. */
export type Mutation = { path: string; at: string; what: 'drop' | 'null' | 'retype' | 'truncate' | 'status' | 'html'; was?: unknown }

const pick = <T>(from: readonly T[], random: () => number): T => from[Math.floor(random() * from.length)]!

/** A value of another type than the one that stands there. None of these can pass for a word, a number or a place that a tree has. */
function retype(value: unknown, random: () => number): unknown {
  if (Array.isArray(value)) return pick([true, 'x', {}, { '@odata.id': 7 }], random)
  if (typeof value === 'object' && value !== null) return pick([true, [null], [[]]], random)
  return pick([{}, [null], [[]], { '@odata.id': 7 }, { '@odata.id': '/redfish/../x' }], random)
}

/** One mutant: the tree with one of these resources damaged. */
export function mutate(tree: Tree, paths: readonly string[], random: () => number): { mutant: Tree; mutation: Mutation } {
  const path = pick(paths, random)
  const roll = random()
  if (roll < 0.06) return { mutant: { ...tree, [path]: pick([403, 404, 500], random) }, mutation: { path, at: '', what: 'status' } }
  // A body that breaks off or is a login page is no JSON: the session answers `bad-json`, which a string stands for here.
  if (roll < 0.1) return { mutant: { ...tree, [path]: '<html>' }, mutation: { path, at: '', what: 'html' } }
  const [what, change] = pick(CHANGES, random)
  const { changed, at, was } = within(tree[path], change, random)
  return { mutant: { ...tree, [path]: changed }, mutation: { path, at, what, was } }
}

const gone = Symbol('gone')
type Change = (value: unknown, random: () => number) => unknown

const CHANGES: readonly [Mutation['what'], Change][] = [
  ['drop', () => gone],
  ['null', () => null],
  ['retype', retype],
  ['truncate', (value, random) => (Array.isArray(value) ? value.slice(0, Math.floor(random() * value.length)) : gone)],
]

/** Changes one property or element somewhere below a body. */
function within(value: unknown, change: Change, random: () => number): { changed: unknown; at: string; was: unknown } {
  const keys = Object.keys(value as object)
  if (keys.length === 0) return { changed: value, at: '', was: value }
  const key = pick(keys, random)
  const inner = (value as Record<string, unknown>)[key]
  const isDeep = typeof inner === 'object' && inner !== null && Object.keys(inner).length > 0 && random() < 0.7
  const { changed, at, was } = isDeep ? within(inner, change, random) : { changed: change(inner, random), at: '', was: inner }
  if (Array.isArray(value)) {
    const list = changed === gone ? value.toSpliced(Number(key), 1) : value.with(Number(key), changed)
    return { changed: list, at: `[${key}]${at}`, was }
  }
  const { [key]: _, ...others } = value as Record<string, unknown>
  return { changed: changed === gone ? others : { ...(value as object), [key]: changed }, at: `.${key}${at}`, was }
}
