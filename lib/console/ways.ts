import { BmcError } from '#lib/bmc/errors.ts'
import type { BmcConsole } from '#lib/bmc/console.ts'
import { defaultPorts, type BmcFailureKind, type Capabilities, type ConsoleRoute, type ConsoleWay } from '#lib/domain/bmc.ts'
import type { WayChoice } from '#lib/domain/console.ts'

/** What of a node decides by which ways its console can be opened. */
export type WayFacts = {
  endpoints: readonly { protocol: string; port: number; state: string }[]
  capabilities: Pick<Capabilities, 'consoles'> | null
}

/** A way to try, with the port it is tried at. */
export type Way = ConsoleRoute & { port: number }

const order = ['sol', 'ssh', 'websocket'] as const

/** After these the next way is tried. Never after refused credentials, which would be refused again, nor when somebody else is in. */
const goesOn: ReadonlySet<BmcFailureKind> = new Set(['unsupported', 'refused', 'cipher-suite', 'downgrade'])

/** The ways to try, in order; empty with the reasons when there is none. What the record says was true at the last probe. */
export function chooseWays(facts: WayFacts, choice: WayChoice): { ways: Way[]; reasons: string[] } {
  const asked: readonly ConsoleWay[] = choice === 'auto' ? order : [choice]
  const found = asked.map((way) => toWay(facts, way))
  const ways = found.flatMap((one) => (one.can ? [one] : []))
  if (ways.length > 0) return { ways, reasons: [] }
  // The record may be from before somebody switched it on: the BMC itself then says how it is.
  const denied = found.find((one): one is Way => one.port !== undefined && (one.way === 'sol' || (one.way === choice && one.way !== 'ssh')))
  return { ways: denied === undefined ? [] : [denied], reasons: found.flatMap(({ reason }) => reason ?? []) }
}

function toWay({ endpoints, capabilities }: WayFacts, way: ConsoleWay): Way | (ConsoleRoute & { can: false; port?: number }) {
  const told = capabilities?.consoles?.find((one) => one.way === way)
  if (way === 'ssh') {
    if (told?.can !== true) return { way, can: false, reason: told?.reason ?? 'no console over SSH is known of this BMC' }
    const chosen = endpoints.find(({ protocol }) => protocol === 'ssh')?.port
    return { ...told, port: chosen ?? told.port ?? defaultPorts.ssh }
  }
  const protocol = way === 'sol' ? 'ipmi' : 'redfish'
  const endpoint = endpoints.find((one) => one.protocol === protocol && one.state !== 'absent')
  if (endpoint === undefined) return { way, can: false, reason: way === 'sol' ? 'the node is not spoken to over IPMI' : 'the node is not spoken to over Redfish' }
  // SOL is what every BMC has by default; a WebSocket only who says so.
  return { ...(told ?? { way, can: way === 'sol' }), port: endpoint.port } as Way
}

/** Opens the first way that leads to the console. Rejects with the BmcError of the one that failed, or with what all of them said. */
export async function openByFirst(ways: readonly Way[], open: (way: Way) => Promise<BmcConsole>): Promise<BmcConsole> {
  const failures: BmcError[] = []
  for (const way of ways) {
    try {
      return await open(way)
    } catch (error) {
      if (!(error instanceof BmcError) || !goesOn.has(error.kind)) throw error
      failures.push(error)
    }
  }
  const [first] = failures
  if (failures.length === 1) throw first
  // What was refused may be there again later; what is not offered will not.
  const telling = failures.find(({ kind }) => kind !== 'unsupported') ?? first!
  throw new BmcError(telling.kind, telling.address, failures.map(({ message }) => message).join('; '), { cause: telling })
}
