import { describe, expect, it } from 'vitest'
import { createModel } from './model.ts'
import { readIdentity } from './read-identity.ts'
import { createMemorySession, createSmallTree } from './testing/memory-session.ts'

const HOST = '/redfish/v1/Systems/s'
const BOARD = '/redfish/v1/Systems/gpus'
const at = (path: string) => ({ '@odata.id': path })

/** A host, and a GPU baseboard that has no reset and no BIOS (NVIDIA). */
function createBeside(host: unknown, first: unknown = at(HOST)) {
  const more = { '/redfish/v1/Systems': { Members: [first, at(BOARD)] }, [BOARD]: { SystemType: 'Physical', PowerState: 'On', Model: 'GPUs', SerialNumber: 'G1' } }
  const tree = createSmallTree({}, more)
  return createModel(createMemorySession(host === undefined ? tree : { ...tree, [HOST]: host }))
}

describe('the host among several systems', () => {
  it('can be reset', async () => {
    const { system, otherSystems } = await createBeside({ Actions: { '#ComputerSystem.Reset': { target: `${HOST}/Reset` } } }).tree()
    expect([system, otherSystems]).toEqual([HOST, [BOARD]])
  })

  it.each([500, 403, 404])('is the one that answers %d, not the baseboard that can be read, which gives it no name', async (status) => {
    const model = createBeside(status)
    expect((await model.tree()).system).toBe(HOST)
    const { model: name, serial } = await readIdentity(model)
    expect([name, serial]).toEqual([undefined, undefined])
  })

  it('is unknown where its link is none', async () => {
    const model = createBeside(undefined, null)
    expect((await model.tree()).system).toBeUndefined()
    expect((await readIdentity(model)).model).toBeUndefined()
  })

  it('is still itself beside a link that leads nowhere', async () => {
    const tree = createSmallTree({}, { '/redfish/v1/Systems': { Members: [at(BOARD), at(HOST)] } })
    tree[HOST] = { ...(tree[HOST] as object), BiosVersion: '1.0', Model: 'M' }
    expect((await readIdentity(createModel(createMemorySession(tree)))).model).toBe('M')
  })
})

it('a chassis of nobody known does not speak for the host when the one that the host names is gone', async () => {
  const serials = async (named: unknown) => {
    const more = {
      '/redfish/v1/Chassis': { Members: [at('/redfish/v1/Chassis/c'), at('/redfish/v1/Chassis/other')] },
      '/redfish/v1/Chassis/c': named,
      '/redfish/v1/Chassis/other': { SerialNumber: 'OTHER' },
    }
    return (await readIdentity(createModel(createMemorySession(createSmallTree({}, more))))).serial
  }
  expect(await serials({ SerialNumber: 'OURS' })).toBe('OURS')
  expect(await serials(404)).toBeUndefined()
  expect(await serials(500)).toBeUndefined()
})

it('tells the BMC’s clock as it writes it, with when it was asked; one request to the manager in all', async () => {
  const tree = createSmallTree({}, {})
  tree['/redfish/v1/Managers/m'] = { FirmwareVersion: '1.0', DateTime: '2026-11-23T20:00:00', DateTimeLocalOffset: '+08:00' }
  const session = createMemorySession(tree)
  const { read } = session
  session.read = async (path) => ({ ...(await read(path)), askedAtMs: 1_000, answeredAtMs: 1_400 })
  const { time } = await readIdentity(createModel(session))
  expect(time).toEqual({ dateTime: '2026-11-23T20:00:00', localOffset: '+08:00', askedAtMs: 1_000, answeredAtMs: 1_400 })
  expect(session.requests.filter((request) => request === 'GET /redfish/v1/Managers/m')).toHaveLength(1)
  expect((await readIdentity(createBeside(undefined))).time).toBeUndefined()
})

describe('the manager of the host', () => {
  const paths = ['/redfish/v1/Managers/aux', '/redfish/v1/Managers/other', '/redfish/v1/Managers/bmc']
  function withManagers(system: object) {
    const tree = createSmallTree({}, { '/redfish/v1/Managers': { Members: paths.map(at) } })
    tree[HOST] = { PowerState: 'On', ...system }
    tree[paths[0]!] = { ManagerType: 'AuxiliaryController' }
    tree[paths[1]!] = { ManagerType: 'EnclosureManager' }
    tree[paths[2]!] = { ManagerType: 'BMC', DateTime: '2026-11-23T12:00:00Z', Links: { ManagerForServers: [at(HOST)] } }
    return createMemorySession(tree)
  }

  it('is the one that the host names, for nothing', async () => {
    const session = withManagers({ Links: { ManagedBy: [at(paths[1]!)] } })
    expect((await createModel(session).tree()).managers).toEqual([paths[1], paths[0], paths[2]])
    expect(session.requests.filter((request) => request.startsWith('GET /redfish/v1/Managers/'))).toEqual([])
  })

  it('is the one that the host names though the list has it wrong; what leads nowhere says nothing', async () => {
    const unlisted = '/redfish/v1/Managers/bmc2'
    const session = withManagers({ Links: { ManagedBy: [at(unlisted), at('/redfish/v1/Managers/gone')] } })
    session.resources[unlisted] = { DateTime: '2026-11-23T13:00:00Z' }
    expect((await createModel(session).tree()).managers).toEqual([unlisted, ...paths])
    expect((await readIdentity(createModel(session))).time?.dateTime).toBe('2026-11-23T13:00:00Z')
    session.resources[unlisted] = 404
    expect((await createModel(session).tree()).managers[0]).toBe(paths[2])
  })

  it('names the host where that names none; one that looks after a part comes last', async () => {
    const session = withManagers({})
    expect((await createModel(session).tree()).managers).toEqual([paths[2], paths[1], paths[0]])
    expect((await readIdentity(createModel(session))).time?.dateTime).toBe('2026-11-23T12:00:00Z')
    session.resources[paths[2]!] = 500
    expect((await createModel(session).tree()).managers).toEqual([paths[1], paths[2], paths[0]])
  })
})
