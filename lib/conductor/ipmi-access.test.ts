import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NodePlan } from '#simulator/rack-plan.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import { prisma } from '#lib/db/client.ts'
import { listNodes, markProbing, updateNode } from '#lib/db/nodes.ts'
import { putKg } from '#lib/db/nodes-write.ts'
import { usualIpmi, type IpmiSettings } from '#lib/domain/ipmi.ts'
import { kgContext } from '#lib/vault/context.ts'
import { sealForConductor } from '#lib/vault/seal.ts'
import { addNode, makeRig, until, type ConductorRig } from '../../tests/conductor-rig.ts'
import { withDatabase } from '../../tests/database.ts'

const test = withDatabase()
let rack: Rack
let rig: ConductorRig

const plan = (name: string, persona: NodePlan['persona']): NodePlan => ({ name, make: 'supermicro', persona, protocol: 'ipmi', faces: ['ipmi'] })

beforeAll(async () => {
  rig = await makeRig(test)
  rack = await startRack({ nodes: [plan('fallen', 'healthy'), plan('keyed', 'has-kg'), plan('bare', 'only-cipher-0'), plan('odd', 'opensesspriv'), plan('md5', 'md5-suites')] })
  rig.start()
})
afterAll(async () => {
  await rig?.stop()
  await rack?.close()
})

const settled = (name: string, state: 'ok' | 'failed') =>
  until(async () => {
    const node = (await listNodes()).find((one) => one.name === name)!
    return node.bmc.state === state ? node : null
  }, 25_000, `${name} ${state}`)

const add = (name: string) => addNode(rig, rack.node(name).describe(), { protocol: 'ipmi' })
const suiteOf = async (id: string) => (await prisma().node.findUniqueOrThrow({ where: { id } })).cipherSuite

async function change(id: string, edit: { ipmi?: Partial<IpmiSettings>; cipherSuite?: null }): Promise<void> {
  await prisma().$transaction(async (tx) => {
    await updateNode(tx, id, { cipherSuite: edit.cipherSuite, ipmi: edit.ipmi && { ...usualIpmi, ...edit.ipmi } })
    await markProbing(tx, id)
  })
}

describe('checklist 2: a BMC that has done suite 17 and now offers only 3', () => {
  it('gets no login until somebody agrees, and its node says so once in its events and in the audit', async () => {
    const id = await add('fallen')
    await settled('fallen', 'ok')
    await until(async () => ((await suiteOf(id)) === 17 ? true : null), 15_000, 'suite 17 kept')
    const { ipmi, setFaults, restartBmc } = rack.node('fallen')
    setFaults({ cipherSuites: [0, 1, 2, 3] })
    restartBmc()
    const before = ipmi!.sessions.createdCount()
    const failed = await settled('fallen', 'failed')
    expect(failed.bmc.failure).toMatchObject({ kind: 'downgrade', text: expect.stringContaining('has done cipher suite 17 before') })
    const events = () => prisma().logEntry.findMany({ where: { nodeId: id, source: 'Baseboard' } })
    const [event] = await until(async () => ((await events()).length > 0 ? events() : null), 5_000, 'an event')
    expect(event).toMatchObject({ level: 'critical', text: expect.stringMatching(/^IPMI cipher suite fell back: 127\.0\.0\.1:\d+: /) })
    const audit = await test.db.pool.query<{ body: string }>(`SELECT body FROM "Audit" WHERE body LIKE '%"ipmi-downgrade"%'`)
    expect(audit.rows.map(({ body }) => JSON.parse(body))).toMatchObject([{ actor: 'Baseboard', node: 'fallen', outcome: 'refused', detail: { best: 17 } }])
    expect(ipmi!.sessions.createdCount(), 'nobody signed in').toBe(before)

    await change(id, { cipherSuite: null })
    const mended = await settled('fallen', 'ok')
    expect(mended.power.state).toBe('on')
    await until(async () => ((await suiteOf(id)) === 3 ? true : null), 15_000, 'suite 3 kept')
    expect(await events()).toHaveLength(1)
  }, 90_000)
})

describe('a BMC with a key K_G', () => {
  it('is let in with it, and not without', async () => {
    const id = await add('keyed')
    expect((await settled('keyed', 'failed')).bmc.failure).toMatchObject({ kind: 'credentials', text: expect.stringContaining('K_G') })
    const { address, ports } = rack.node('keyed').describe()
    const put = async (kg: string) => {
      const sealed = sealForConductor(rig.keys().publicKey, kg, kgContext({ nodeId: id, address, ports }))
      await prisma().$transaction(async (tx) => {
        await putKg(tx, { nodeId: id, sealed })
        await markProbing(tx, id)
      })
    }
    await put(Buffer.from('0123456789abcdefghij').toString('hex'))
    expect((await settled('keyed', 'ok')).power.state).toBe('on')
    const stored = await prisma().credential.findUniqueOrThrow({ where: { nodeId: id } })
    expect(stored.kgAt).not.toBeNull()
    expect(Buffer.from(stored.kg!).includes('0123456789')).toBe(false)
    await put('')
    await settled('keyed', 'failed')
    expect(await prisma().credential.findUniqueOrThrow({ where: { nodeId: id } })).toMatchObject({ kg: null, kgAt: null })
  }, 90_000)
})

describe('cipher suites other than 17 and 3', () => {
  it('8 is used where it is asked for', async () => {
    const id = await add('md5')
    expect((await settled('md5', 'failed')).bmc.failure).toMatchObject({ kind: 'cipher-suite' })
    await change(id, { ipmi: { suites: [8, 12] } })
    await settled('md5', 'ok')
    await until(async () => ((await suiteOf(id)) === 8 ? true : null), 15_000, 'suite 8 kept')
  }, 60_000)

  it('checklist 1: one that does not encrypt needs a word of its own, whatever the list says', async () => {
    const id = await add('bare')
    const { ipmi } = rack.node('bare')
    await settled('bare', 'failed')
    await change(id, { ipmi: { suites: [0], insecure: false } })
    expect((await settled('bare', 'failed')).bmc.failure).toMatchObject({ kind: 'cipher-suite' })
    expect(ipmi!.sessions.createdCount()).toBe(0)
    await change(id, { ipmi: { suites: [0], insecure: true } })
    expect((await settled('bare', 'ok')).power.state).toBe('on')
  }, 60_000)
})

describe('a workaround', () => {
  it('that a login found to be needed is told with the port', async () => {
    await add('odd')
    await settled('odd', 'ok')
    const facts = await until(async () => {
      const endpoint = await prisma().endpoint.findFirst({ where: { node: { name: 'odd' }, protocol: 'ipmi' } })
      const found = endpoint?.facts as { workarounds?: string[] } | undefined
      return found?.workarounds === undefined ? null : found
    }, 15_000, 'a workaround')
    expect(facts).toMatchObject({ workarounds: ['opensesspriv'], privilege: 'administrator', cipherSuiteId: 17 })
  }, 40_000)
})
