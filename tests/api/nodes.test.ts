import { beforeAll, describe, expect, it } from 'vitest'
import { nodeDetail, nodeList, readingList, sensorList } from '#lib/api/contract.ts'
import { writeFirstOutput } from '#lib/db/boot-progress.ts'
import { prisma } from '#lib/db/client.ts'
import { writeSetting } from '#lib/db/settings.ts'
import { listNodes } from '#lib/data/nodes.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import { withDatabase } from '../database.ts'
import { addNode, bearer, call, nodeBody, withSite } from './fixture.ts'

const test = withDatabase()
const { tokens } = withSite()

const admin = () => bearer(tokens.admin)
const patch = (name: string, body: unknown) => call(`/api/nodes/${name}`, { method: 'PATCH', headers: admin(), body })
const errorOf = async (answer: Response) => [answer.status, ((await answer.json()) as { code: string }).code]
const post = (body: unknown) => call('/api/nodes', { method: 'POST', headers: admin(), body })

describe('nodes', () => {
  it('are added as probing, listed, changed and removed', async () => {
    const made = await addNode(tokens.admin, 'n1')
    expect(made.status).toBe(201)
    expect(nodeDetail.parse(await made.json())).toMatchObject({ name: 'n1', username: 'ADMIN', bmc: { state: 'probing', address: '10.4.0.7' } })
    const list = nodeList.parse(await (await call('/api/nodes', { headers: bearer(tokens.viewer) })).json())
    expect(list.nodes.map((node) => [node.name, node.bmc.endpoints.map((one) => one.port)])).toEqual([['n1', [623]]])
    const changed = await patch('n1', { name: 'n2', tags: ['gpu'], rack: 'r1', position: 7, attributes: { owner: 'hpc' } })
    expect(await changed.json()).toMatchObject({ name: 'n2', tags: ['gpu'], rack: 'r1', position: 7, attributes: { owner: 'hpc' } })
    expect((await call('/api/nodes/n2', { method: 'DELETE', headers: admin() })).status).toBe(204)
    expect(await errorOf(await call('/api/nodes/n2', { headers: bearer(tokens.viewer) }))).toEqual([404, 'unknown-node'])
    expect(await prisma().audit.findMany({ where: { node: { in: ['n1', 'n2'] } }, select: { action: true, outcome: true }, orderBy: { seq: 'asc' } })).toEqual([
      { action: 'node-create', outcome: 'ok' },
      { action: 'node-change', outcome: 'ok' },
      { action: 'node-remove', outcome: 'ok' },
    ])
  })

  it('keep a port per protocol of their choice, SSH too', async () => {
    const bmc = { address: '10.4.1.1', protocol: 'auto', ports: { redfish: 8443, ssh: 2222 }, username: 'u', password: 'p' }
    const made = await (await post({ name: 'ports', bmc })).json()
    expect(made.bmc.endpoints.map((one: { protocol: string; port: number }) => [one.protocol, one.port])).toEqual([['redfish', 8443], ['ipmi', 623]])
    expect(await prisma().endpoint.count({ where: { nodeId: made.id } })).toBe(3)
    expect(await errorOf(await post({ name: 'p2', bmc: { ...bmc, address: '10.4.1.2', port: 1 } }))).toEqual([400, 'invalid'])
    expect(await errorOf(await post({ name: 'p2', bmc: { ...bmc, address: '10.4.1.2', protocol: 'ipmi' } }))).toEqual([400, 'invalid'])
    const short = await (await post({ name: 'p3', bmc: { address: '10.4.1.3', protocol: 'redfish', port: 8000, username: 'u', password: 'p' } })).json()
    expect(short.bmc.endpoints).toMatchObject([{ protocol: 'redfish', port: 8000 }])
  })

  it('do not share a name or a BMC', async () => {
    expect((await addNode(tokens.admin, 'twin', '10.4.2.1')).status).toBe(201)
    expect(await errorOf(await addNode(tokens.admin, 'twin', '10.4.2.2'))).toEqual([409, 'name-taken'])
    expect(await errorOf(await addNode(tokens.admin, 'other', '10.4.2.1'))).toEqual([409, 'address-taken'])
    expect(await errorOf(await patch('twin', { name: 'ports' }))).toEqual([409, 'name-taken'])
  })

  it.each(['127.0.0.1', '::1', '0.0.0.0', '169.254.169.254', '::ffff:127.0.0.1', '::ffff:a9fe:a9fe', 'fe80::1', 'localhost', 'x.localhost', '192.0.2.1', 'fd00:ec2::254', '10.5.0.1'])(
    'may not lie at %s (checklist 30)',
    async (address) => {
      const answer = await addNode(tokens.admin, 'outside', address)
      const { code, message, field } = (await answer.json()) as Record<string, string>
      expect([answer.status, code, field]).toEqual([422, 'outside-networks', 'bmc.address'])
      expect(message).toMatch(/^bmc\.address: \S+ is outside the management networks \(10\.4\.0\.0\/16, fd00::\/8\)$/)
    },
  )

  it.each(['2130706433', '0x7f000001', '0177.0.0.1', '127.1', '10.4.0.0x7', 'a b', 'bmc;id', '$(id)', '-x', 'http://10.4.0.1/', '10.4.0.1/24', '10.4.0.1:623'])(
    'have an address that is one: %s is not',
    async (address) => {
      expect(await errorOf(await addNode(tokens.admin, 'outside', address))).toEqual([400, 'invalid'])
    },
  )

  it('may be named by DNS, which only the conductor can judge', async () => {
    expect(await (await addNode(tokens.admin, 'dns', 'N7-BMC.cluster.example')).json()).toMatchObject({ bmc: { address: 'n7-bmc.cluster.example' } })
  })

  it('say what to set when no network is', async () => {
    await prisma().setting.deleteMany({ where: { key: 'networks' } })
    const answer = await addNode(tokens.admin, 'early', '10.4.3.1')
    expect([answer.status, await answer.json()]).toEqual([422, expect.objectContaining({ code: 'networks-unset', message: expect.stringContaining('BMC_NETWORKS') })])
    await writeSetting('networks', ['10.4.0.0/16', 'fd00::/8'])
  })

  it('need a user name and a password that IPMI can carry, when it is IPMI (checklist 9)', async () => {
    const bmc = (username: string, password: string, protocol = 'ipmi') => ({ name: 'limits', bmc: { address: '10.4.4.1', protocol, username, password } })
    for (const [body, field] of [[bmc('u', 'p'.repeat(21)), 'bmc.password'], [bmc('u', 'é'.repeat(11)), 'bmc.password'], [bmc('u'.repeat(17), 'p'), 'bmc.username']] as const) {
      const answer = await post(body)
      expect([answer.status, await answer.json()]).toEqual([422, expect.objectContaining({ code: 'ipmi-limit', field })])
    }
    expect((await post(bmc('u', 'p'.repeat(21), 'redfish'))).status).toBe(201)
  })
})

describe('a changed BMC', () => {
  beforeAll(async () => {
    await addNode(tokens.admin, 'moving', '10.4.5.1')
    await prisma().node.update({ where: { name: 'moving' }, data: { pin: 'a'.repeat(64), pinnedAt: new Date(), capabilities: { was: true } } })
  })

  it.each([
    ['address', { address: '10.4.5.2' }],
    ['port', { port: 6230 }],
    ['ports', { ports: { ipmi: 6230 } }],
    ['ssh', { ports: { ssh: 2200 } }],
    ['protocol', { protocol: 'auto' }],
    ['username', { username: 'other' }],
  ])('%s needs the password again', async (_, bmc) => {
    const answer = await patch('moving', { bmc })
    expect([answer.status, await answer.json()]).toEqual([422, expect.objectContaining({ code: 'password-needed', field: 'bmc.password' })])
  })

  it('is the same when the same is said again', async () => {
    expect((await patch('moving', { bmc: { address: '10.4.5.1', port: 623 } })).status).toBe(200)
    expect((await prisma().node.findUniqueOrThrow({ where: { name: 'moving' } })).pin).toBe('a'.repeat(64))
  })

  it('forgets the pin and what was found, and is probed anew', async () => {
    const before = await prisma().credentialInbox.count()
    const moved = await (await patch('moving', { bmc: { address: '10.4.5.9', password: 'new' } })).json()
    expect(moved).toMatchObject({ pin: null, capabilities: null, username: 'ADMIN', bmc: { address: '10.4.5.9', state: 'probing' } })
    expect(await prisma().credentialInbox.count()).toBe(before + 1)
  })

  it('may not lie outside the networks either', async () => {
    expect(await errorOf(await patch('moving', { bmc: { address: '127.0.0.1', password: 'new' } }))).toEqual([422, 'outside-networks'])
  })

  it('can be pinned to a certificate, or be trusted anew', async () => {
    expect(await (await patch('moving', { bmc: { pin: 'b'.repeat(64) } })).json()).toMatchObject({ pin: 'b'.repeat(64), pinnedAt: expect.any(String) })
    expect(await (await patch('moving', { bmc: { pin: null } })).json()).toMatchObject({ pin: null, pinnedAt: null })
  })

  it('may be spoken to in old TLS by choice, which is audited and ends with the address', async () => {
    const old = await (await patch('moving', { bmc: { tls: 'legacy' } })).json()
    expect(old).toMatchObject({ tls: 'legacy', bmc: { state: 'probing' } })
    const row = await prisma().audit.findFirstOrThrow({ orderBy: { seq: 'desc' } })
    expect(row.body).toContain('"tls":"legacy"')
    expect(await (await patch('moving', { bmc: { address: '10.4.5.10', password: 'new' } })).json()).toMatchObject({ tls: 'modern' })
    expect((await patch('moving', { bmc: { tls: 'none' } })).status).toBe(400)
  })

  it('cannot be read or moved without a conductor to seal to', async () => {
    await prisma().setting.deleteMany({ where: { key: 'vault' } })
    const answer = await addNode(tokens.admin, 'unsealed', '10.4.6.1')
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2'])
    expect(await prisma().node.count({ where: { name: 'unsealed' } })).toBe(0)
  })
})

describe('what a node measures', () => {
  const at = new Date('2026-11-23T12:00:00Z')
  let id = ''
  beforeAll(async () => {
    id = (await prisma().node.findUniqueOrThrow({ where: { name: 'twin' } })).id
    const sensor = { key: 'cpu1', name: 'CPU1 <img src=x>', kind: 'temperature', reading: 41.5, unit: '°C', health: 'ok', thresholds: { upperCritical: 95 }, source: 'SDR 0x0001' }
    await prisma().snapshot.create({ data: { nodeId: id, facet: 'sensors', takenAt: at, data: { sensors: [sensor], watts: 120 } } })
    const { id: sensorId } = await prisma().sensor.create({ data: { nodeId: id, key: 'cpu1', name: 'CPU1', kind: 'temperature', unit: '°C' } })
    // One reading a minute for a day, 30 °C, with one peak of 99 °C that thinning must keep.
    await test.db.pool.query(
      `INSERT INTO "Reading" SELECT $1, now() - make_interval(mins => m), CASE WHEN m = 700 THEN 99 ELSE 30 + m % 2 END FROM generate_series(1, 1440) m
      WHERE now() - make_interval(mins => m) >= (now() AT TIME ZONE 'UTC')::date - interval '1 day'`,
      [sensorId],
    )
  })

  it('is given as it was last swept', async () => {
    const { sensors } = sensorList.parse(await (await call('/api/nodes/twin/sensors', { headers: bearer(tokens.viewer) })).json())
    expect(sensors).toMatchObject([{ key: 'cpu1', name: 'CPU1 <img src=x>', reading: 41.5, at: '2026-11-23T12:00:00.000Z' }])
    expect(await (await call('/api/nodes/dns/sensors', { headers: bearer(tokens.viewer) })).json()).toEqual({ sensors: [], unread: [], draw: null })
  })

  it('comes with how far its start has come, in the words of the BMC', async () => {
    const progress = async () => nodeDetail.parse(await (await call('/api/nodes/twin', { headers: bearer(tokens.viewer) })).json()).bootProgress
    expect(await progress()).toEqual([])
    const told = { source: 'redfish', stage: 'osStarting', word: 'OSBootStarted', at: '2026-11-23T12:00:00.000Z' }
    await prisma().snapshot.create({ data: { nodeId: id, facet: 'power', takenAt: at, data: { state: 'on', progress: [told] } } })
    await writeFirstOutput(test.db, id, { after: 'ForceRestart', at: '2026-11-23T12:00:05.000Z' })
    expect(await progress()).toEqual(expect.arrayContaining([told, { source: 'console', stage: null, word: 'ForceRestart', at: '2026-11-23T12:00:05.000Z' }]))
    // As an earlier version wrote it.
    await prisma().snapshot.updateMany({ where: { nodeId: id, facet: 'power' }, data: { data: { state: 'on', bootProgress: 'OSBootStarted' } } })
    expect(await progress()).toHaveLength(1)
  })

  it('has a history that is thinned without losing its peak', async () => {
    const read = async (query: string) => readingList.parse(await (await call(`/api/nodes/twin/readings${query}`, { headers: bearer(tokens.viewer) })).json()).series
    const [day] = await read('?hours=24&kind=temperature')
    expect(day!.points.length).toBeGreaterThan(200)
    expect(day!.points.length).toBeLessThanOrEqual(304)
    expect(Math.max(...day!.points.map(([, value]) => value))).toBe(99)
    expect(day!.points.every(([time], n) => n === 0 || time > day!.points[n - 1]![0])).toBe(true)
    const [hour] = await read('?hours=1')
    expect(hour!.points.length).toBeGreaterThanOrEqual(58)
    expect(await read('?kind=fan')).toEqual([])
    expect((await call('/api/nodes/twin/readings?hours=721', { headers: bearer(tokens.viewer) })).status).toBe(400)
  })
})

describe('a large fleet', () => {
  it('is listed whole, with the ports of each', async () => {
    await test.db.pool.query(`INSERT INTO "Node" (name, address, protocol) SELECT 'f' || n, '10.4.' || n / 250 || '.' || n % 250, 'auto' FROM generate_series(1, 2000) n`)
    await test.db.pool.query(`INSERT INTO "NodeStatus" ("nodeId") SELECT id FROM "Node" WHERE name LIKE 'f%'`)
    await test.db.pool.query(`INSERT INTO "Endpoint" ("nodeId", protocol, port) SELECT id, p, 443 FROM "Node", unnest(ARRAY['redfish', 'ipmi']) p WHERE name LIKE 'f%'`)
    const user: SignedInUser = { id: 'x', name: 'x', role: 'viewer', kind: 'person', sessionId: null, ip: null, requestId: null }
    const nodes = await listNodes(user)
    expect(nodes.length).toBeGreaterThan(2000)
    expect(nodes.find(({ name }) => name === 'f7')!.bmc.endpoints.map(({ protocol }) => protocol)).toEqual(['redfish', 'ipmi'])
  })
})

describe('probes', () => {
  it('are asked for and answered later; the password is sealed and never shown', async () => {
    await writeSetting('vault', { publicKey: Buffer.alloc(32, 9).toString('base64url'), kekFingerprint: 'x', inboxFingerprint: 'x' })
    const body = { address: '10.4.9.1', username: 'u', password: 'canary-probe-password' }
    const asked = await call('/api/probes', { method: 'POST', headers: admin(), body })
    expect(asked.status).toBe(202)
    const { id } = (await asked.json()) as { id: string }
    expect(await (await call(`/api/probes/${id}`, { headers: admin() })).json()).toEqual({ id, state: 'queued', result: null })
    const row = await prisma().probe.findUniqueOrThrow({ where: { id } })
    expect(row).toMatchObject({ address: '10.4.9.1', protocol: 'auto', ports: { redfish: 443, ipmi: 623 }, nodeId: null })
    expect(Buffer.from(row.sealed!).includes('canary')).toBe(false)
  })

  it('of a node use what is stored', async () => {
    const { id } = (await (await call('/api/probes', { method: 'POST', headers: admin(), body: { node: 'twin' } })).json()) as { id: string }
    expect(await prisma().probe.findUniqueOrThrow({ where: { id } })).toMatchObject({ address: '10.4.2.1', sealed: null, nodeId: expect.any(String), ports: { ipmi: 623 } })
    expect(await errorOf(await call('/api/probes', { method: 'POST', headers: admin(), body: { node: 'nobody' } }))).toEqual([404, 'unknown-node'])
  })

  it('may not ask outside the networks', async () => {
    expect(await errorOf(await call('/api/probes', { method: 'POST', headers: admin(), body: { ...nodeBody('x', '127.0.0.1').bmc } }))).toEqual([422, 'outside-networks'])
  })
})
