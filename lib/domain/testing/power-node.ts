import type { Node } from '../node.ts'

/** A node that is on and was read a moment before `nowMs`. */
export function powerNode(name: string, nowMs: number, changes: Partial<Node> & { readMs?: number } = {}): Node {
  const { readMs = nowMs - 5_000, ...rest } = changes
  const at = new Date(readMs).toISOString()
  return {
    id: `id-${name}`,
    name,
    groups: [],
    tags: [],
    rack: null,
    position: null,
    attributes: {},
    protected: false,
    power: { state: 'on', at: new Date(nowMs - 2_000).toISOString() },
    health: { level: 'ok', reasons: [], at },
    identity: {},
    hottest: null,
    watts: 400,
    seenAt: at,
    bmc: { address: '10.0.0.1', protocol: 'auto', state: 'ok', via: 'ipmi', failure: null, latencyMs: 1, endpoints: [] },
    revision: 1,
    ...rest,
  }
}
