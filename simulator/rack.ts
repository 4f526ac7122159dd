import type { Timing } from './machine.ts'
import { startNode, type NodeDescription, type Ports, type SimulatedNode } from './node.ts'
import { demoRack, standardAddress, withDead, type NodePlan } from './rack-plan.ts'

export interface RackDescription {
  nodes: NodeDescription[]
  /** When it first stood, in ms since 1970; racks of before this was kept have none. */
  sinceMs?: number
}

export interface RackOptions {
  /** Who stands in it; the demo's sixteen when absent. */
  nodes?: readonly NodePlan[]
  /** `ports`: 127.0.0.1 and free ports. `623`: each node at its own 127.0.x.y, IPMI at 623 and Redfish at 443. */
  plan?: 'ports' | '623'
  /** Each node at its own 127.0.x.y as with plan 623, all at these ports, which no privilege is needed for. */
  samePorts?: Ports
  /** The third number of the first address of plan 623 (127.0.1.1 when absent), so that racks can stand side by side. */
  firstThird?: number
  /** An earlier rack's description: its ports are tried again, by node name, and its logs begin as they did. */
  previous?: RackDescription
  /** Added to every answer. */
  latencyMs?: number
  /** Share of packets lost each way, 0…1. */
  loss?: number
  /** Share of nodes that answer nothing, 0…1. */
  deadShare?: number
  /** Sensors of each node, 1…254. */
  sensorCount?: number
  username?: string
  password?: string
  timing?: Partial<Timing>
  /** Where BMCs look for portmappers; 111 when absent. */
  portmapperPort?: number | undefined
  /** The clock of every machine; the real one when absent. */
  now?: () => number
}

/** A running rack. Tests turn its nodes into other personas and count what reached them. */
export interface Rack {
  readonly nodes: readonly SimulatedNode[]
  /** Throws for a name that is not in the rack. */
  node: (name: string) => SimulatedNode
  describe: () => RackDescription
  close: () => Promise<void>
}

const startedTogether = 50

/** Starts every node of a rack in this process. When one cannot listen, those that did are closed and the error is thrown. */
export async function startRack(options: RackOptions = {}): Promise<Rack> {
  const plans = withDead(options.nodes ?? demoRack(), options.deadShare ?? 0)
  const sinceMs = options.previous?.sinceMs ?? (options.now ?? Date.now)()
  const nodes: SimulatedNode[] = []
  try {
    for (let i = 0; i < plans.length; i += startedTogether) {
      const batch = plans.slice(i, i + startedTogether).map((plan, k) => startNode(plan, nodeOptions(options, sinceMs, plan, i + k)))
      const settled = await Promise.allSettled(batch)
      nodes.push(...settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])))
      const failed = settled.find((result) => result.status === 'rejected')
      if (failed) throw failed.reason
    }
  } catch (error) {
    await closeAll(nodes)
    throw error
  }

  const byName = new Map(nodes.map((node) => [node.name, node]))
  return {
    nodes,
    node(name) {
      const node = byName.get(name)
      if (!node) throw new Error(`the simulated rack has no node ${name}`)
      return node
    },
    describe: () => ({ sinceMs, nodes: nodes.map((node) => node.describe()) }),
    close: () => closeAll(nodes),
  }
}

async function closeAll(nodes: readonly SimulatedNode[]): Promise<void> {
  await Promise.all(nodes.map((node) => node.close()))
}

function nodeOptions(options: RackOptions, sinceMs: number, plan: NodePlan, index: number) {
  const samePorts = options.plan === '623' ? { ipmi: 623, redfish: 443, ssh: 22 } : options.samePorts
  return {
    address: samePorts === undefined ? '127.0.0.1' : standardAddress(index, options.firstThird),
    ports: samePorts ?? options.previous?.nodes.find((node) => node.name === plan.name)?.ports ?? {},
    portsAreFixed: samePorts !== undefined,
    username: options.username ?? 'admin',
    password: options.password ?? 'secret',
    latencyMs: options.latencyMs ?? 0,
    loss: options.loss ?? 0,
    now: options.now ?? Date.now,
    sinceMs,
    sensorCount: options.sensorCount,
    timing: options.timing,
    portmapperPort: options.portmapperPort,
  }
}
