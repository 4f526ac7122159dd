import { describe, expect, it } from 'vitest'
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
    const model = createModel(session, undefined, () => now)
    await readPower(model)
    await model.tree()
    expect(session.requests.filter((request) => request === systems[0])).toHaveLength(1)
    const later = createModel(session, undefined, () => now)
    await readPower(later)
    now = 120_000
    await later.tree()
    expect(session.requests.filter((request) => request === systems[0])).toHaveLength(3)
  })
})
