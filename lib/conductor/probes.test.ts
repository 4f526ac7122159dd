import { createSocket } from 'node:dgram'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NodePlan } from '#simulator/rack-plan.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import { openDatabase, prisma } from '#lib/db/client.ts'
import { findNodesByName, listNodes, markProbing, putCredential } from '#lib/db/nodes.ts'
import { credentialContext } from '#lib/vault/context.ts'
import { sealForConductor } from '#lib/vault/seal.ts'
import { addNode, askProbe, makeRig, until, type ConductorRig } from '../../tests/conductor-rig.ts'
import { withDatabase } from '../../tests/database.ts'

const test = withDatabase()
let rack: Rack
let rig: ConductorRig

const plan = (name: string, changes: Partial<NodePlan> = {}): NodePlan => ({ name, make: 'supermicro', persona: 'healthy', protocol: 'redfish', faces: ['redfish', 'ipmi'], ...changes })

beforeAll(async () => {
  rig = await makeRig(test)
  rack = await startRack({
    nodes: [
      plan('good'),
      plan('locked', { persona: 'wrong-password' }),
      plan('zero', { persona: 'only-cipher-0', faces: ['ipmi'] }),
      plan('dead', { persona: 'unreachable' }),
      plan('moody'),
      plan('pinned', { faces: ['redfish'] }),
      plan('healed', { persona: 'wrong-password' }),
      plan('swapped-1', { faces: ['ipmi'] }),
      plan('swapped-2', { faces: ['ipmi'] }),
    ],
  })
  rig.start()
})
afterAll(async () => {
  await rig?.stop()
  await rack?.close()
})

const portsOf = (name: string) => rack.node(name).describe().ports
const nodeOf = async (name: string) => (await listNodes()).find((node) => node.name === name)!
const settled = (name: string, state: 'ok' | 'failed', ms = 20_000) =>
  until(async () => {
    const node = await nodeOf(name)
    return node.bmc.state === state ? node : null
  }, ms, `${name} ${state}`)

describe('a probe says what is there, or why not', () => {
  it('finds both protocols, who it is and what it can do', async () => {
    const result = await askProbe(rig, { address: '127.0.0.1', ports: portsOf('good') })
    expect(result.failure).toBeNull()
    expect(result.endpoints.map((one) => [one.protocol, one.state])).toEqual([
      ['redfish', 'ok'],
      ['ipmi', 'ok'],
    ])
    expect(result.identity).toMatchObject({ manufacturer: 'Supermicro', model: expect.any(String), serial: expect.any(String), bmcFirmware: expect.any(String) })
    expect(result.capabilities!.resets).toMatchObject({ ForceOff: { can: true, via: 'redfish' }, PowerCycle: { can: true, via: 'ipmi' } })
    expect(result.endpoints[0]!.facts.certificate).toMatch(/^[0-9a-f]{64}$/)
    expect(result.endpoints[1]!.facts.cipherSuiteId).toBe(17)
  })

  it('keeps the one protocol that is there, and says that the other is absent', async () => {
    const result = await askProbe(rig, { address: '127.0.0.1', ports: { redfish: portsOf('good').redfish!, ipmi: 9 } })
    expect(result.endpoints.map((one) => one.state)).toEqual(['ok', 'absent'])
    expect(result.endpoints[1]!.failure!.text).toMatch(/^127\.0\.0\.1:9: /)
  })

  it('each failure is another sentence, with the address', async () => {
    const web = createServer((_, response) => response.end('<html>')).listen(0, '127.0.0.1')
    const echo = createSocket('udp4').bind(0, '127.0.0.1')
    echo.on('message', (message, from) => echo.send(Buffer.from('hello'), from.port, from.address))
    await new Promise((resolve) => setTimeout(resolve, 50))
    const local = '127.0.0.1'
    const cases = await Promise.all([
      askProbe(rig, { address: local, ports: portsOf('dead') }),
      askProbe(rig, { address: local, ports: { redfish: 9, ipmi: 9 } }),
      askProbe(rig, { address: local, ports: portsOf('locked') }),
      askProbe(rig, { address: local, protocol: 'ipmi', ports: portsOf('zero') }),
      askProbe(rig, { address: local, protocol: 'redfish', ports: { redfish: (web.address() as AddressInfo).port } }),
      askProbe(rig, { address: local, protocol: 'ipmi', ports: { ipmi: echo.address().port } }),
      askProbe(rig, { address: '10.9.8.7', ports: { redfish: 443, ipmi: 623 } }),
      askProbe(rig, { address: 'no-such-name.invalid', ports: { redfish: 443, ipmi: 623 } }),
    ])
    web.close()
    echo.close()
    expect(cases.map((result) => result.failure?.kind)).toEqual(['unreachable', 'refused', 'credentials', 'cipher-suite', 'not-a-bmc', 'not-a-bmc', 'outside-networks', 'unreachable'])
    expect(new Set(cases.map((result) => result.failure!.text)).size).toBe(cases.length)
    for (const result of cases) expect(result.failure!.text).toMatch(/^(127\.0\.0\.1:\d+|10\.9\.8\.7|no-such-name\.invalid): /)
  }, 30_000)

  it('checklist 30: a name that points outside is not connected to', async () => {
    await prisma().setting.update({ where: { key: 'networks' }, data: { value: ['127.7.0.0/16'] } })
    await new Promise((resolve) => setTimeout(resolve, 2_500))
    const before = rack.node('good').ipmi!.received()
    const result = await askProbe(rig, { address: 'localhost', ports: portsOf('good') })
    await prisma().setting.update({ where: { key: 'networks' }, data: { value: ['127.0.0.0/8'] } })
    await new Promise((resolve) => setTimeout(resolve, 2_500))
    expect(result.failure).toMatchObject({ kind: 'outside-networks' })
    expect(result.failure!.text).toMatch(/^localhost: the name points to .*127\.0\.0\.1/)
    expect(rack.node('good').ipmi!.received()).toBe(before)
  }, 30_000)

  it('forgets the password with the answer', async () => {
    const { rows } = await test.db.pool.query('SELECT count(*)::int AS n FROM "Probe" WHERE sealed IS NOT NULL')
    expect(rows[0].n).toBe(0)
  })

  it('of a node uses the password and the address that are stored, whatever the row says', async () => {
    const nodeId = await addNode(rig, rack.node('good').describe())
    await settled('good', 'ok')
    const id = randomUUID()
    await prisma().probe.create({ data: { id, nodeId, address: '127.0.0.66', protocol: 'ipmi', ports: {}, username: 'x', createdBy: 't' } })
    const row = await until(async () => {
      const found = await prisma().probe.findUnique({ where: { id } })
      return found?.state === 'done' ? found : null
    }, 12_000, 'the answer')
    expect(row.result).toMatchObject({ failure: null, identity: { manufacturer: 'Supermicro' } })
    expect(rack.node('good').redfish!.sessions.openCount()).toBe(1)
  })
})

describe('passwords', () => {
  it('a new one is taken up at once, however long the old one was refused', async () => {
    const node = rack.node('healed')
    const id = await addNode(rig, node.describe())
    const failed = await settled('healed', 'failed')
    expect(failed.bmc.failure).toMatchObject({ kind: 'credentials' })
    const { address, ports, username } = node.describe()
    const right = `${node.describe().password}-changed`.slice(-20)
    const sealed = sealForConductor(rig.keys().publicKey, right, credentialContext({ nodeId: id, address, ports }))
    await prisma().$transaction(async (tx) => {
      await putCredential(tx, { nodeId: id, username, sealed })
      await markProbing(tx, id)
    })
    const healed = await settled('healed', 'ok')
    expect(healed.power.state).toBe('on')
  }, 40_000)

  it('checklist 41: two that were swapped in the database open nothing, and no BMC hears of it', async () => {
    await addNode(rig, rack.node('swapped-1').describe(), { protocol: 'ipmi' })
    await addNode(rig, rack.node('swapped-2').describe(), { protocol: 'ipmi' })
    await settled('swapped-1', 'ok')
    await settled('swapped-2', 'ok')
    const [one, two] = await findNodesByName(prisma(), ['swapped-1', 'swapped-2'])
    await test.db.pool.query(
      `UPDATE "Credential" c SET sealed = o.sealed, "updatedAt" = clock_timestamp() FROM "Credential" o
      WHERE c."nodeId" = ANY($1) AND o."nodeId" = ANY($1) AND o."nodeId" <> c."nodeId"`,
      [[one!.id, two!.id]],
    )
    for (const name of ['swapped-1', 'swapped-2']) expect((await settled(name, 'failed')).bmc.failure).toMatchObject({ kind: 'no-credential' })
    await new Promise((resolve) => setTimeout(resolve, 500))
    const heard = ['swapped-1', 'swapped-2'].map((name) => rack.node(name).ipmi!.received())
    await new Promise((resolve) => setTimeout(resolve, 2_500))
    expect(['swapped-1', 'swapped-2'].map((name) => rack.node(name).ipmi!.received())).toEqual(heard)
  }, 60_000)
})

describe('a BMC that changes', () => {
  it('checklist 11: another certificate stops the conversation until the pin is lifted', async () => {
    const id = await addNode(rig, rack.node('pinned').describe(), { protocol: 'redfish' })
    await settled('pinned', 'ok')
    const { pin } = (await prisma().node.findUnique({ where: { id } }))!
    expect(pin).toMatch(/^[0-9a-f]{64}$/)
    const wrong = 'ab'.repeat(32)
    await prisma().node.update({ where: { id }, data: { pin: wrong } })
    await test.db.pool.query(`SELECT pg_notify('work', '')`)
    const failed = await settled('pinned', 'failed')
    expect(failed.bmc.failure).toMatchObject({ kind: 'certificate' })
    expect(rack.node('pinned').redfish!.sessions.openCount()).toBe(0)
    await prisma().$transaction(async (tx) => {
      await tx.node.update({ where: { id }, data: { pin: null } })
      await markProbing(tx, id)
    })
    await settled('pinned', 'ok')
    expect((await prisma().node.findUnique({ where: { id } }))!.pin).toBe(pin)
  }, 60_000)

  it('is missed, and noticed when it is back', async () => {
    await addNode(rig, rack.node('moody').describe())
    await settled('moody', 'ok')
    rack.node('moody').setPersona('unreachable')
    await settled('moody', 'failed', 60_000)
    rack.node('moody').setPersona('healthy')
    await settled('moody', 'ok', 60_000)
  }, 130_000)

  it('that restarts and forgets its sessions costs no failure', async () => {
    const failuresBefore = rig.complaints.length
    rack.node('good').restartBmc()
    const restartedAt = Date.now()
    await until(async () => Date.parse((await nodeOf('good')).power.at ?? '') > restartedAt + 500, 25_000, 'a read after the restart')
    expect((await nodeOf('good')).bmc.state).toBe('ok')
    expect(rig.complaints).toHaveLength(failuresBefore)
  }, 40_000)
})

describe('the lease', () => {
  it('is taken up again when its connection was cut, in a new epoch', async () => {
    const before = await prisma().node.findMany({ select: { ownerId: true, ownerEpoch: true } })
    const superuser = openDatabase(test.superuserUrl)
    await superuser.pool.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'baseboard lease' AND datname = current_database()`)
    await superuser.close()
    const after = await until(async () => {
      const now = await prisma().node.findMany({ select: { ownerId: true, ownerEpoch: true } })
      return now.every((node) => node.ownerId !== null && node.ownerId !== before[0]!.ownerId) && now
    }, 15_000, 'new owners')
    expect(Math.min(...after.map((node) => node.ownerEpoch))).toBeGreaterThan(1)
    const { rows } = await test.db.pool.query('SELECT count(*)::int AS n FROM "Conductor"')
    expect(rows[0].n).toBe(1)
  }, 30_000)
})
