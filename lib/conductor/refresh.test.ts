import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NodePlan } from '#simulator/rack-plan.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import { readAudit } from '#lib/db/audit.ts'
import { listEvents } from '#lib/db/events-read.ts'
import { readInventories } from '#lib/db/inventory.ts'
import { releaseSteps } from '#lib/db/release.ts'
import { listStepsOf } from '#lib/db/operations-read.ts'
import { addNode, allOk, ended, makeRig, operate, quickCadence, quickTiming, until, type ConductorRig } from '../../tests/conductor-rig.ts'
import { withDatabase } from '../../tests/database.ts'

const test = withDatabase()
let rack: Rack
let rig: ConductorRig

const plan = (name: string, faces: NodePlan['faces'], changes: Partial<NodePlan> = {}): NodePlan => ({ name, make: 'supermicro', persona: 'healthy', protocol: 'redfish', faces, ...changes })
const plans = [plan('redfish', ['redfish'], { make: 'dell' }), plan('ipmi', ['ipmi']), plan('both', ['redfish', 'ipmi'])]
const ids = new Map<string, string>()
/** Whose turn never comes by itself, so that what is found was asked for. */
const restful = { ...quickCadence, intervalMs: { ...quickCadence.intervalMs, inventory: 3_600_000, sensors: 3_600_000, log: 3_600_000 } }

beforeAll(async () => {
  rig = await makeRig(test)
  rack = await startRack({ nodes: plans, timing: { powerOnMs: 100, gracefulShutdownMs: 100, cycleOffMs: 300 } })
  for (const node of rack.nodes) ids.set(node.describe().name, await addNode(rig, node.describe()))
}, 60_000)
afterAll(async () => {
  await rig?.stop()
  await rack?.close()
})

const names = plans.map(({ name }) => name)
const stateOf = async (id: string) => (await listStepsOf(id, { order: 'position', limit: 10 })).steps.map(({ state, waitsFor }) => [state, waitsFor])

describe('before a conductor is there', () => {
  it('a reading waits for no command, and no command for a reading', async () => {
    const first = await operate('RefreshInventory', ['both'])
    const power = await operate('On', ['both'])
    const second = await operate('RefreshInventory', ['both'])
    const later = await operate('ForceOff', ['both'])
    for (const id of [first, power, second, later]) await releaseSteps(test.db, id)
    const { rows } = await test.db.pool.query<{ id: string }>(`SELECT "operationId" AS id FROM "Step" WHERE "releasedAt" IS NOT NULL`)
    expect(rows.map(({ id }) => id).sort()).toEqual([first, power].sort())
    expect([await stateOf(second), await stateOf(later)]).toEqual([[['queued', first]], [['queued', power]]])
  })
})

describe('a refresh', () => {
  it('of the inventory is read by every protocol, sends nothing, and stands in the audit', async () => {
    // As a conductor left it that died while it read.
    const begun = await operate('RefreshInventory', ['ipmi'])
    await releaseSteps(test.db, begun)
    await test.db.pool.query(`UPDATE "Step" SET state = 'sent' WHERE "operationId" = $1`, [begun])
    rig.start(quickTiming, restful)
    await allOk(names)
    expect((await ended(begun, 60_000)).steps).toMatchObject([{ state: 'verified', commands: [] }])
    const { id, steps, state } = await ended(await operate('RefreshInventory', names), 60_000)
    expect([state, steps.map((step) => [step.state, step.commands])]).toEqual(['succeeded', names.map(() => ['verified', []])])
    const evidence = Object.fromEntries(steps.map((step) => [step.node, step.evidence]))
    expect(evidence).toMatchObject({
      redfish: expect.stringMatching(/^read over Redfish: \d+ parts/),
      ipmi: expect.stringMatching(/^read over IPMI: \d+ parts?, nothing changed$/),
      both: expect.stringMatching(/^read over Redfish: \d+ parts.*; IPMI: \d+ parts?/),
    })
    for (const name of names) expect(await readInventories(test.db, ids.get(name)!)).not.toEqual([])
    const rows = await readAudit({ operation: id, limit: 10 })
    expect(rows.map(({ action, target, node, outcome }) => [action, target, node, outcome])).toEqual(
      expect.arrayContaining(names.map((name) => ['refresh', 'RefreshInventory', name, 'ok'])),
    )
  }, 120_000)

  it('of the inventory tells what has changed since', async () => {
    const dimm = rack.node('redfish').machine.identity.dimms[2]! as { serial: string }
    dimm.serial = 'NEW0SERIAL'
    const { steps } = await ended(await operate('RefreshInventory', ['redfish']), 60_000)
    expect(steps[0]!.evidence).toMatch(/^read over Redfish: \d+ parts, 1 change$/)
    expect(await listEvents({ nodeId: ids.get('redfish')!, changesOnly: true, limit: 10 })).toMatchObject([{ change: { fields: ['serial'] } }])
  }, 60_000)

  it.each(names)('of the log of %s finds what was written since', async (name) => {
    await ended(await operate('RefreshLog', [name]), 60_000)
    rack.node(name).machine.log.add(Date.now() - 1_000, { what: 'supplyInputLost', supply: 2, asserted: true })
    const { steps } = await ended(await operate('RefreshLog', [name]), 60_000)
    expect(steps).toMatchObject([{ state: 'verified', commands: [], evidence: expect.stringMatching(/: 1 entry new or changed$/) }])
  }, 120_000)

  it('of the sensors keeps a sweep, which is there to be read when it has ended', async () => {
    const takenAt = async () => (await test.db.pool.query<{ at: Date }>(`SELECT "takenAt" AS at FROM "Snapshot" WHERE facet = 'sensors' AND "nodeId" = $1`, [ids.get('redfish')])).rows[0]?.at.getTime() ?? 0
    const before = await until(takenAt, 20_000, 'the first sweep')
    const { steps } = await ended(await operate('RefreshSensors', ['redfish']), 60_000)
    expect(steps).toMatchObject([{ state: 'verified', evidence: expect.stringMatching(/^read over Redfish: \d+ sensors$/) }])
    expect(await takenAt()).toBeGreaterThan(before)
  }, 60_000)

  it('of a BMC that is gone fails, and says why', async () => {
    rack.node('ipmi').setPersona('unreachable')
    const { steps } = await ended(await operate('RefreshSensors', ['ipmi']), 60_000)
    expect(steps).toMatchObject([{ state: 'failed', commands: [], error: { code: expect.stringMatching(/unreachable|refused/), message: expect.stringContaining('could not be read') } }])
  }, 90_000)

  it('left nothing to complain of', () => expect(rig.complaints).toEqual([]))
})
