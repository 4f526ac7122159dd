import { afterAll, beforeAll } from 'vitest'
import { prisma } from '#lib/db/client.ts'
import { makeNames } from '#simulator/makes.ts'
import { startRack, type Rack, type RackOptions } from '#simulator/rack.ts'
import { addNode, allOk, makeRig, until, type ConductorRig } from './conductor-rig.ts'
import { withDatabase } from './database.ts'

/** The one that speaks IPMI alone, among those of every make by Redfish. */
export const ipmiNode = 'inspur-ipmi'
export const everyMake: readonly string[] = [...makeNames, ipmiNode]

/** A conductor for the tests of a file, with a well BMC of every make and one by IPMI, each known to answer; `more` beside them are not waited for. */
export function withEveryMake(options: Pick<RackOptions, 'timing'> & { more?: RackOptions['nodes']; protect?: readonly string[] } = {}): () => Rack {
  const { more = [], protect = [], ...rest } = options
  const test = withDatabase()
  let rig: ConductorRig
  let rack: Rack
  beforeAll(async () => {
    rig = await makeRig(test)
    rack = await startRack({
      nodes: [
        ...makeNames.map((make) => ({ name: make, make, persona: 'healthy', protocol: 'redfish', faces: ['redfish'] }) as const),
        { name: ipmiNode, make: 'inspur', persona: 'healthy', protocol: 'ipmi', faces: ['ipmi'] },
        ...more,
      ],
      ...rest,
    })
    for (const node of rack.nodes) await addNode(rig, node.describe())
    await prisma().node.updateMany({ where: { name: { in: [...protect] } }, data: { protected: true } })
    rig.start()
    await allOk(everyMake)
  })
  afterAll(async () => {
    await rig?.stop()
    await rack?.close()
  })
  return () => rack
}

/** Waits until each of these nodes' records tells of this ability: which takes a probe. */
export async function knownOf(ability: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await until(async () => ((await prisma().node.findUnique({ where: { name } }))?.capabilities as Record<string, unknown> | null)?.[ability] !== undefined, 15_000, `whether ${name} can do ${ability}`)
  }
}
