import { describe, expect, it } from 'vitest'
import { expandBadly, expandOneLevel } from '#simulator/redfish/expand.ts'
import { createModel } from './model.ts'
import { readInventory } from './read-inventory.ts'
import { readSensors } from './read-sensors.ts'
import { createMemorySession, createSmallTree, type MemorySession } from './testing/memory-session.ts'

const memory = '/redfish/v1/Systems/s/Memory'
const sensors = '/redfish/v1/Chassis/c/Sensors'
const numbers = [1, 2, 3, 4, 5, 6, 7, 8]
const common = (path: string, id: number) => ({ '@odata.id': `${path}/${id}`, '@odata.type': '#X.v1_0_0.X', Id: String(id), Name: `Part ${id}` })
const collection = (path: string) => ({
  '@odata.id': path,
  'Members@odata.count': numbers.length,
  Members: numbers.map((id) => ({ '@odata.id': `${path}/${id}` })),
})
const features = { ExpandQuery: { NoLinks: true, Levels: true, MaxLevels: 1 } }

type Expand = NonNullable<MemorySession['expand']>

function createSession(expand?: Expand, stated: unknown = features): MemorySession {
  const tree = createSmallTree({ Sensors: sensors }, { [memory]: collection(memory), [sensors]: collection(sensors) })
  for (const id of numbers) {
    const slot = { DeviceLocator: `A${id}`, CapacityMiB: 1024 * id, SerialNumber: `S${id}`, Status: { State: 'Enabled', Health: 'OK' } }
    tree[`${memory}/${id}`] = { ...common(memory, id), ...slot }
    tree[`${sensors}/${id}`] = { ...common(sensors, id), Reading: id, ReadingUnits: 'Cel', ReadingType: 'Temperature', Status: { State: 'Enabled' } }
  }
  tree['/redfish/v1/Systems/s'] = { ...(tree['/redfish/v1/Systems/s'] as object), Memory: { '@odata.id': memory } }
  tree['/redfish/v1'] = { ...(tree['/redfish/v1'] as object), ProtocolFeaturesSupported: stated }
  const session = createMemorySession(tree)
  if (expand !== undefined) session.expand = expand
  return session
}

/** Two readings of everything, since what was learned of the first shapes the second. */
async function readAll(session: MemorySession) {
  const model = createModel(session)
  const read = async () => {
    const { sensors: found } = await readSensors(model)
    const { parts, sections } = await readInventory(model)
    return { found: found.map(({ name, reading }) => ({ name, reading })), parts, sections }
  }
  return [await read(), await read()]
}

const expansions = ({ requests }: MemorySession) => requests.filter((request) => request.includes('$expand')).length
const truth = readAll(createSession(undefined, null))
const expanding = (session: MemorySession): Expand => (body) => expandOneLevel(body, (path) => session.resources[path])
const withMembers = (body: unknown, change: (member: Record<string, unknown>, index: number) => unknown[]) => ({
  ...(body as object),
  Members: (body as { Members: Record<string, unknown>[] }).Members.flatMap(change),
})

const without = (member: Record<string, unknown>, ...keys: string[]) => Object.fromEntries(Object.entries(member).filter(([key]) => !keys.includes(key)))

describe('members that come in one answer', () => {
  it('tell what they tell one by one, in fewer requests', async () => {
    const plain = createSession(undefined, null)
    await readAll(plain)
    const session = createSession()
    session.expand = expanding(session)
    expect(await readAll(session)).toEqual(await truth)
    // Of each collection once the list, all members and one for the proof, later the sensors' members alone.
    expect(plain.requests.length - session.requests.length).toBe(2 * (8 - 2) + 7 + (8 - 1))
  })

  it.each([
    ['nothing', null],
    ['that it cannot', { ExpandQuery: { NoLinks: false, ExpandAll: false } }],
    ['nonsense', 'yes'],
  ])('are not asked for where the service says %s', async (_name, stated) => {
    const session = createSession((body) => body, stated)
    expect(await readAll(session)).toEqual(await truth)
    expect(expansions(session)).toBe(0)
  })
})

describe('an expansion that is not what it should be', () => {
  const lies: [string, (session: MemorySession) => Expand, asked: number][] = [
    ['400', () => () => 400, 2],
    ['501', () => () => 501, 2],
    ['404', () => () => 404, 2],
    ['no JSON', () => () => '<html>', 2],
    ['an error body', () => () => ({ error: { code: 'Base.1.0.QueryNotSupported', message: 'no' } }), 2],
    ['a list of links, as without', () => (body) => body, 2],
    ['no members', () => (body) => ({ ...(body as object), Members: [], 'Members@odata.count': 0 }), 2],
    ['members that are null', () => (body) => withMembers(body, () => [null]), 2],
    ['other members', () => (body) => withMembers(body, (_, i) => [{ ...common('/redfish/v1/Other', i), CapacityMiB: 1 }]), 2],
    ['members elsewhere', () => (body) => withMembers(body, (_, i) => [{ ...common('https://evil.example/redfish', i), CapacityMiB: 1 }]), 2],
    ['members cut short', (session) => (body) => withMembers(expanding(session)(body, ''), (member) => [without(member, 'Status')]), 2],
    ['one member cut short', (session) => (body) => withMembers(expanding(session)(body, ''), (member, i) => [i === 5 ? without(member, 'Reading', 'CapacityMiB') : member]), 2],
    ['an error in the place of each member', () => (body) => withMembers(body, (member) => [{ ...member, '@odata.type': 'x', Id: 'x', error: {} }]), 2],
    ['two that differ in one place', (session) => (body) => withMembers(expanding(session)(body, ''), (member) => [member, { ...member, SerialNumber: 'other', Reading: 9 }]), 2],
  ]

  it.each(lies)('%s: all is read one by one, and it is not tried again', async (_name, lie, asked) => {
    const session = createSession()
    session.expand = lie(session)
    expect(await readAll(session)).toEqual(await truth)
    expect(expansions(session)).toBe(asked)
  })

  it('reads by itself what is missing from it, and nothing is lost', async () => {
    const session = createSession()
    session.expand = (body) => withMembers(expanding(session)(body, ''), (member, i) => (i === 2 ? [] : i === 3 ? [{ '@odata.id': member['@odata.id'] }] : [member]))
    expect(await readAll(session)).toEqual(await truth)
    for (const id of [3, 4]) expect(session.requests.filter((request) => request === `GET ${memory}/${id}`)).toHaveLength(2)
    expect(session.requests.filter((request) => request === `GET ${memory}/6`)).toHaveLength(0)
  })

  it('survives the simulator that expands badly', async () => {
    const session = createSession()
    session.expand = (body) => expandBadly(body, (path) => session.resources[path])
    expect(await readAll(session)).toEqual(await truth)
  })

  it('gives up on a BMC after three', async () => {
    const session = createSession(() => 501)
    const { expansion } = createModel(session)
    for (const owner of ['/redfish/v1/a', '/redfish/v1/b', '/redfish/v1/c', '/redfish/v1/d', '/redfish/v1/e']) {
      session.resources[owner] = {}
      expect(await expansion.read(owner, numbers.map((id) => `${owner}/${id}`))).toEqual(new Map())
    }
    expect(expansions(session)).toBe(3)
    expansion.forget()
    await expansion.read(memory, numbers.map((id) => `${memory}/${id}`))
    expect(expansions(session)).toBe(4)
  })
})
