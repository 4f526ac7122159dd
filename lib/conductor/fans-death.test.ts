import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NodePlan } from '#simulator/rack-plan.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import { readAudit } from '#lib/db/audit.ts'
import { prisma } from '#lib/db/client.ts'
import { listFanAbilities } from '#lib/db/fan-policies-asked.ts'
import { fanTiming, type HeldPolicy } from '#lib/domain/fan-policy.ts'
import { createChildren } from '../../tests/children.ts'
import { addNode, makeRig, until, type ConductorRig } from '../../tests/conductor-rig.ts'
import { withDatabase } from '../../tests/database.ts'
import { askFans, idOf, noteFans, processorsOf, readFans, standing, type FanDeed } from '../../tests/fan-rig.ts'

/** `kill -9` of a conductor that holds fans, as the page promises it is answered; times are the simulator's. */

const test = withDatabase()
let rack: Rack
let rig: ConductorRig
let conductorUrl: string
let deeds: FanDeed[]
let policy: HeldPolicy
const children = createChildren()
const { kill } = children
const plan: NodePlan = { name: 'x12', make: 'supermicro', persona: 'healthy', protocol: 'ipmi', faces: ['ipmi'] }
/** What the simulator's clock is ahead of ours. */
let aheadMs = 0
const machine = () => rack.node('x12').machine

const startChild = () => children.start('conductor-child', [conductorUrl, rig.folder()], 'pipe')

/** The moment, by the simulator's clock, at which the process begins to conduct: what the machine needs to start one is not ours to promise. */
async function conducts(child: ChildProcess): Promise<number> {
  await once(child.stdout!, 'data')
  return machine().now()
}

const since = (atMs: number) => deeds.filter((deed) => deed.atMs >= atMs)
const held = () => standing('x12', ({ state }) => state === 'held', 60_000, 'held')

beforeAll(async () => {
  rig = await makeRig(test)
  conductorUrl = (await test.roles()).conductor
  rack = await startRack({ nodes: [plan, { ...plan, name: 'ibmc', make: 'xfusion' }], now: () => Date.now() + aheadMs })
  for (const node of rack.nodes) await addNode(rig, node.describe(), { protocol: 'ipmi' })
  deeds = noteFans(rack.node('x12'))
  // What the fans take is known before anybody is killed.
  const conductor = rig.start()
  policy = { kind: 'fixed', zones: { cpu: 30, peripheral: 30 }, sensors: processorsOf(await readFans('x12', 120_000)), limitC: 95, letGo: 'automatic' }
  await readFans('ibmc', 120_000)
  await conductor.stop()
}, 250_000)
afterAll(async () => {
  await children.killAll()
  await rig?.stop()
  await rack?.close()
})

describe('kill -9 of the conductor that holds fans', () => {
  it('leaves them as they were, and the next one has them in hand within the seconds that the page says', async () => {
    const first = startChild()
    await askFans('x12', policy)
    await held()
    await kill(first)
    // Nobody is there, and this firmware keeps a duty: that is what the page says of it.
    expect(machine().fans.held()).toEqual([30, 30, 30, 30, 30, 30])

    const second = startChild()
    const startedMs = await conducts(second)
    const taken = await until(() => since(startedMs)[0], 20_000, 'an order of the next conductor')
    expect(taken.did).toBe('take')
    expect(taken.atMs - startedMs).toBeLessThanOrEqual(fanTiming.takeUpSeconds * 1000)
    await until(() => machine().fans.held().every((duty) => duty === 30), 20_000, 'the duty again')
    const found = (await readAudit({ action: 'fans', outcome: 'intent', limit: 100 }))[0]!
    expect(found).toMatchObject({ actor: 'Baseboard', detail: { found: 'held', askedBy: 'ada' } })
    await held()
    await kill(second)
  }, 200_000)

  it('is answered by letting go where the temperature that it hangs on is no longer there', async () => {
    await askFans('x12', { ...policy, sensors: ['a sensor that was pulled'] })
    await askFans('x12', policy)
    const first = startChild()
    await held()
    await kill(first)
    // The probe card was pulled while nobody looked: it has no reading any more.
    await test.db.pool.query(`UPDATE "FanPolicy" SET policy = jsonb_set(policy, '{sensors}', '["a sensor that was pulled"]')`)
    const second = startChild()
    const startedMs = await conducts(second)
    const given = await until(() => since(startedMs).find(({ did }) => did === 'give'), 20_000, 'the letting go')
    expect(given.atMs - startedMs).toBeLessThanOrEqual(fanTiming.takeUpSeconds * 1000)
    expect(machine().fans.isHeld()).toBe(false)
    expect(await standing('x12', ({ state }) => state === 'released', 20_000, 'released')).toMatchObject({ holding: false, reason: { code: 'lost-temperature' } })
    await kill(second)
  }, 200_000)

  it('of one of two conductors is answered by the other', async () => {
    await askFans('x12', policy)
    const first = startChild()
    await held()
    const second = startChild()
    await conducts(second)
    const killedMs = machine().now()
    await kill(first)
    const taken = await until(() => since(killedMs).find(({ did }) => did === 'take'), 20_000, 'an order of the other conductor')
    expect(taken.atMs - killedMs).toBeLessThanOrEqual(2 * fanTiming.takeUpSeconds * 1000)
    await until(() => machine().fans.held().every((duty) => duty === 30), 20_000, 'the duty again')

    await kill(second)
  }, 200_000)

  it('with nobody after it ends by itself where the firmware has a time-out, within the seconds that the page says', async () => {
    const fans = rack.node('ibmc').machine.fans
    const child = startChild()
    const sensors = processorsOf(await readFans('ibmc'))
    const control = (await listFanAbilities(prisma(), [await idOf('ibmc')])).get(await idOf('ibmc'))!.control!
    expect(control.guarantee).toMatchObject({ kind: 'expires', seconds: expect.any(Number) })
    await askFans('ibmc', { kind: 'fixed', zones: Object.fromEntries(control.zones.map(({ id }) => [id, 30])), sensors, limitC: 95, letGo: 'automatic' })
    await standing('ibmc', ({ state }) => state === 'held', 60_000, 'held')
    expect(fans.held()[0]).toBe(30)
    await kill(child)
    aheadMs += 5_000
    expect(fans.isHeld()).toBe(true)
    aheadMs += control.guarantee.seconds! * 1000
    expect(fans.isHeld()).toBe(false)
  }, 200_000)
})
