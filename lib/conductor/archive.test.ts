import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NodePlan } from '#simulator/rack-plan.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import { readAudit } from '#lib/db/audit.ts'
import { listEvents, listSources, type EventRow } from '#lib/db/events-read.ts'
import { readInventories } from '#lib/db/inventory.ts'
import { listNodes } from '#lib/db/nodes.ts'
import { addNode, ended, makeRig, operate, until, type ConductorRig } from '../../tests/conductor-rig.ts'
import { withDatabase } from '../../tests/database.ts'

const test = withDatabase()
let rack: Rack
let rig: ConductorRig

const plan = (name: string, faces: NodePlan['faces'], changes: Partial<NodePlan> = {}): NodePlan => ({ name, make: 'supermicro', persona: 'healthy', protocol: 'redfish', faces, ...changes })
const plans = [plan('redfish', ['redfish'], { make: 'dell' }), plan('ipmi', ['ipmi']), plan('both', ['redfish', 'ipmi'])]
const ids = new Map<string, string>()

beforeAll(async () => {
  rig = await makeRig(test)
  rack = await startRack({ nodes: plans, timing: { powerOnMs: 100, gracefulShutdownMs: 100, cycleOffMs: 300 } })
  for (const node of rack.nodes) ids.set(node.describe().name, await addNode(rig, node.describe()))
  rig.start()
}, 60_000)
afterAll(async () => {
  await rig?.stop()
  await rack?.close()
})

const idOf = (name: string) => ids.get(name)!
const eventsOf = (name: string, changesOnly = false): Promise<EventRow[]> => listEvents({ nodeId: idOf(name), changesOnly, limit: 500 })
const readAtOf = async (name: string) => Math.max(0, ...(await listSources(idOf(name))).map((source) => source.readAt.getTime()))

/** Waits until the log has been read again by a reading that began after now. */
async function readAgain(name: string): Promise<void> {
  const first = await until(() => readAtOf(name), 15_000, `a log of ${name}`)
  const second = await until(async () => (await readAtOf(name)) > first && readAtOf(name), 15_000, `the next log of ${name}`)
  await until(async () => (await readAtOf(name)) > second, 15_000, `one more log of ${name}`)
}

const clear = (name: string, source: string) =>
  operate('ClearLog', [name], { options: { source } })

describe.each(['redfish', 'ipmi'])('the log over %s', (name) => {
  it('is kept whole, once', async () => {
    const { log } = rack.node(name).machine
    await until(async () => (await eventsOf(name)).length >= log.records().length, 20_000, 'the log')
    await readAgain(name)
    expect(await eventsOf(name)).toHaveLength(log.records().length)
    const [source, ...others] = await listSources(idOf(name))
    expect(source).toMatchObject({ via: name, canClear: true, isComplete: true, failure: null })
    expect(others).toEqual([])
  }, 60_000)

  it('gains one event for one new record, whatever often it is read, and the node stays well', async () => {
    const { log } = rack.node(name).machine
    const before = await eventsOf(name)
    log.add(Date.now() - 1_000, { what: 'supplyInputLost', supply: 2, asserted: true })
    const after = await until(async () => {
      const events = await eventsOf(name)
      return events.length > before.length && events
    }, 15_000, 'the new event')
    await readAgain(name)
    expect(await eventsOf(name)).toHaveLength(before.length + 1)
    const known = new Set(before.map((event) => event.id))
    expect(after.filter((event) => !known.has(event.id))).toMatchObject([{ level: 'critical', cleared: false, node: name }])
    expect((await listNodes()).find((node) => node.name === name)?.health.level).not.toBe('critical')
  }, 60_000)

  it('is cleared once, read back, and its entries stay here', async () => {
    const before = await eventsOf(name)
    const { log } = rack.node(name).machine
    // Nobody has read this one when the command comes.
    log.add(Date.now() - 500, { what: 'correctableEcc', slot: 3 })
    const [source] = await listSources(idOf(name))
    const operation = await ended(await clear(name, source!.name), 90_000)
    expect(operation.steps).toMatchObject([{ state: 'verified', commands: ['ClearLog'], evidence: `read back: the log ${source!.name} begins anew` }])
    expect(log.records().length).toBeLessThanOrEqual(2)
    await readAgain(name)
    const after = await eventsOf(name)
    const cleared = after.filter((event) => event.cleared)
    expect(cleared.length).toBe(before.length + 1)
    expect(cleared.some((event) => /correctable/i.test(event.text))).toBe(true)
    expect(after.filter((event) => !event.cleared)).toHaveLength(log.records().length)
    const rows = (await readAudit({ node: name, action: 'log-clear', limit: 10 })).toReversed()
    expect(rows).toMatchObject([
      { outcome: 'intent', actor: 'ada', target: source!.name, operationId: operation.id },
      { outcome: 'ok', actor: 'ada', target: source!.name, operationId: operation.id },
    ])
  }, 120_000)
})

it('does not send anything when there is no such log', async () => {
  const records = rack.node('redfish').machine.log.records().length
  const { steps } = await ended(await clear('redfish', 'no such log'))
  expect(steps).toMatchObject([{ state: 'failed', commands: [], error: { code: 'not-supported' } }])
  expect(rack.node('redfish').machine.log.records()).toHaveLength(records)
})

it('reads one log of a node that speaks both protocols', async () => {
  await readAgain('both')
  expect((await listSources(idOf('both'))).map((source) => source.via)).toEqual(['redfish'])
  expect(await eventsOf('both')).toHaveLength(rack.node('both').machine.log.records().length)
}, 60_000)

describe('the inventory', () => {
  it('is kept by each protocol, and is no news at first', async () => {
    const protocols = async (name: string) => (await readInventories(test.db, idOf(name))).map((one) => one.protocol).join()
    await until(async () => (await protocols('both')) === 'redfish,ipmi', 30_000, 'both inventories')
    expect([await protocols('redfish'), await protocols('ipmi')]).toEqual(['redfish', 'ipmi'])
    for (const { name } of plans) expect(await eventsOf(name, true)).toEqual([])
  }, 60_000)

  it('says which DIMM was replaced, once, by its slot', async () => {
    for (const name of ['redfish', 'both']) {
      const dimm = rack.node(name).machine.identity.dimms[2]! as { slot: string; serial: string }
      dimm.serial = 'NEW0SERIAL'
      await ended(await operate('ForceRestart', [name]))
      const events = await until(async () => (await eventsOf(name, true)).length > 0 && eventsOf(name, true), 40_000, 'the event')
      expect(events).toMatchObject([{ source: 'Baseboard', change: { change: 'replaced', kind: 'memory', slot: dimm.slot, fields: ['serial'], after: { serial: 'NEW0SERIAL' } } }])
      expect(events[0]!.text).toContain(dimm.slot)
    }
  }, 120_000)

  it('says over IPMI which board was replaced', async () => {
    ;(rack.node('ipmi').machine.identity as { boardSerial: string }).boardSerial = 'NEWBOARD01'
    await ended(await operate('ForceRestart', ['ipmi']))
    const events = await until(async () => (await eventsOf('ipmi', true)).length > 0 && eventsOf('ipmi', true), 40_000, 'the event')
    expect(events).toMatchObject([{ source: 'Baseboard', change: { change: 'replaced', kind: 'board', after: { serial: 'NEWBOARD01' } } }])
  }, 60_000)

  it('left nothing to complain of', () => expect(rig.complaints).toEqual([]))
})
