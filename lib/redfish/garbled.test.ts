import { describe, expect, it } from 'vitest'
import { toBmcInterface } from './bmc-interface.ts'
import { findGarbledProperties, toGarbledReason, type Expected } from './garbled.ts'
import { toPowerPart } from './legacy-power.ts'
import { toThermalPart } from './legacy-thermal.ts'
import { createModel } from './model.ts'
import { readAbilities } from './read-abilities.ts'
import { readHealth } from './read-health.ts'
import { readIdentity } from './read-identity.ts'
import { readInventory } from './read-inventory.ts'
import { readSensors } from './read-sensors.ts'
import { readResetTypes } from './reset.ts'
import { createMemorySession, createSmallTree } from './testing/memory-session.ts'

const SYSTEM = '/redfish/v1/Systems/s'
const CHASSIS = '/redfish/v1/Chassis/c'
const MANAGER = '/redfish/v1/Managers/m'
const at = (path: string) => ({ '@odata.id': path })

/** The small tree with these properties more in its resources; what is no object stands in a resource's place. */
function modelWith(changes: Record<string, unknown>) {
  const tree = createSmallTree({}, {})
  for (const [path, change] of Object.entries(changes)) tree[path] = typeof change === 'object' ? { ...(tree[path] as object | undefined), ...change } : change
  return createModel(createMemorySession(tree))
}

const cases: [Expected, unknown, boolean][] = [
  ['word', 'On', false],
  ['word', 7, false],
  ['word', null, false],
  ['word', undefined, false],
  ['word', true, true],
  ['word', ['On'], true],
  ['words', ['a', 7, null, ['b']], false],
  ['words', [], false],
  ['words', ['a', {}], true],
  ['words', ['a', [null]], true],
  ['words', 'a', true],
  ['flag', false, false],
  ['flag', 'false', true],
  ['object', {}, false],
  ['object', [], true],
  ['object', 'x', true],
]
it.each(cases)('a %s that reads %j is garbled: %s', (expected, value, isGarbled) => {
  expect(findGarbledProperties({ It: value }, { It: expected })).toEqual(isGarbled ? ['It'] : [])
})

it('says which, and nothing of a body that is no object', () => {
  const said = toGarbledReason(findGarbledProperties({ A: true, B: 1, C: [] }, { A: 'word', B: 'word', C: 'object' }))
  expect(said).toEqual({ code: 'garbled', values: { properties: 'A, C' }, text: 'what this BMC says as A, C cannot be understood' })
  expect([null, 'x', [true]].map((body) => findGarbledProperties(body, { 0: 'word' }))).toEqual([[], [], []])
  expect(toGarbledReason([])).toBeUndefined()
})

describe('an ability that cannot be understood is not denied', () => {
  const service = '/redfish/v1/UpdateService'
  const events = '/redfish/v1/EventService'
  const root = { '/redfish/v1': { UpdateService: at(service), EventService: at(events) } }

  it.each([
    ['the ways of an update', { [service]: { MultipartHttpPushUri: {} } }, 'update'],
    ["the maker's actions of an update", { [service]: { Actions: { Oem: [true] } } }, 'update'],
    ['the switch of an update', { [service]: { ServiceEnabled: 'yes', HttpPushUri: '/push' } }, 'update'],
    ['the switch of the events', { [events]: { ServiceEnabled: {}, Subscriptions: at(`${events}/x`) } }, 'events'],
    ['the attributes of the BIOS', { [SYSTEM]: { Bios: at(`${SYSTEM}/Bios`) }, [`${SYSTEM}/Bios`]: { Attributes: ['a'] } }, 'bios'],
    ['the limit of the power', { [CHASSIS]: { Power: at(`${CHASSIS}/Power`) }, [`${CHASSIS}/Power`]: { PowerControl: [{ PowerLimit: { LimitInWatts: [1] } }] } }, 'powerCap'],
    ['the document of the power', { [CHASSIS]: { Power: at(`${CHASSIS}/Power`) }, [`${CHASSIS}/Power`]: 500 }, 'powerCap'],
    ['a Control', { [CHASSIS]: { Controls: at(`${CHASSIS}/Controls`) }, [`${CHASSIS}/Controls`]: { Members: [at(`${CHASSIS}/Controls/1`)] }, [`${CHASSIS}/Controls/1`]: { ControlType: {} } }, 'powerCap'],
  ] as const)('%s', async (_, changes, name) => {
    const reading = (await readAbilities(modelWith({ ...root, ...changes })))[name]
    expect(reading).toMatchObject({ can: null, reason: expect.anything() })
  })

  it('the boot override: its targets are fewer, and it says so', async () => {
    const { boot } = await readAbilities(modelWith({ [SYSTEM]: { Boot: { 'BootSourceOverrideTarget@Redfish.AllowableValues': ['Pxe', {}] } } }))
    expect(boot).toMatchObject({ isOffered: true, allowedTargets: ['Pxe'], garbled: ['BootSourceOverrideTarget@Redfish.AllowableValues'] })
  })

  it('a system that cannot be had: its settings and boot are not read, its resets may be more', async () => {
    const model = modelWith({ '/redfish/v1/Systems': 500 })
    const { bios, boot } = await readAbilities(model)
    expect([bios, boot]).toEqual([undefined, undefined])
    expect((await readResetTypes(model)).doubt).toContain('500')
  })

  it('an error that comes as a success is no resource', async () => {
    const error = { error: { '@Message.ExtendedInfo': [{ MessageId: 'Base.1.0.InternalError', Message: 'not now' }] } }
    const { update } = await readAbilities(modelWith({ ...root, [service]: error }))
    expect(update).toMatchObject({ can: null, reason: 'not now' })
  })

  it('a media slot that fails leaves the others, and the word that there may be more', async () => {
    const slots = `${MANAGER}/VirtualMedia`
    const insert = { Actions: { '#VirtualMedia.InsertMedia': { target: '/redfish/v1/x' } } }
    const changes = { [MANAGER]: { VirtualMedia: at(slots) }, [slots]: { Members: [at(`${slots}/1`), at(`${slots}/2`)] }, [`${slots}/1`]: insert, [`${slots}/2`]: 500 }
    expect((await readAbilities(modelWith(changes))).media).toMatchObject({ can: true, slots: [{ id: '1' }], reason: { code: 'media-more' } })
  })

  it('a manager that fails may have a console', async () => {
    expect((await readAbilities(modelWith({ [MANAGER]: 500 }))).consoles).toMatchObject({ isPartial: true })
    expect((await readAbilities(modelWith({}))).consoles).toMatchObject({ isPartial: false })
  })
})

describe('resets', () => {
  it.each([
    ['a word', { target: '/redfish/v1/x', 'ResetType@Redfish.AllowableValues': ['On', {}] }, ['On']],
    ['the target', { target: {}, 'ResetType@Redfish.AllowableValues': ['On'] }, ['On']],
    ['the action', 'x', []],
  ])('that cannot be understood: %s', async (_, action, allowed) => {
    const found = await readResetTypes(modelWith({ [SYSTEM]: { Actions: { '#ComputerSystem.Reset': action } } }))
    expect(found).toMatchObject({ allowed, doubt: { code: 'resets-garbled' } })
  })
})

describe('another does not speak for what is garbled', () => {
  it('the chassis for the system, while it does for one that is silent', async () => {
    const box = { [CHASSIS]: { SerialNumber: 'BOX', Model: 'Box' } }
    expect(await readIdentity(modelWith({ ...box, [SYSTEM]: { SerialNumber: {} } }))).toMatchObject({ serial: undefined, model: 'Box' })
  })

  it('the address burnt in for the one in use', () => {
    expect(toBmcInterface({ MACAddress: [], PermanentMACAddress: '02:00:00:00:00:01' }).mac).toBeUndefined()
  })

  it('the rest of the machine for a system that has gone', async () => {
    const model = modelWith({ [SYSTEM]: 404 })
    expect((await readHealth(model, await readSensors(model))).health).toBeUndefined()
  })
})

describe('whether a part is there', () => {
  it('cannot be told from a state of nonsense: the section is partial', async () => {
    const bodies = { one: { Id: 'A', CapacityMiB: 1024 }, two: { Id: 'B', CapacityMiB: 1024, Status: { State: {} } }, three: {} }
    const memory = Object.fromEntries(Object.entries(bodies).map(([id, body]) => [`${SYSTEM}/Memory/${id}`, body]))
    const model = modelWith({ [SYSTEM]: { Memory: at(`${SYSTEM}/Memory`) }, [`${SYSTEM}/Memory`]: { Members: Object.keys(memory).map(at) }, ...memory })
    const { parts, sections } = await readInventory(model)
    expect([parts.filter(({ kind }) => kind === 'memory').map(({ slot }) => slot), sections.memory]).toEqual([['one'], 'partial'])
  })

  it('nor is 0 a reading of one', () => {
    const { sensors } = toThermalPart({ Temperatures: [{ Name: 'a', ReadingCelsius: 0, Status: { State: [] } }] }, '/redfish/v1/Chassis/c/Thermal')
    expect(sensors[0]?.reading).toBeUndefined()
  })

  it('a processor of no type is a CPU when it has what CPUs have', async () => {
    const bodies = [{ Id: 'a', TotalCores: 8 }, { Id: 'b', Model: 'H100' }, { Id: 'c', ProcessorType: {}, TotalCores: 8 }]
    const processors = Object.fromEntries(bodies.map((body, index) => [`${SYSTEM}/Processors/${index}`, body]))
    const model = modelWith({ [SYSTEM]: { Processors: at(`${SYSTEM}/Processors`) }, [`${SYSTEM}/Processors`]: { Members: Object.keys(processors).map(at) }, ...processors })
    const { parts, sections } = await readInventory(model)
    expect([parts.filter(({ kind }) => kind === 'processor' || kind === 'accelerator').map(({ id }) => id), sections.processor]).toEqual([['a'], 'partial'])
  })

  it('a last output without the capacity is none (iDRAC repeats that one)', () => {
    const { supplies } = toPowerPart({ PowerSupplies: [{ Name: 'PSU', LastPowerOutputWatts: 495 }] }, '/redfish/v1/Chassis/c/Power')
    expect(supplies[0]?.outputWatts).toBeUndefined()
  })
})
