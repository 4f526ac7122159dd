import { afterAll, beforeAll, expect, it } from 'vitest'
import { prisma } from '#lib/db/client.ts'
import { listNodes } from '#lib/db/nodes.ts'
import { sendJson, startTestBmc, withSessions, type TestBmc } from '#lib/redfish/testing/test-bmc.ts'
import { createSmallTree } from '#lib/redfish/testing/memory-session.ts'
import { addNode, makeRig, quickCadence, until, type ConductorRig } from '../../tests/conductor-rig.ts'
import { withDatabase } from '../../tests/database.ts'

const test = withDatabase()
const root = 'GET /redfish/v1/'
const login = 'POST /redfish/v1/SessionService/Sessions'
const host = 'GET /redfish/v1/Systems/s'
let bmc: TestBmc
let rig: ConductorRig
let id: string

beforeAll(async () => {
  rig = await makeRig(test)
  const resources = createSmallTree({}, {})
  bmc = await startTestBmc(withSessions(({ url = '' }, response) => sendJson(response, resources[url] ?? {}, resources[url] === undefined ? 404 : 200)))
  const { host: address, port, username, password } = bmc.target
  id = await addNode(rig, { name: 'n1', address, ports: { redfish: port }, username, password } as Parameters<typeof addNode>[1], { protocol: 'redfish' })
})
afterAll(async () => {
  await rig?.stop()
  await bmc?.close()
})

const node = () => prisma().node.findUniqueOrThrow({ where: { id } })

/** What a conductor that starts now asks, until it has read the power and the systems, and who and what the node is is known. */
async function begin(isDone: (kept: unknown) => boolean): Promise<string[]> {
  const seen = bmc.requests.length
  const now = () => bmc.requests.slice(seen)
  const conductor = rig.start(undefined, quickCadence)
  async function isOver(): Promise<boolean> {
    const { pin, capabilities, knownService } = await node()
    return (await listNodes())[0]?.power.state === 'on' && pin !== null && capabilities !== null && isDone(knownService) && now().includes(host) && now().includes('GET /redfish/v1/Systems')
  }
  await until(isOver, 30_000, 'power, systems and a survey')
  await conductor.stop()
  return now()
}

const isWhole = (kept: unknown) => kept !== null && JSON.stringify(kept).includes(bmc.fingerprint)

it('a conductor that has restarted signs in at once and reads the power at once, and looks at the rest after', async () => {
  expect((await begin(isWhole)).slice(0, 2)).toEqual([root, login])
  expect((await node()).knownService).toMatchObject({ certificate: bmc.fingerprint, host: '/redfish/v1/Systems/s', root: { sessions: '/redfish/v1/SessionService/Sessions' } })
  const again = await begin(isWhole)
  expect(again.slice(0, 2)).toEqual([login, host])
  expect(again).toContain(root)
}, 90_000)

it.each([
  ['is no use to this version', { certificate: 'x' }],
  ['is of another certificate', { certificate: 'AA:BB', host: '/redfish/v1/Systems/s', root: { oemVendors: [], sessions: '/redfish/v1/SessionService/Sessions' } }],
])('what %s is learned anew, and kept', async (_what, knownService) => {
  const before = (await node()).knownService
  await prisma().node.update({ where: { id }, data: { knownService } })
  expect((await begin(isWhole)).slice(0, 2)).toEqual([root, login])
  expect((await node()).knownService).toEqual(before)
}, 90_000)

it('nothing was complained of', () => expect(rig.complaints).toEqual([]))
