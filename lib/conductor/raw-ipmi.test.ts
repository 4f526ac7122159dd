import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readAudit } from '#lib/db/audit.ts'
import { prisma } from '#lib/db/client.ts'
import type { RawFound } from '#lib/db/raw-asked.ts'
import { getDeviceId } from '#lib/ipmi/commands/app.ts'
import { chassisControl } from '#lib/ipmi/commands/chassis.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import type { NodePlan } from '#simulator/rack-plan.ts'
import { addNode, allOk, makeRig, type ConductorRig } from '../../tests/conductor-rig.ts'
import { withDatabase } from '../../tests/database.ts'
import { addAskers, askRaw } from '../../tests/raw-rig.ts'

const test = withDatabase()
let rack: Rack
let rig: ConductorRig
let admin: string
let operator: string

const plan = (name: string, changes: Partial<NodePlan> = {}): NodePlan => ({ name, make: 'lenovo', persona: 'healthy', protocol: 'ipmi', faces: ['ipmi'], ...changes })

beforeAll(async () => {
  rig = await makeRig(test)
  rack = await startRack({ nodes: [plan('n1'), plan('loser', { persona: 'reply-lost' }), plan('shielded'), plan('redfish-only', { protocol: 'redfish', faces: ['redfish'] })] })
  ;({ admin, operator } = await addAskers())
  for (const { name } of rack.nodes) await addNode(rig, rack.node(name).describe())
  await prisma().node.update({ where: { name: 'shielded' }, data: { protected: true } })
  rig.start()
  await allOk(rack.nodes.map(({ name }) => name))
})
afterAll(async () => {
  await rig?.stop()
  await rack?.close()
})

const send = (node: string, path: string, body = '', byId = admin): Promise<RawFound> => askRaw(node, { method: 'IPMI', path, body }, byId, 20_000)

const deeds = async (node: string) => (await readAudit({ node, action: 'ipmi', limit: 50 })).map(({ outcome, target }) => `${outcome} ${target}`)

describe('an IPMI command by its bytes', () => {
  it('is answered with its code and bytes, and stands in the audit before and after', async () => {
    const { manufacturerId } = rack.node('n1').machine.identity
    const found = await send('n1', '06 01')
    expect([found.failure, found.answer?.status]).toEqual([null, 0])
    const bytes = Buffer.from((JSON.parse(found.answerBody!) as string).replaceAll(' ', ''), 'hex')
    expect(getDeviceId.decode(bytes).manufacturerId).toBe(manufacturerId)
    expect(await deeds('n1')).toEqual(['ok IPMI 06 01', 'intent IPMI 06 01'])
  })

  it('tells a refusal of the BMC as an answer', async () => {
    const found = await send('n1', '30 70', '66 01 00')
    expect([found.answer?.status, found.answer?.messages, found.answerBody]).toEqual([0xc1, ['invalid command'], '""'])
    expect((await deeds('n1')).slice(0, 2)).toEqual(['failed IPMI 30 70', 'intent IPMI 30 70'])
    const [, intent] = await readAudit({ node: 'n1', action: 'ipmi', limit: 2 })
    expect(intent?.detail).toMatchObject({ bytes: '66 01 00' })
  })

  it('that switches the power is sent once, also when its reply is lost; then it is unknown', async () => {
    const before = rack.node('loser').ipmi!.asked(chassisControl)
    const found = await send('loser', '00 02', '00')
    expect(found).toMatchObject({ answer: null, failure: { code: 'reply-lost', message: expect.stringContaining('sent once') } })
    expect(rack.node('loser').ipmi!.asked(chassisControl)).toBe(before + 1)
    expect(rack.node('loser').machine.power()).toBe('off')
    expect(await deeds('loser')).toEqual(['unknown IPMI 00 02', 'intent IPMI 00 02'])
  })

  it.each([
    ['06 3c', '00 00 00 00', 'the session by which Baseboard itself speaks to it'],
    ['06 55', '01 00', 'the session by which Baseboard itself speaks to it'],
    ['06 47', '02 02 73 65 63 72 65 74', 'its accounts'],
    ['0c 01', '01 03 0a 00 00 01', 'its network'],
    ['08 20', '', 'its firmware'],
  ])('%s is refused, and its bytes are written nowhere', async (path, body, what) => {
    const found = await send('n1', path, body)
    expect(found.failure).toMatchObject({ code: 'guarded', message: expect.stringContaining(what) })
    const [row] = await readAudit({ node: 'n1', action: 'ipmi', limit: 1 })
    expect(row).toMatchObject({ outcome: 'refused', target: `IPMI ${path}` })
    if (body !== '') expect(JSON.stringify(row)).not.toContain(body)
  })

  it('needs an administrator, a node that is not protected, and IPMI', async () => {
    expect((await send('n1', '06 01', '', operator)).failure?.code).toBe('forbidden')
    expect((await send('shielded', '06 01')).failure?.code).toBe('protected')
    expect((await send('redfish-only', '06 01')).failure).toMatchObject({ code: 'unsupported', message: expect.stringContaining('not spoken to by IPMI') })
    for (const node of ['shielded', 'redfish-only']) expect((await deeds(node))[0]).toMatch(/^(?:refused|failed) IPMI/)
  })
})
