import { describe, expect, it } from 'vitest'
import { setIndicator } from './indicator.ts'
import { createMemorySession, createSmallTree } from './testing/memory-session.ts'
import { createModel } from './model.ts'
import { readPower } from './read-power.ts'
import { readResetTypes, reset } from './reset.ts'
import { openRedfish } from './session.ts'
import { toTaskPath } from './task.ts'
import { sendJson, startTestBmc, withSessions } from './testing/test-bmc.ts'

const SYSTEM = '/redfish/v1/Systems/s'
const at = (path: string) => ({ '@odata.id': path })
const TARGET = `${SYSTEM}/Actions/ComputerSystem.Reset`

function modelWith(system: Record<string, unknown>, more: Record<string, unknown> = {}) {
  const tree = createSmallTree({}, more)
  tree[SYSTEM] = { ...(tree[SYSTEM] as object), ...system }
  const session = createMemorySession(tree)
  return { session, model: createModel(session) }
}

describe('readResetTypes', () => {
  it('takes the annotation', async () => {
    const action = { target: TARGET, 'ResetType@Redfish.AllowableValues': ['On', 'ForceOff', 7, null, 'On'] }
    const { model } = modelWith({ Actions: { '#ComputerSystem.Reset': action } })
    expect(await readResetTypes(model)).toEqual({ target: TARGET, allowed: ['On', 'ForceOff', '7'], stated: 'annotation' })
  })

  it('asks ActionInfo where there is no annotation', async () => {
    const info = `${SYSTEM}/ResetActionInfo`
    const parameters = [{ Name: 'Other', AllowableValues: ['x'] }, { Name: 'ResetType', AllowableValues: ['On', 'PowerCycle'] }]
    const { model } = modelWith(
      { Actions: { '#ComputerSystem.Reset': { target: TARGET, '@Redfish.ActionInfo': info } } },
      { [info]: { Parameters: parameters } },
    )
    expect(await readResetTypes(model)).toEqual({ target: TARGET, allowed: ['On', 'PowerCycle'], stated: 'ActionInfo' })
  })

  it('offers no target that lies elsewhere', async () => {
    const { model } = modelWith({ Actions: { '#ComputerSystem.Reset': { target: 'https://evil.example/redfish/v1/x' } } })
    expect(await readResetTypes(model)).toEqual({ target: undefined, allowed: [], stated: 'unstated' })
  })
})

describe('reset', () => {
  it('posts once and tells the task', async () => {
    const location = 'https://bmc/redfish/v1/TaskService/Tasks/3'
    const bmc = await startTestBmc(withSessions((_request, response) => sendJson(response, {}, 202, { location })))
    const session = await openRedfish(bmc.target)
    expect(toTaskPath(await reset(session, TARGET, 'ForceOff'))).toBe('/redfish/v1/TaskService/Tasks/3')
    await session.close()
    await bmc.close()
  })

  it('posts once when the reply is lost, and does not call it "not sent"', async () => {
    const bmc = await startTestBmc(withSessions((request) => request.socket.destroy()))
    const session = await openRedfish(bmc.target, { retryDelayMs: 1 })
    await expect(reset(session, TARGET, 'PowerCycle')).rejects.toMatchObject({ kind: 'unreachable', notSent: false })
    expect(bmc.requests.filter((request) => request.startsWith('POST /redfish/v1/Systems'))).toHaveLength(1)
    await session.close()
    await bmc.close()
  })

  it('is certain that nothing was sent when the BMC cannot be reached at all', async () => {
    const bmc = await startTestBmc(withSessions((_request, response) => sendJson(response, {})))
    const session = await openRedfish(bmc.target)
    await bmc.close()
    // As a caller does: what is read just before finds out that the kept connections are dead.
    await expect(session.get('/redfish/v1/Systems')).rejects.toMatchObject({ kind: 'refused' })
    await expect(reset(session, TARGET, 'ForceOff')).rejects.toMatchObject({ kind: 'refused', notSent: true })
    await session.close()
  })
})

describe('readPower', () => {
  it('reads state, indicator and boot override', async () => {
    const { model } = modelWith({
      PowerState: 'PoweringOn',
      LastResetTime: '2026-11-23T10:00:00Z',
      IndicatorLED: 'Blinking',
      Boot: { BootSourceOverrideTarget: 'Pxe', 'BootSourceOverrideTarget@Redfish.AllowableValues': ['None', 'Pxe', 'CD/DVD'] },
    })
    expect(await readPower(model)).toMatchObject({
      powerState: 'PoweringOn',
      lastResetTime: '2026-11-23T10:00:00Z',
      indicator: true,
      boot: { target: 'Pxe', allowedTargets: ['None', 'Pxe', 'CD/DVD'] },
    })
  })

  it.each([null, 7, '', 'Resetting', {}])('states no power for %j', async (PowerState) => {
    expect((await readPower(modelWith({ PowerState }).model)).powerState).toBeUndefined()
  })

  it('follows a system that has moved', async () => {
    const { session, model } = modelWith({})
    await readPower(model)
    session.resources['/redfish/v1/Systems'] = { Members: [{ '@odata.id': '/redfish/v1/Systems/new' }] }
    session.resources['/redfish/v1/Systems/new'] = { PowerState: 'Off' }
    delete session.resources[SYSTEM]
    expect((await readPower(model)).powerState).toBe('Off')
  })
})

describe('setIndicator', () => {
  it.each([
    [{ LocationIndicatorActive: false, IndicatorLED: 'Off' }, { LocationIndicatorActive: true }],
    [{ IndicatorLED: 'Off' }, { IndicatorLED: 'Lit' }],
    [{ IndicatorLED: 'Off', 'IndicatorLED@Redfish.AllowableValues': ['Blinking', 'Off'] }, { IndicatorLED: 'Blinking' }],
  ])('%j', async (system, change) => {
    const { session, model } = modelWith(system)
    await setIndicator(model, true)
    expect(session.writes).toEqual([{ path: SYSTEM, body: change, ifMatch: undefined }])
  })

  it('blinks a light that is always on (iDRAC 9), and leaves it on', async () => {
    const { session, model } = modelWith({ IndicatorLED: 'Lit' }, { '/redfish/v1': { RedfishVersion: '1.13.1', Systems: at('/redfish/v1/Systems'), Oem: { Dell: {} } } })
    expect((await readPower(model)).indicator).toBe(false)
    await setIndicator(model, true)
    await setIndicator(model, false)
    expect(session.writes.map(({ body }) => body)).toEqual([{ IndicatorLED: 'Blinking' }, { IndicatorLED: 'Lit' }])
  })

  it.each([['Lit', true], ['Blinking', true], ['Off', false], ['constructor', undefined], [null, undefined]])('%j reads as %j', async (IndicatorLED, state) => {
    expect((await readPower(modelWith({ IndicatorLED }).model)).indicator).toBe(state)
  })

  it('says when there is no light', async () => {
    await expect(setIndicator(modelWith({}).model, true)).rejects.toMatchObject({ kind: 'unsupported', notSent: true })
  })
})
