import { isRedfishError } from '../errors.ts'
import { openRedfish } from '../session.ts'

/**
 * A process of its own, for memory: beside a BMC that sends and tests that run, nobody can tell whose it is. Asks a BMC whose port `argv` names for
 * what it must refuse, and prints by how many MiB that makes it larger at the moment of refusal. Needs `--expose-gc`.
 */
const session = await openRedfish({ host: '127.0.0.1', port: Number(process.argv[2]), username: 'admin', password: 'secret' }, { retryDelayMs: 1 })

async function refuse(): Promise<void> {
  const error: unknown = await session.get('/redfish/v1/Systems').catch((refusal: unknown) => refusal)
  if (!isRedfishError(error) || error.kind !== 'too-large') throw new Error(`not refused: ${String(error)}`)
}

/** What is allocated, not what is resident: that depends on what the allocator keeps and on how busy the machine is. */
function measure(): number {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

// The first loads and compiles what it needs, and what it leaves behind would count for the second.
await refuse()
globalThis.gc!()
const before = measure()
await refuse()
console.log((measure() - before) / 1024 / 1024)
await session.close()
process.exit()
