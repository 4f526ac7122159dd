import { describe, expect, it } from 'vitest'
import { createRedfishMemory } from './memory.ts'
import { createModel } from './model.ts'
import { readPower } from './read-power.ts'
import { createMemorySession, createSmallTree } from './testing/memory-session.ts'

const systems = ['GET /redfish/v1/Systems', 'GET /redfish/v1/Systems/s']

describe('the power state', () => {
  it('costs the way to the host and no more, then one request each', async () => {
    const session = createMemorySession(createSmallTree({}, {}))
    const model = createModel(session)
    expect((await readPower(model)).powerState).toBe('On')
    expect(session.requests).toEqual(systems)
    await readPower(model)
    expect(session.requests.slice(2)).toEqual(['GET /redfish/v1/Systems/s'])
  })

  it('is never one that was read before it was asked for', async () => {
    const session = createMemorySession(createSmallTree({}, {}))
    const model = createModel(session)
    const [first, second] = [readPower(model), readPower(model)]
    await Promise.all([first, second])
    expect(session.requests).toEqual([...systems, 'GET /redfish/v1/Systems/s'])
  })

  it('is looked for at another place when the host has gone from its own', async () => {
    const session = createMemorySession(createSmallTree({}, {}))
    const model = createModel(session)
    await readPower(model)
    session.resources['/redfish/v1/Systems'] = { Members: [{ '@odata.id': '/redfish/v1/Systems/t' }] }
    session.resources['/redfish/v1/Systems/t'] = { PowerState: 'Off' }
    session.resources['/redfish/v1/Systems/s'] = 404
    expect((await readPower(model)).powerState).toBe('Off')
  })

  it('leaves what it found to the walk of the rest, while that is fresh', async () => {
    let now = 0
    const session = createMemorySession(createSmallTree({}, {}))
    const model = createModel(session, { now: () => now })
    await readPower(model)
    await model.tree()
    expect(session.requests.filter((request) => request === systems[0])).toHaveLength(1)
    const later = createModel(session, { now: () => now })
    await readPower(later)
    now = 120_000
    await later.tree()
    expect(session.requests.filter((request) => request === systems[0])).toHaveLength(3)
  })
})

describe('the power state where an earlier session has found the host', () => {
  const certificate = 'AA:BB'
  const HOST = 'GET /redfish/v1/Systems/s'

  function start(resources: Record<string, unknown>, host = '/redfish/v1/Systems/s') {
    const session = Object.assign(createMemorySession(resources), { fingerprint: certificate })
    const { root } = session
    session.readRoot = async () => (session.requests.push('GET /redfish/v1/'), root)
    const clock = { now: 0 }
    const now = () => clock.now
    const memory = createRedfishMemory({ known: { certificate, root, host }, now })
    return { session, clock, memory, model: createModel(session, { memory, now }), anew: () => createModel(session, { memory, now }) }
  }
  const lookAnew = ['GET /redfish/v1/', ...systems]

  it('costs one request, and after two minutes the way to the host once', async () => {
    const { session, clock, model } = start(createSmallTree({}, {}))
    expect([(await readPower(model)).powerState, (await readPower(model)).powerState]).toEqual(['On', 'On'])
    expect(session.requests).toEqual([HOST, HOST])
    clock.now = 120_000
    await readPower(model)
    await readPower(model)
    expect(session.requests.slice(2)).toEqual([...lookAnew, HOST])
  })

  it('is found out where that is no longer the host, and from then on read of the other', async () => {
    const { session, clock, memory, model, anew } = start(createSmallTree({}, { '/redfish/v1/Systems/gpu': { PowerState: 'Off' } }), '/redfish/v1/Systems/gpu')
    expect((await readPower(model)).powerState).toBe('Off')
    clock.now = 60_000
    // Another session does not begin the two minutes anew.
    expect((await readPower(anew())).powerState).toBe('Off')
    clock.now = 120_000
    const later = anew()
    expect((await readPower(later)).powerState).toBe('On')
    expect(memory.recall(certificate)?.host).toBe('/redfish/v1/Systems/s')
    expect((await readPower(anew())).powerState).toBe('On')
    expect(session.requests).toEqual(['GET /redfish/v1/Systems/gpu', 'GET /redfish/v1/Systems/gpu', ...lookAnew, HOST])
  })

  it('is of the host that the walk of the tree has found, as soon as there was one', async () => {
    const { session, model } = start(createSmallTree({}, { '/redfish/v1/Systems/gpu': { PowerState: 'Off' } }), '/redfish/v1/Systems/gpu')
    await model.tree()
    expect((await readPower(model)).powerState).toBe('On')
    expect(session.requests).toContain('GET /redfish/v1/')
  })

  it.each([
    ['gone', 404],
    ['refused', 403],
    ['broken', 500],
    ['no resource', { error: { code: 'x' } }],
  ])('looks for the host once where what was known is %s', async (_how, body) => {
    const { session, memory, model } = start(createSmallTree({}, { '/redfish/v1/Systems/old': body }), '/redfish/v1/Systems/old')
    expect((await readPower(model)).powerState).toBe('On')
    expect(session.requests).toEqual(['GET /redfish/v1/Systems/old', ...lookAnew])
    expect(memory.recall(certificate)?.host).toBe('/redfish/v1/Systems/s')
  })

  it('is not looked for in vain for ever: a host that cannot be read is an error', async () => {
    const { session, model } = start(createSmallTree({}, { '/redfish/v1/Systems/s': 500 }))
    await expect(readPower(model)).rejects.toMatchObject({ kind: 'http', status: 500 })
    expect(session.requests).toEqual([HOST, ...lookAnew, HOST])
  })

  it('remembers no host that could not be read, and none of a BMC without a certificate', async () => {
    const broken = start(createSmallTree({}, { '/redfish/v1/Systems/s': 500 }))
    broken.memory.forget()
    await broken.model.tree()
    expect(broken.memory.recall(certificate)).toBeUndefined()
    const plain = start(createSmallTree({}, {}))
    plain.session.fingerprint = undefined as never
    plain.memory.forget()
    await readPower(plain.model)
    expect(plain.memory.recall(undefined)).toBeUndefined()
  })

  it('forgets with the model', async () => {
    const { memory, model } = start(createSmallTree({}, {}))
    model.forget()
    expect(memory.recall(certificate)).toBeUndefined()
  })
})
