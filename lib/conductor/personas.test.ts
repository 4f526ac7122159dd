import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { everyPersona } from '#simulator/rack-plan.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import { listNodes } from '#lib/db/nodes.ts'
import { readSnapshot } from '#lib/db/snapshot-read.ts'
import type { Node } from '#lib/domain/node.ts'
import { addNode, makeRig, until, type ConductorRig } from '../../tests/conductor-rig.ts'
import { withDatabase } from '../../tests/database.ts'

const test = withDatabase()
let rack: Rack
let rig: ConductorRig

beforeAll(async () => {
  rig = await makeRig(test)
  rack = await startRack({ nodes: everyPersona(['redfish', 'ipmi']) })
  for (const node of rack.nodes) await addNode(rig, node.describe())
  rig.start()
})
afterAll(async () => {
  await rig?.stop()
  await rack?.close()
})

const nodeOf = async (name: string): Promise<Node> => (await listNodes()).find((node) => node.name === name)!
const settled = (name: string, is: (node: Node) => boolean, ms = 30_000) =>
  until(async () => {
    const node = await nodeOf(name)
    return is(node) ? node : null
  }, ms, `the true state of ${name}`)

describe('a rack in every kind of trouble', () => {
  it.each(['healthy', 'lies', 'reply-lost', 'sel-full', 'only-cipher-0', 'drops', 'clock-off', 'clock-unset'])('%s is on and well', async (name) => {
    const node = await settled(name, (one) => one.power.state === 'on' && one.health.level !== 'unknown' && one.identity.model !== undefined)
    expect(node.bmc.state).toBe('ok')
    expect(node.hottest?.reading).toBeGreaterThan(15)
    expect(node.watts).toBeGreaterThan(50)
    if (name !== 'sel-full') expect(node.health).toMatchObject({ level: 'ok', reasons: [] })
  }, 40_000)

  it('off is off, and still fans are no fault', async () => {
    const node = await settled('off', (one) => one.power.state === 'off' && one.health.level !== 'unknown')
    expect(node.health).toMatchObject({ level: 'ok', reasons: [] })
  }, 40_000)

  it('hot says which sensor passed which limit', async () => {
    const node = await settled('hot', (one) => one.health.level === 'warning' || one.health.level === 'critical')
    const reason = node.health.reasons.find((one) => one.code.startsWith('above-'))
    expect(reason).toMatchObject({ unit: '°C' })
    expect(reason!.reading).toBeGreaterThanOrEqual(reason!.limit!)
  }, 40_000)

  it('psu-lost names the supply', async () => {
    const node = await settled('psu-lost', (one) => one.health.level === 'critical' || one.health.level === 'warning')
    expect(node.health.reasons.map((reason) => reason.part).join()).toMatch(/2/)
  }, 40_000)

  it.each([
    ['unreachable', 'unreachable'],
    ['wrong-password', 'credentials'],
    ['cert-changing', 'certificate'],
    ['hangs-after-login', 'unreachable'],
  ])('%s fails with the kind %s, and its address in the text', async (name, kind) => {
    const node = await settled(name, (one) => one.bmc.state === 'failed', 75_000)
    expect(node.bmc.failure).toMatchObject({ kind })
    expect(node.bmc.failure!.text).toMatch(/^127\.0\.0\.1:\d+: /)
    expect(node.health.level).toBe('unknown')
  }, 80_000)

  it('garbage shows an error and harms nobody', async () => {
    const node = await settled('garbage', (one) => one.bmc.state === 'failed')
    expect(node.bmc.failure).not.toBeNull()
    expect((await nodeOf('healthy')).bmc.state).toBe('ok')
  }, 40_000)

  it('slow is read all the same', async () => {
    const node = await settled('slow', (one) => one.power.state === 'on' && one.health.level === 'ok' && one.identity.model !== undefined, 110_000)
    expect(node.bmc.state).toBe('ok')
  }, 120_000)

  it('checklist 15: trickles is on and well by IPMI, and its Redfish port has the reason', async () => {
    const node = await settled('trickles', (one) => one.power.state === 'on' && one.health.level === 'ok' && one.bmc.endpoints.some(({ state }) => state === 'failed'), 75_000)
    expect(node.bmc).toMatchObject({ state: 'ok', via: 'ipmi' })
    expect(node.bmc.endpoints.find(({ protocol }) => protocol === 'redfish')!.failure).toMatchObject({ kind: 'unreachable', text: expect.stringContaining('no answer within') })
  }, 80_000)

  it('keeps both protocols of a BMC that has both', async () => {
    const { bmc } = await settled('healthy', (one) => one.bmc.endpoints.every((endpoint) => endpoint.state === 'ok'))
    expect(bmc.endpoints.map((endpoint) => endpoint.protocol).toSorted()).toEqual(['ipmi', 'redfish'])
    expect(bmc.via).toBe('redfish')
    expect(bmc.endpoints.find((endpoint) => endpoint.protocol === 'redfish')!.facts.certificate).toMatch(/^[0-9a-f]{64}$/)
  })

  it.each([
    ['healthy', 0],
    ['clock-off', 8 * 3_600],
    // Its SEL runs eight hours ahead and says so: that is no wrong clock.
    ['sel-local', 0],
    ['clock-unset', null],
  ])('%s: both protocols tell its clock, %j s ahead of ours', async (name, ahead) => {
    const { bmc } = await settled(name, (one) => one.bmc.endpoints.every(({ facts }) => facts.clock !== undefined))
    for (const { facts } of bmc.endpoints) {
      const { aheadSeconds, withinSeconds } = facts.clock!
      expect(facts.probedAt).toMatch(/Z$/)
      if (ahead === null) expect(aheadSeconds).toBeNull()
      else expect(Math.abs(aheadSeconds! - ahead)).toBeLessThanOrEqual(withinSeconds + 0.1)
    }
  }, 40_000)

  it('checklist 8: holds one session at most by each protocol', async () => {
    const { redfish, ipmi } = rack.node('healthy')
    expect(redfish!.sessions.openCount()).toBe(1)
    expect(ipmi!.sessions.activeCount()).toBeLessThanOrEqual(1)
  })

  it('keeps the sweep and its history', async () => {
    const node = await nodeOf('healthy')
    const snapshot = (await readSnapshot(node.id, 'sensors'))!.data as { sensors: { key: string; reading: number | null }[] }
    expect(new Set(snapshot.sensors.map((sensor) => sensor.key)).size).toBe(snapshot.sensors.length)
    const { rows } = await test.db.pool.query('SELECT count(*)::int AS n FROM "Reading" r JOIN "Sensor" s ON s.id = r."sensorId" WHERE s."nodeId" = $1', [node.id])
    expect(rows[0].n).toBeGreaterThanOrEqual(snapshot.sensors.filter((sensor) => sensor.reading !== null).length)
  })

  it('leaves no session behind when it stops', async () => {
    await rig.stop()
    // Those never answer a Close Session, or lose it; of has-kg the session was never ours to close: the BMC opened it with a K_G that we do not have.
    const open = rack.nodes.filter((node) => !['slow', 'hangs-after-login', 'hangs-in-sdr', 'restarts-often', 'has-kg', 'drops', 'trickles'].includes(node.name)).map((node) => [node.name, node.redfish!.sessions.openCount(), node.ipmi!.sessions.activeCount()])
    expect(open.filter(([, redfish, ipmi]) => redfish !== 0 || ipmi !== 0)).toEqual([])
  })
})
