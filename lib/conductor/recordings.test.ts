import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openRedfishBmc } from '#lib/bmc/redfish-bmc.ts'
import type { Bmc } from '#lib/bmc/bmc.ts'
import { readAudit } from '#lib/db/audit.ts'
import { prisma } from '#lib/db/client.ts'
import { askRecordingToStop, deleteRecording, findRecording, findRecordingFile, insertRecording } from '#lib/db/recordings-asked.ts'
import type { Recording } from '#lib/domain/recording.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import type { NodePlan } from '#simulator/rack-plan.ts'
import { startReplay } from '#simulator/redfish/replay.ts'
import { addNode, allOk, makeRig, until, type ConductorRig } from '../../tests/conductor-rig.ts'
import { withDatabase } from '../../tests/database.ts'

const test = withDatabase()
let rack: Rack
let rig: ConductorRig
const ids: Record<string, string> = {}

const plan = (name: string, changes: Partial<NodePlan> = {}): NodePlan => ({ name, make: 'dell', persona: 'healthy', protocol: 'redfish', faces: ['redfish'], ...changes })

beforeAll(async () => {
  rig = await makeRig(test)
  rack = await startRack({ nodes: [plan('n1'), plan('n2'), plan('n3'), plan('ipmi-only', { protocol: 'ipmi', faces: ['ipmi'] })] })
  for (const name of ['n1', 'n2', 'n3', 'ipmi-only']) ids[name] = await addNode(rig, rack.node(name).describe())
  rig.start()
  await allOk(Object.keys(ids))
})
afterAll(async () => {
  await rig?.stop()
  await rack?.close()
})

const ask = (node: string) =>
  prisma().$transaction((tx) => insertRecording(tx, { nodeId: ids[node]!, by: 'ada', byKind: 'token', ip: null, requestId: null }))

const ended = (node: string) =>
  until(async () => {
    const found = await findRecording(ids[node]!)
    return found?.state === 'done' ? found : null
  }, 40_000, `the recording of ${node}`)

const deeds = async (node: string) => (await readAudit({ node, action: 'recording', limit: 10 })).map(({ outcome, detail }) => ({ outcome, ...detail }))

async function open(node: { host?: string; address?: string; port?: number; username: string; password: string; ports?: { redfish?: number } }): Promise<Bmc> {
  const address = node.host ?? node.address!
  const port = node.port ?? node.ports!.redfish!
  return openRedfishBmc({ address, ip: address, port, username: node.username, password: node.password, pin: null, tls: 'modern', ca: undefined })
}

async function readAll(bmc: Bmc) {
  const [identity, sensors, inventory] = [(await bmc.readIdentity()).identity, await bmc.readSensors(), await bmc.readInventory()]
  return { identity, sensors, inventory }
}

describe('a recording', () => {
  it('closes the circle: what is read from its replay is what was read from the node, but for what is masked', { timeout: 60_000 }, async () => {
    const real = await open(rack.node('n1').describe())
    const original = await readAll(real)
    await real.close()

    expect(await ask('n1')).toBe(true)
    expect(await ask('n1')).toBe(false)
    const done = (await ended('n1'))!
    expect(done).toMatchObject({ failure: null, summary: { end: 'whole', unread: 0 } })
    const file = Buffer.from((await findRecordingFile(ids['n1']!))!)
    const text = gunzipSync(file).toString('utf8')
    const recording = JSON.parse(text) as Recording
    expect(recording.machine).toMatchObject({ vendor: original.identity.manufacturer, model: original.identity.model })
    expect(Object.keys(recording.resources).length).toBe(done.summary!.resources)

    const { serial, uuid, hostName, bmcMac } = original.identity
    expect(hostName).toEqual(expect.any(String))
    for (const telling of [serial, uuid, bmcMac]) expect([telling, text.toLowerCase().includes(telling!.toLowerCase())]).toEqual([telling, false])

    const replay = await startReplay(recording)
    const replayed = await open(replay)
    try {
      const again = await readAll(replayed)
      const masked = { serial: expect.stringMatching(/^SN\d{5}$/), uuid: expect.stringMatching(/^0{8}-/), hostName: expect.stringMatching(/^host-/), assetTag: 'ASSET-1', bmcMac: expect.stringMatching(/^02:00:00/) }
      expect(again.identity).toEqual({ ...original.identity, ...masked })
      const shapeOf = ({ sensors }: typeof again) => ({ ...sensors, sensors: sensors.sensors.map(({ key, name, kind, unit, thresholds }) => ({ key, name, kind, unit, thresholds })) })
      expect(shapeOf(again).sensors).toEqual(shapeOf(original).sensors)
      // What is masked is there as it was, or is not.
      const masks = ['serial', 'mac', 'assetTag', 'hostName', 'addresses', 'gateways', 'subject', 'issuer'] as const
      const partsOf = ({ inventory }: typeof again) => inventory.parts.map((part) => ({ ...part, ...Object.fromEntries(masks.map((name) => [name, part[name] === undefined])) }))
      expect(partsOf(again)).toEqual(partsOf(original))
    } finally {
      await replayed.close()
      await replay.close()
    }
    expect((await deeds('n1'))[0]).toMatchObject({ outcome: 'ok', end: 'whole', resources: done.summary!.resources })
  })

  it('of a node without Redfish fails in words', async () => {
    await ask('ipmi-only')
    expect((await ended('ipmi-only'))!.failure).toMatchObject({ code: 'unsupported', message: expect.stringContaining('not spoken to by Redfish') })
    expect((await deeds('ipmi-only'))[0]).toMatchObject({ outcome: 'failed' })
  })

  it('can be stopped, and keeps what was read by then', { timeout: 60_000 }, async () => {
    rack.node('n2').setFaults({ delayMs: [400, 400] })
    await ask('n2')
    await until(async () => ((await findRecording(ids['n2']!))?.progress?.read ?? 0) > 0, 30_000, 'the first resources')
    expect(await prisma().$transaction((tx) => askRecordingToStop(tx, ids['n2']!))).toBe(true)
    const done = (await ended('n2'))!
    expect(done.summary!.end).toBe('stopped')
    expect(done.summary!.unread).toBeGreaterThan(0)
    expect(await findRecordingFile(ids['n2']!)).not.toBeNull()
    rack.node('n2').setFaults({ delayMs: [0, 0] })
  })

  it('can be stopped while it waits for a BMC that is gone', { timeout: 60_000 }, async () => {
    rack.node('n3').setFaults({ delayMs: [200, 200] })
    await ask('n3')
    await until(async () => ((await findRecording(ids['n3']!))?.progress?.read ?? 0) > 0, 30_000, 'the first resources')
    await rack.node('n3').redfish!.close()
    // While it reads, each sign of life tells of more that was read.
    let before = ''
    await until(async () => {
      const { rows } = await test.db.pool.query('SELECT "beatAt", progress FROM "Recording" WHERE "nodeId" = $1', [ids['n3']])
      const now = `${rows[0].beatAt.getTime()}`
      const isWaiting = before.split(' ')[1] === String(rows[0].progress.read) && before.split(' ')[0] !== now
      before = `${now} ${rows[0].progress.read}`
      return isWaiting
    }, 30_000, 'a sign of life without progress')
    expect(await prisma().$transaction((tx) => askRecordingToStop(tx, ids['n3']!))).toBe(true)
    expect((await ended('n3'))!.summary!.end).toBe('stopped')
  })

  it('that is removed while it runs ends, and leaves nothing', { timeout: 60_000 }, async () => {
    rack.node('n2').setFaults({ delayMs: [400, 400] })
    await ask('n2')
    await until(async () => ((await findRecording(ids['n2']!))?.progress?.read ?? 0) > 0, 30_000, 'the first resources')
    await prisma().$transaction((tx) => deleteRecording(tx, ids['n2']!))
    rack.node('n2').setFaults({ delayMs: [0, 0] })
    expect(await findRecording(ids['n2']!)).toBeNull()
    // Another one may begin at once.
    expect(await ask('n2')).toBe(true)
    expect((await ended('n2'))!.summary!.end).toBe('whole')
  })
})
