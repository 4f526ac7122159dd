import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startRack, type Rack } from '#simulator/rack.ts'
import type { NodePlan } from '#simulator/rack-plan.ts'
import { readAudit } from '#lib/db/audit.ts'
import { prisma } from '#lib/db/client.ts'
import type { RawFound } from '#lib/db/raw-asked.ts'
import type { RawAsked } from '#lib/domain/raw.ts'
import { addNode, allOk, makeRig, type ConductorRig } from '../../tests/conductor-rig.ts'
import { withDatabase } from '../../tests/database.ts'
import { addAskers, askRaw } from '../../tests/raw-rig.ts'

const test = withDatabase()
let rack: Rack
let rig: ConductorRig
let admin: string
let operator: string

const plan = (name: string, changes: Partial<NodePlan> = {}): NodePlan => ({ name, make: 'lenovo', persona: 'healthy', protocol: 'redfish', faces: ['redfish'], ...changes })

beforeAll(async () => {
  rig = await makeRig(test)
  rack = await startRack({ nodes: [plan('n1'), plan('shielded'), plan('ipmi-only', { protocol: 'ipmi', faces: ['ipmi'] })] })
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

const ask = (node: string, asked: Partial<RawAsked>, byId = admin): Promise<RawFound> => askRaw(node, { method: 'GET', path: '/redfish/v1/', ...asked }, byId)

type Collection = { Members: { '@odata.id': string }[] }
const bodyOf = (found: RawFound) => JSON.parse(found.answerBody ?? 'null') as object
const deeds = async (node: string) => (await readAudit({ node, action: 'redfish', limit: 50 })).map(({ outcome, target }) => `${outcome} ${target}`)
const systemOf = async () => {
  const systems = bodyOf(await ask('n1', { path: '/redfish/v1/Systems' })) as Collection
  return systems.Members[0]!['@odata.id']
}

describe('a request by hand', () => {
  it('is answered as the BMC says it: status, ETag, JSON in its order', async () => {
    const found = await ask('n1', { path: await systemOf() })
    expect(found).toMatchObject({ failure: null, answer: { status: 200, etag: expect.stringMatching(/^"[0-9a-f]+"$/), hidden: 0, text: null } })
    expect(Object.keys(bodyOf(found))[0]).toBe('@odata.id')
  })

  it('tells a 404 as an answer, and a node without Redfish as a failure in words', async () => {
    const gone = await ask('n1', { path: '/redfish/v1/Nowhere' })
    expect([gone.answer?.status, gone.answer?.messages.length]).toEqual([404, 1])
    const none = await ask('ipmi-only', {})
    expect(none.failure).toMatchObject({ code: 'unsupported', message: expect.stringContaining('not spoken to by Redfish') })
    const outside = await ask('n1', { path: '/redfish/../etc/passwd' })
    expect(outside.failure?.message).toContain('outside /redfish/')
  })

  it('changes what an administrator says, once, with its intent and outcome in the audit', async () => {
    const path = await systemOf()
    const { answer } = await ask('n1', { path })
    const body = JSON.stringify({ Boot: { BootSourceOverrideTarget: 'Pxe', BootSourceOverrideEnabled: 'Once' } })
    const changed = await ask('n1', { method: 'PATCH', path, body, ifMatch: answer!.etag })
    expect([changed.failure, changed.answer?.status]).toEqual([null, 204])
    expect(rack.node('n1').machine.bootOverride()).toMatchObject({ target: 'pxe', enabled: 'once' })
    expect((await deeds('n1')).slice(0, 2)).toEqual([`ok PATCH ${path}`, `intent PATCH ${path}`])
    const [row] = await prisma().rawRequest.findMany({ where: { method: 'PATCH' } })
    expect(row!.body).toBeNull()
  })

  it('leaves a resource alone that has changed since it was read', async () => {
    const path = await systemOf()
    const body = JSON.stringify({ Boot: { BootSourceOverrideTarget: 'Cd', BootSourceOverrideEnabled: 'Once' } })
    const { answer } = await ask('n1', { method: 'PATCH', path, body, ifMatch: '"of-yesterday"' })
    expect(answer?.status).toBe(412)
    expect(rack.node('n1').machine.bootOverride().target).toBe('pxe')
  })

  it('tells the reason of a BMC that refuses', async () => {
    const { answer } = await ask('n1', { method: 'PATCH', path: await systemOf(), body: '{"SerialNumber":"x"}' })
    expect([answer?.status, answer?.messages[0]]).toEqual([400, 'The property SerialNumber is read-only.'])
  })

  it.each([
    ['to a protected node', 'shielded', '/redfish/v1/Systems/1', 'protected', () => admin],
    ['by somebody who may not any more', 'n1', '/redfish/v1/Systems/1', 'forbidden', () => operator],
    ['of accounts', 'n1', '/redfish/v1/AccountService/Accounts/1', 'guarded', () => admin],
  ] as const)('is refused %s, and that is written down', async (_, node, path, code, by) => {
    const body = code === 'guarded' ? '{"Password":"canary"}' : '{"AssetTag":"x"}'
    const found = await ask(node, { method: 'PATCH', path, body }, by())
    expect(found.failure?.code).toBe(code)
    expect((await deeds(node))[0]).toBe(`refused PATCH ${path}`)
    expect(JSON.stringify(await readAudit({ node, limit: 50 }))).not.toContain('canary')
  })
})
