import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NodePlan } from '#simulator/rack-plan.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import { readAudit } from '#lib/db/audit.ts'
import { prisma } from '#lib/db/client.ts'
import { listFanAbilities } from '#lib/db/fan-policies-asked.ts'
import { listNodes } from '#lib/db/nodes.ts'
import { toControl } from '#lib/domain/fan.ts'
import type { HeldPolicy } from '#lib/domain/fan-policy.ts'
import { calm } from '#simulator/physics.ts'
import type { RunningConductor } from './conductor.ts'
import { addNode, allOk, makeRig, probeAgain, until, type ConductorRig } from '../../tests/conductor-rig.ts'
import { withDatabase } from '../../tests/database.ts'
import { askFans, idOf, noteFans, processorsOf, readFans, standing, type FanDeed } from '../../tests/fan-rig.ts'

const test = withDatabase()
let rack: Rack
let rig: ConductorRig
let conductor: RunningConductor
let deeds: FanDeed[]
let policy: HeldPolicy

const node = () => rack.node('x12')
const plan: NodePlan = { name: 'x12', make: 'supermicro', persona: 'healthy', protocol: 'ipmi', faces: ['ipmi'] }
const rows = async (outcome?: string) => (await readAudit({ action: 'fans', limit: 1_000, ...(outcome === undefined ? {} : { outcome }) })).toReversed()

beforeAll(async () => {
  rig = await makeRig(test)
  rack = await startRack({ nodes: [plan, { ...plan, name: 'closed', make: 'hpe' }, { ...plan, name: 'idrac8', make: 'dell', fans: 'dell-idrac8' }, { ...plan, name: 'controls', make: 'gigabyte', protocol: 'redfish', faces: ['redfish'], hasFanControls: true }] })
  for (const one of rack.nodes) await addNode(rig, one.describe(), { protocol: one.name === 'controls' ? 'redfish' : 'ipmi' })
  conductor = rig.start()
  await allOk(['x12', 'closed', 'controls', 'idrac8'])
  deeds = noteFans(node())
  policy = { kind: 'fixed', zones: { cpu: 35, peripheral: 40 }, sensors: processorsOf(await readFans('x12')), limitC: 95, letGo: 'automatic' }
}, 60_000)
afterAll(async () => {
  await rig?.stop()
  await rack?.close()
})

describe('fans in the hand of a conductor', () => {
  it('are taken up, with the intent before the first packet and the outcome after', async () => {
    await askFans('x12', policy)
    const found = await standing('x12', ({ state }) => state === 'held', 30_000, 'held')
    expect(found).toMatchObject({ holding: true, duties: { cpu: 35, peripheral: 40 }, reason: null })
    expect(node().machine.fans.held()).toEqual([35, 35, 35, 35, 40, 40])
    expect(await rows()).toMatchObject([
      { actor: 'ada', outcome: 'intent', target: 'fixed', node: 'x12', detail: { profile: 'supermicro-x10-x13', order: { duties: { cpu: 35, peripheral: 40 } } } },
      { actor: 'ada', outcome: 'ok', target: 'fixed' },
    ])
    expect(JSON.stringify((await rows())[0])).toContain('30 70 66 01')
    await until(async () => (await readFans('x12')).mode === 'full', 10_000, 'the mode that was read back')
  })

  it('are taken again when the BMC has left the mode by itself, without a row of the audit', async () => {
    const before = (await rows()).length
    const seen = deeds.length
    node().machine.fans.give()
    await until(() => deeds.slice(seen + 1).some(({ did, percent }) => did === 'take' && percent === 40) && node().machine.fans.held().every((one) => one !== null), 60_000, 'the duty again')
    expect((await rows()).length).toBe(before)
  }, 70_000)

  it('are let go of beyond the limit, and somebody is told', async () => {
    node().machine.setCircumstances({ ...calm, inletOffset: 60 })
    const found = await standing('x12', ({ state }) => state === 'released', 40_000, 'let go')
    expect(found).toMatchObject({ holding: false, reason: { code: 'too-hot', text: expect.stringMatching(/°C/) } })
    expect(node().machine.fans.isHeld()).toBe(false)
    expect((await rows()).slice(-2)).toMatchObject([
      { actor: 'Baseboard', outcome: 'intent', target: 'let-go', detail: { because: 'too-hot', askedBy: 'ada' } },
      { actor: 'Baseboard', outcome: 'ok', target: 'let-go' },
    ])
    const told = await prisma().logEntry.findMany({ where: { source: 'Baseboard', sensor: 'Fans' } })
    expect(told).toMatchObject([{ level: 'warning', text: expect.stringContaining('not as was asked') }])
    await until(async () => (await listNodes()).find(({ name }) => name === 'x12')!.health.reasons.some(({ part }) => part === 'Fans'), 30_000, 'the reason at the node')
    node().machine.setCircumstances(calm)
  }, 90_000)

  it('stay let go of when it is cool again, until somebody asks anew', async () => {
    await until(async () => (await listNodes()).find(({ name }) => name === 'x12')!.hottest!.reading < 90, 60_000, 'a cool node')
    expect(node().machine.fans.isHeld()).toBe(false)
    await askFans('x12', { ...policy, kind: 'curve', hysteresisC: 3, zones: { cpu: curve, peripheral: curve } })
    const found = await standing('x12', ({ state }) => state === 'held', 30_000, 'held by a curve')
    expect(found.duties!.cpu).toBeGreaterThanOrEqual(30)
    expect(node().machine.fans.held()[0]).toBe(found.duties!.cpu)
  }, 100_000)

  it('go back to the BMC when somebody asks, once', async () => {
    const seen = deeds.length
    await askFans('x12', { kind: 'automatic' })
    expect(await standing('x12', ({ state }) => state === 'set', 20_000, 'automatic')).toMatchObject({ holding: false, duties: null })
    expect(deeds.slice(seen).map(({ did }) => did)).toEqual(['give'])
  }, 30_000)

  it('of a BMC that takes nothing are told nothing, and it is said', async () => {
    await askFans('closed', { ...policy, sensors: ['x'] })
    expect(await standing('closed', ({ state }) => state === 'failed', 20_000, 'failed')).toMatchObject({ holding: false, reason: { code: 'impossible' } })
    expect((await rows('failed')).at(-1)).toMatchObject({ node: 'closed' })
  }, 30_000)

  it('are told the switch of a policy before the rest, and it reads back', async () => {
    await readFans('idrac8')
    for (const on of [false, true]) {
      await askFans('idrac8', { kind: 'automatic', switches: { 'third-party-pcie': on } })
      await standing('idrac8', ({ state, policy: asked }) => state === 'set' && asked.switches?.['third-party-pcie'] === on, 20_000, 'set')
      await until(async () => (await readFans('idrac8')).switches['third-party-pcie'] === on, 20_000, 'the switch that was read back')
    }
    await askFans('idrac8', { kind: 'automatic', switches: { turbo: true } })
    expect(await standing('idrac8', ({ state }) => state === 'failed', 20_000, 'failed')).toMatchObject({ reason: { code: 'impossible', text: 'these fans have no switch turbo' } })
  }, 90_000)

  it('of a Redfish that takes no change are not asked again, until a person has it probed anew', async () => {
    const { fans } = rack.node('controls').machine
    const sensors = processorsOf(await readFans('controls'))
    const abilityOf = async () => (await listFanAbilities(prisma(), [await idOf('controls')])).get(await idOf('controls'))
    fans.isClosed = true
    const zones = Object.fromEntries(toControl(await abilityOf())!.zones.map(({ id }) => [id, 40]))
    await askFans('controls', { ...policy, kind: 'fixed', zones, sensors, limitC: 110 })
    expect(await standing('controls', ({ state }) => state === 'failed', 20_000, 'refused')).toMatchObject({ holding: false, reason: { code: 'refused' } })
    expect(await abilityOf()).toMatchObject({ can: false, refusal: { profile: 'redfish-control', firmware: expect.stringMatching(/\d/), text: expect.stringContaining('takes no such change') } })
    fans.isClosed = false
    await probeAgain('controls')
    await until(async () => toControl(await abilityOf()) !== null, 20_000, 'fans that may be tried again')
    await askFans('controls', { ...policy, kind: 'fixed', zones, sensors, limitC: 110 })
    await standing('controls', ({ state }) => state === 'held', 30_000, 'held')
    await askFans('controls', { kind: 'automatic' })
    await standing('controls', ({ state }) => state === 'set', 20_000, 'automatic')
  }, 120_000)

  it('are let go of by a conductor that stops, before it closes its session', async () => {
    await askFans('x12', { ...policy, letGo: 'automatic' })
    await standing('x12', ({ state }) => state === 'held', 30_000, 'held')
    await conductor.stop()
    expect(node().machine.fans.isHeld()).toBe(false)
    const left = await standing('x12', ({ state }) => state === 'released', 5_000, 'released')
    expect(left).toMatchObject({ holding: false, reason: { code: 'stopped' } })
    conductor = rig.start()
    await standing('x12', ({ state }) => state === 'held', 30_000, 'held again')
    expect(node().machine.fans.held()).toEqual([35, 35, 35, 35, 40, 40])
  }, 90_000)
})

const curve = [
  { celsius: 30, percent: 30 },
  { celsius: 90, percent: 100 },
]
