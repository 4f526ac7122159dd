import { describe, expect, it } from 'vitest'
import { createModel } from './model.ts'
import { readAbilities } from './read-abilities.ts'
import { createMemorySession, createSmallTree } from './testing/memory-session.ts'

const SYSTEM = '/redfish/v1/Systems/s'
const MANAGER = '/redfish/v1/Managers/m'
const at = (path: string) => ({ '@odata.id': path })

type Body = Record<string, unknown>

function modelWith({ root = {}, system = {}, manager = {}, more = {} }: { root?: Body; system?: Body; manager?: Body; more?: Body }) {
  const tree = createSmallTree({}, more)
  const add = (path: string, body: Body) => (tree[path] = { ...(tree[path] as object), ...body })
  add('/redfish/v1', root)
  add(SYSTEM, system)
  add(MANAGER, manager)
  const session = createMemorySession(tree)
  return { session, model: createModel(session) }
}

describe('virtual media', () => {
  const slots = `${MANAGER}/VirtualMedia`
  const withSlot = (slot: Body, more: Body = {}) =>
    modelWith({ manager: { VirtualMedia: at(slots) }, more: { [slots]: { Members: [at(`${slots}/CD`)] }, [`${slots}/CD`]: { Id: 'CD', MediaTypes: ['CD', 'DVD'], ...slot }, ...more } })

  it('is brought in by the standard action, with the protocols that its ActionInfo states', async () => {
    const info = `${slots}/InsertInfo`
    const { model, session } = withSlot(
      { Inserted: false, Actions: { '#VirtualMedia.InsertMedia': { target: `${slots}/CD/x`, '@Redfish.ActionInfo': info } } },
      { [info]: { Parameters: [{ Name: 'TransferProtocolType', AllowableValues: ['NFS', 'CIFS'] }] } },
    )
    const { media } = await readAbilities(model)
    expect(media).toMatchObject({ can: true, slots: [{ id: 'CD', owner: 'manager', can: true, way: 'standard', mediaTypes: ['CD', 'DVD'], protocols: ['NFS', 'CIFS'], inserted: false }] })
    expect(session.requests.filter((request) => request.endsWith(info))).toHaveLength(1)
  })

  it.each([
    ['Huawei', { Oem: { Huawei: { Actions: { '#VirtualMedia.VmmControl': { target: '/redfish/v1/x' } } } } }, 'VirtualMedia.VmmControl'],
    ['iLO 4', { Oem: { Hp: { Actions: { '#HpiLOVirtualMedia.InsertVirtualMedia': { target: '/redfish/v1/x' } } } } }, 'HpiLOVirtualMedia.InsertVirtualMedia'],
  ])('is brought in by the action of the maker: %s', async (_, slot, action) => {
    const { media } = await readAbilities(withSlot(slot).model)
    expect(media).toMatchObject({ can: true, slots: [{ can: true, way: 'oem', action }] })
  })

  it('is found beside an empty collection where the maker has one of its own', async () => {
    const own = `${slots}/CfgCD`
    const { model } = modelWith({
      manager: { VirtualMedia: at(slots) },
      more: {
        [slots]: { 'Members@odata.count': 0, Oem: { Supermicro: { VirtualMediaConfig: at(own) } } },
        [own]: { Id: 'CfgCD', Actions: { '#IsoConfig.Mount': { target: `${own}/Actions/IsoConfig.Mount` } } },
      },
    })
    expect((await readAbilities(model)).media).toMatchObject({ can: true, slots: [{ id: 'CfgCD', way: 'oem', action: 'IsoConfig.Mount' }] })
  })

  it('is neither promised nor denied where no action is offered', async () => {
    expect((await readAbilities(withSlot({}).model)).media).toMatchObject({ can: null, slots: [{ id: 'CD', can: null }] })
  })

  it('waits for being switched on (AMI)', async () => {
    const { model } = modelWith({
      manager: { VirtualMedia: at(slots), Actions: { Oem: { '#AMIVirtualMedia.EnableRMedia': { target: '/redfish/v1/x' } } } },
      more: { [slots]: { Members: [] } },
    })
    expect((await readAbilities(model)).media).toMatchObject({ can: null, reason: { code: 'media-to-be-enabled' } })
  })

  it('is not denied by a manager that could not be read', async () => {
    const { model, session } = modelWith({})
    session.resources[MANAGER] = 500
    expect((await readAbilities(model)).media).toMatchObject({ can: null, reason: expect.stringContaining('500') })
  })

  it('says that there is none', async () => {
    expect((await readAbilities(modelWith({}).model)).media).toMatchObject({ can: false, slots: [] })
  })
})

describe('firmware update', () => {
  const service = '/redfish/v1/UpdateService'
  const withService = (body: unknown) => modelWith({ root: { UpdateService: at(service) }, more: { [service]: body } }).model

  it('tells each way', async () => {
    const simple = { target: '/redfish/v1/x', 'TransferProtocol@Redfish.AllowableValues': [['SCP']] }
    const body = { HttpPushUri: '/push', MultipartHttpPushUri: '/multipart', MaxImageSizeBytes: 7, Actions: { '#UpdateService.SimpleUpdate': simple } }
    expect((await readAbilities(withService(body))).update).toMatchObject({
      can: true,
      maxBytes: 7,
      ways: [{ way: 'simple', protocols: ['SCP'] }, { way: 'multipart' }, { way: 'push' }],
    })
  })

  it("names the maker's own action where there is no other way", async () => {
    const body = { Actions: { Oem: { 'DellUpdateService.v1_0_0#DellUpdateService.Install': { target: '/redfish/v1/x' }, '#X.CommitImage': { target: '/redfish/v1/y' } } } }
    expect((await readAbilities(withService(body))).update).toMatchObject({ can: true, ways: [{ way: 'oem', name: 'DellUpdateService.Install' }] })
  })

  it.each([
    ['switched off', { ServiceEnabled: false, HttpPushUri: '/push' }, false],
    ['without a way', {}, false],
    ['not to be had', 403, null],
  ])('gives the reason of a service that is %s', async (_, body, can) => {
    expect((await readAbilities(withService(body))).update).toMatchObject({ can, reason: expect.anything() })
  })
})

describe('events and sessions', () => {
  const events = '/redfish/v1/EventService'
  const sessions = '/redfish/v1/SessionService'

  it("tell the stream, the BMC's own condition, and the limits", async () => {
    const { model } = modelWith({
      root: { EventService: at(events), SessionService: at(sessions) },
      more: {
        [events]: { ServiceEnabled: true, Subscriptions: at(`${events}/Subscriptions`), ServerSentEventUri: `${events}/SSE`, Status: { Conditions: [{ Message: 'AlertEnable is disabled' }] } },
        [sessions]: { SessionTimeout: '1800', Oem: { Public: { MaxSessions: 10 } } },
      },
    })
    const found = await readAbilities(model)
    expect(found.events).toMatchObject({ can: true, stream: `${events}/SSE`, reason: 'AlertEnable is disabled' })
    expect(found.sessions).toEqual({ idleSeconds: 1800, limit: 10 })
    expect(found.unread).toBeUndefined()
  })
})

describe('BIOS settings', () => {
  const bios = `${SYSTEM}/Bios`
  const withBios = (body: Body) => modelWith({ system: { Bios: at(bios) }, more: { [bios]: body } }).model

  it.each([
    ['with a place for pending ones', { Attributes: { a: 1, b: 2 }, '@Redfish.Settings': { SettingsObject: at(`${bios}/Settings`) } }, { can: true, attributes: 2, settings: `${bios}/Settings` }],
    ['without one', { Attributes: { a: 1 } }, { can: null, attributes: 1 }],
    ['without attributes', {}, { can: false }],
  ])('%s', async (_, body, expected) => {
    expect((await readAbilities(withBios(body))).bios).toMatchObject(expected)
  })
})

describe('power cap and fans', () => {
  const chassis = '/redfish/v1/Chassis/c'
  const withChassis = (links: Body, more: Body, system: Body = {}) => {
    const { model, session } = modelWith({ more, system })
    session.resources[chassis] = { ...(session.resources[chassis] as object), ...links }
    return { model, session }
  }

  it('come from a Control of the chassis, not from one of its parts', async () => {
    const controls = `${chassis}/Controls`
    const { model, session } = withChassis({ Controls: at(controls) }, {
      [controls]: { Members: [at(`${controls}/gpu`), at(`${controls}/node`), at(`${controls}/fans`)] },
      [`${controls}/gpu`]: { ControlType: 'Power', PhysicalContext: 'Accelerator', SetPoint: 1 },
      [`${controls}/node`]: { ControlType: 'Power', PhysicalContext: 'Chassis', SetPoint: 0, SettingRangeMin: 764, SettingRangeMax: 2754, ControlMode: 'Disabled' },
      [`${controls}/fans`]: { Name: 'Fans', ControlType: 'Percent', PhysicalContext: 'Fan', SetPoint: 40 },
    })
    const { powerCap, fans } = await readAbilities(model)
    expect(powerCap).toMatchObject({ can: null, limit: undefined, minimum: 764, maximum: 2754, isActive: false })
    expect(fans).toMatchObject({ route: 'control', name: 'Fans', current: '40' })
    expect(session.requests.filter((request) => request.endsWith(controls))).toHaveLength(1)
  })

  it('come from the older Power, whose Allow says whether it can be set', async () => {
    const power = `${chassis}/Power`
    const { model, session } = withChassis({ Power: at(power) }, { [power]: { PowerControl: [{ PowerLimit: { LimitInWatts: 396 } }, { PowerLimit: { LimitInWatts: 1 } }] } })
    const read = session.read
    session.read = async (path) => ({ ...(await read(path)), allow: path === power ? 'GET, PATCH' : undefined })
    expect((await readAbilities(model)).powerCap).toMatchObject({ can: true, limit: 396 })
  })

  const dell = (word: string) => ({ Oem: { Dell: { DellSystem: { PowerCapEnabledState: word } } } })
  it.each<[string, Body, Body, unknown]>([
    ['nothing, where nothing is told of it', {}, {}, undefined],
    ['that it is off, by the state of the entry', { Status: { State: 'Disabled', Health: 'Critical' } }, {}, false],
    ['nothing by an entry that is enabled, for that is the meter too', { Status: { State: 'Enabled' } }, {}, undefined],
    ["that it is off, by Dell's word at the system", {}, dell('Disabled'), false],
    ['that it is on, by the same', {}, dell('Enabled'), true],
    ['nothing by a word that nobody knows', {}, dell('Sometimes'), undefined],
  ])('say of a limit of the older Power %s', async (_, entry, system, isActive) => {
    const power = `${chassis}/Power`
    const { model } = withChassis({ Power: at(power) }, { [power]: { PowerControl: [{ PowerLimit: { LimitInWatts: 396 }, ...entry }] } }, system)
    expect((await readAbilities(model)).powerCap).toMatchObject({ limit: 396, isActive })
  })

  it.each<[string, Body, [number?, number?]]>([
    ['PowerLimit (Cray, Gigabyte)', { Vendor: { PowerLimit: { Factor: 10, Max: 900, Min: 61 } } }, [61, 900]],
    ['PowerUtilization (Lenovo)', { Lenovo: { PowerUtilization: { MaxLimitInWatts: 5760, MinLimitInWatts: 0 } } }, [0, 5760]],
    ['one of no width, which is none', { Vendor: { PowerLimit: { Max: 0, Min: 0 } } }, []],
    ['half of one', { Vendor: { PowerLimit: { Max: 900 } } }, []],
  ])("take the range beside it from the maker's own: %s", async (_, Oem, [minimum, maximum]) => {
    const power = `${chassis}/Power`
    const { model } = withChassis({ Power: at(power) }, { [power]: { PowerControl: [{ PowerLimit: { LimitInWatts: null }, Oem }] } })
    expect((await readAbilities(model)).powerCap).toMatchObject({ minimum, maximum })
  })

  it.each([
    ['Supermicro, a resource of its own', { manager: { Oem: { Supermicro: { FanMode: at('/redfish/v1/fan') } } }, more: { '/redfish/v1/fan': { Mode: 'Optimal', 'Mode@Redfish.AllowableValues': ['Standard', 'Optimal'] } } }, { name: 'fan', values: ['Standard', 'Optimal'], current: 'Optimal' }],
    ['a property', { manager: { Oem: { OpenBmc: { Fan: { FanControllers: {} } } } } }, { name: 'FanControllers' }],
  ])("are the maker's own: %s", async (_, given, expected) => {
    expect((await readAbilities(modelWith(given).model)).fans).toMatchObject({ can: true, route: 'oem', ...expected })
  })

  it('are said to be not known where nothing tells', async () => {
    expect((await readAbilities(modelWith({}).model)).fans).toMatchObject({ can: null, route: undefined, reason: { code: 'fans-untold' } })
  })
})

it('an error in place of a resource, though the status is 200, is a reason and no resource without attributes', async () => {
  const message = { MessageId: 'Base.1.8.GeneralError', Message: 'The BIOS has not started yet.' }
  const { model } = modelWith({ system: { Bios: at('/redfish/v1/bios') }, more: { '/redfish/v1/bios': { error: { '@Message.ExtendedInfo': [message] } } } })
  expect((await readAbilities(model)).bios).toMatchObject({ can: null, reason: 'The BIOS has not started yet.', attributes: undefined })
})

describe('a BMC that is too slow', () => {
  it('gives what was had and says why it is not all', async () => {
    const { model, session } = modelWith({ manager: { VirtualMedia: at('/redfish/v1/slots') } })
    const read = session.read
    session.read = (path) => (path === '/redfish/v1/slots' ? new Promise(() => {}) : read(path))
    const found = await readAbilities(model, { budgetMs: 20 })
    expect(found.boot).toBeDefined()
    expect(found.media).toBeUndefined()
    expect(found.unread).toContain('too slow')
  })
})
