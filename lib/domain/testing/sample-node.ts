import type { Node } from '../node.ts'

/** A node that is on and well, all of it read at this time (ISO 8601). */
export function sampleNode(name: string, at: string, changes: Partial<Node> = {}): Node {
  return {
    id: `id-${name}`,
    name,
    groups: [],
    tags: [],
    rack: null,
    position: null,
    attributes: {},
    protected: false,
    power: { state: 'on', at },
    health: { level: 'ok', reasons: [], at },
    identity: {},
    hottest: null,
    watts: null,
    seenAt: at,
    bmc: { address: '10.0.0.1', protocol: 'auto', state: 'ok', via: 'ipmi', failure: null, latencyMs: 1, endpoints: [] },
    revision: 1,
    ...changes,
  }
}
