import { prisma } from '#lib/db/client.ts'
import { findFanPolicy, listFanAbilities, putFanPolicies, type FanPolicyFound } from '#lib/db/fan-policies-asked.ts'
import type { FanPolicy } from '#lib/domain/fan-policy.ts'
import { fanReading, type FanReading } from '#lib/domain/fan.ts'
import type { SimulatedNode } from '#simulator/node.ts'
import { until } from './conductor-rig.ts'

/** What a simulated machine's firmware was told of its fans, with the moment by the simulator's clock. */
export type FanDeed = { atMs: number; did: 'take' | 'give'; percent?: number }

/** Notes from now on what is done to the fans of a machine. */
export function noteFans({ machine }: SimulatedNode): FanDeed[] {
  const deeds: FanDeed[] = []
  const { take, give } = machine.fans
  machine.fans.take = (percent, fans, forMs) => {
    deeds.push({ atMs: machine.now(), did: 'take', percent })
    take(percent, fans, forMs)
  }
  machine.fans.give = (fans) => {
    deeds.push({ atMs: machine.now(), did: 'give' })
    give(fans)
  }
  return deeds
}

export async function idOf(name: string): Promise<string> {
  return (await prisma().node.findUniqueOrThrow({ where: { name }, select: { id: true } })).id
}

/** Asks for something of a node's fans, as `PATCH /api/nodes/{name}/fans` does, in the name of an administrator who is there. */
export async function askFans(name: string, policy: FanPolicy): Promise<void> {
  const known = await prisma().user.findUnique({ where: { name: 'ada' }, select: { id: true } })
  const { id } = known ?? (await prisma().user.create({ data: { name: 'ada', role: 'admin', passwordHash: 'none' }, select: { id: true } }))
  await putFanPolicies(prisma(), [await idOf(name)], policy, { setBy: 'ada', setById: id, setByKind: 'person', ip: '127.0.0.1', requestId: null })
}

/** The policy of a node once it is as wanted. */
export async function standing(name: string, is: (found: FanPolicyFound) => boolean, ms: number, what: string): Promise<FanPolicyFound> {
  const id = await idOf(name)
  return until(async () => {
    const found = await findFanPolicy(id)
    return found !== null && found.version === found.doneVersion && is(found) ? found : null
  }, ms, `${name}: ${what}`)
}

/** The fans of a node, once its conductor has found what they take and read them. */
export async function readFans(name: string, ms = 40_000): Promise<FanReading> {
  const id = await idOf(name)
  return until(async () => {
    const ability = (await listFanAbilities(prisma(), [id])).get(id)
    const row = await prisma().snapshot.findUnique({ where: { nodeId_facet: { nodeId: id, facet: 'fans' } } })
    const parsed = fanReading.safeParse(row?.data)
    return ability?.control !== undefined && parsed.success ? parsed.data : null
  }, ms, `the fans of ${name}`)
}

/** Its processors' temperatures, which a policy hangs on. */
export const processorsOf = (reading: FanReading) => reading.temperatures.filter(({ name, celsius }) => /cpu/i.test(name) && celsius !== null).map(({ key }) => key)
