import { randomUUID } from 'node:crypto'
import { createServer } from 'node:https'
import { createServer as createTcpServer, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readAudit } from '#lib/db/audit.ts'
import { database, prisma } from '#lib/db/client.ts'
import { askScanToStop, findScan, insertScan, listSightings } from '#lib/db/scans-asked.ts'
import { createCertificate } from '#lib/redfish/testing/test-bmc.ts'
import { countAddresses, parseSpans, type Span } from '#lib/domain/address-spans.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import type { NodePlan } from '#simulator/rack-plan.ts'
import { makeRig, until, type ConductorRig } from '../../tests/conductor-rig.ts'
import { withDatabase } from '../../tests/database.ts'

const test = withDatabase()
let rack: Rack
let rig: ConductorRig
let stranger: Server
let outsider: Server
const ports = { redfish: 0, ipmi: 0 }
const heard = { stranger: [] as string[], outsider: 0 }

const plan = (name: string, faces: NodePlan['faces']): NodePlan => ({ name, make: 'dell', persona: 'healthy', protocol: faces[0]!, faces })

const listen = (server: Server, host: string, port: number) => new Promise<void>((resolve) => server.listen(port, host, resolve))
const portOf = (server: Server) => (server.address() as { port: number }).port

/** The rack stands at 127.0.61.1 to 3, a web server that is no BMC at 127.0.61.9, and one outside the networks at 127.0.62.1. */
beforeAll(async () => {
  stranger = createServer(createCertificate('web', '127.0.61.9'), (request, response) => {
    heard.stranger.push(`${request.method} ${request.url} ${request.headers.authorization ?? ''}`)
    response.end('hello')
  })
  outsider = createTcpServer(() => (heard.outsider += 1))
  await listen(stranger, '127.0.61.9', 0)
  ports.redfish = portOf(stranger)
  ports.ipmi = ports.redfish
  await listen(outsider, '127.0.62.1', ports.redfish)
  rig = await makeRig(test)
  await prisma().setting.update({ where: { key: 'networks' }, data: { value: ['127.0.61.0/24', '127.0.64.0/18'] } })
  rack = await startRack({ nodes: [plan('both', ['redfish', 'ipmi']), plan('ipmi-only', ['ipmi']), plan('redfish-only', ['redfish'])], samePorts: ports, firstThird: 61 })
})
afterAll(async () => {
  await rig?.stop()
  await rack?.close()
  stranger?.close()
  outsider?.close()
})

async function ask(ranges: string, changes: Record<string, unknown> = {}): Promise<string> {
  const spans = parseSpans(ranges, 65_536) as Span[]
  const asked = { ranges, spans, ports, total: countAddresses(spans), by: 'ada', byKind: 'person' as const, ip: '192.0.2.1', requestId: 'r' }
  const id = await prisma().$transaction((tx) => insertScan(tx, asked))
  if (Object.keys(changes).length > 0) await prisma().scan.update({ where: { id }, data: changes })
  return id
}

const ended = (id: string) =>
  until(async () => {
    const found = await findScan(id)
    return found?.state === 'done' ? found : null
  }, 30_000, 'the end of the scan')

describe('a scan', () => {
  it('finds what speaks Redfish or IPMI, signs in nowhere, and stands in the audit', async () => {
    rig.start()
    const id = await ask('127.0.61.0/28')
    expect(await ended(id)).toMatchObject({ end: 'finished', total: 14, asked: 14, found: 3 })
    const found = (await listSightings(id)).sort((a, b) => a.address.localeCompare(b.address))
    const redfish = { version: expect.stringMatching(/^1\./), vendor: expect.any(String), certificate: expect.stringMatching(/^[0-9a-f]{64}$/) }
    expect(found).toMatchObject([
      { address: '127.0.61.1', redfish, ipmi: { supportsIpmi20: true } },
      { address: '127.0.61.2', redfish: null, ipmi: { supportsIpmi20: true } },
      { address: '127.0.61.3', redfish, ipmi: null },
    ])
    expect(rack.nodes.map((node) => [node.redfish?.sessions.createdCount() ?? 0, node.ipmi?.sessions.createdCount() ?? 0])).toEqual([[0, 0], [0, 0], [0, 0]])
    // The web server that is no BMC was asked once, without a credential.
    expect(heard.stranger).toEqual(['GET /redfish/v1/ '])
    const [row] = await readAudit({ action: 'scan', limit: 1 })
    expect(row).toMatchObject({ actor: 'ada', actorKind: 'person', target: '127.0.61.0/28', outcome: 'ok', detail: { end: 'finished', addresses: 14, asked: 14, found: 3 } })
  })

  it('asks nothing outside the networks, whoever wrote the row (checklist 30)', async () => {
    const id = await ask('127.0.61.1,127.0.62.1')
    expect(await ended(id)).toMatchObject({ asked: 2, found: 1 })
    expect(heard.outsider).toBe(0)
  })

  it('ends when somebody asks for its end, and keeps what it found', async () => {
    const id = await ask('127.0.61.1-3,127.0.64.0/20')
    await until(async () => ((await findScan(id))?.found ?? 0) === 3, 15_000, 'three findings')
    await prisma().$transaction((tx) => askScanToStop(tx, id))
    const scan = await ended(id)
    expect(scan).toMatchObject({ end: 'stopped', found: 3 })
    expect(scan.asked).toBeLessThan(scan.total)
  })

  it('goes on where another conductor died, or gave it back', async () => {
    // One that has been silent for a minute, after two of three.
    const dead = await ask('127.0.61.1-3', { state: 'running', ownerId: randomUUID(), beatAt: new Date(Date.now() - 60_000), asked: 2 })
    expect(await ended(dead)).toMatchObject({ end: 'finished', asked: 3 })
    expect((await listSightings(dead)).map(({ address }) => address)).toEqual(['127.0.61.3'])

    const id = await ask('127.0.64.0/24,127.0.61.1-3')
    await until(async () => ((await findScan(id))?.asked ?? 0) > 0, 15_000, 'a beat')
    await rig.stop()
    const given = await findScan(id)
    expect(given).toMatchObject({ state: 'queued' })
    rig = await makeRig(test)
    await prisma().setting.update({ where: { key: 'networks' }, data: { value: ['127.0.61.0/24', '127.0.64.0/18'] } })
    rig.start()
    expect(await ended(id)).toMatchObject({ end: 'finished', asked: 257, found: 3 })
    const deeds = await database().pool.query(`SELECT count(*)::int AS count FROM "Audit" WHERE action = 'scan'`)
    expect(deeds.rows[0].count).toBe(5)
  })
})
