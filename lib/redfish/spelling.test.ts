import { describe, expect, it } from 'vitest'
import { readLinked } from './collection.ts'
import type { RedfishError } from './errors.ts'
import { createModel } from './model.ts'
import { readAbilities } from './read-abilities.ts'
import { readSensors } from './read-sensors.ts'
import { noteMembers, readSpelled } from './spelling.ts'
import { createMemorySession, createSmallTree } from './testing/memory-session.ts'

const at = (path: string) => ({ '@odata.id': path })
const SYSTEM = '/redfish/v1/Systems/s'

describe('a link that differs from the resource in case (HPE)', () => {
  const openBios = (answer: unknown) => {
    const tree = createSmallTree({}, { [`${SYSTEM}/bios`]: answer })
    tree[SYSTEM] = { ...(tree[SYSTEM] as object), Bios: at('/redfish/v1/systems/s/bios/') }
    const session = createMemorySession(tree)
    const asked = () => session.requests.filter((request) => request.includes('bios'))
    // The slash at the end stays as the link has it: a memory has no redirect.
    session.resources[`${SYSTEM}/bios/`] = session.resources[`${SYSTEM}/bios`]
    return { model: createModel(session), asked }
  }

  it('is asked for once more as the collection spells it, and from then on in that way alone', async () => {
    const { model, asked } = openBios({ Attributes: { a: 1 } })
    expect((await readAbilities(model)).bios).toMatchObject({ attributes: 1 })
    expect(asked()).toEqual(['GET /redfish/v1/systems/s/bios/', `GET ${SYSTEM}/bios/`])
    await readAbilities(model)
    expect(asked().slice(2)).toEqual([`GET ${SYSTEM}/bios/`])
  })

  it('stays what the BMC said of it where the other spelling is not to be had either', async () => {
    for (const answer of [404, 500]) {
      const { model, asked } = openBios(answer)
      expect((await readAbilities(model)).bios).toMatchObject({ can: null, reason: 'GET /redfish/v1/systems/s/bios/ is not there (404)' })
      expect(asked()).toHaveLength(2)
    }
  })

  it('is the same place: the chassis that a host names so is its own, and so are its sensors', async () => {
    const tree = createSmallTree({ Thermal: '/redfish/v1/chassis/c/Thermal' }, { '/redfish/v1/Chassis/c/Thermal': { Temperatures: [{ Name: 'CPU', ReadingCelsius: 40 }] } })
    tree[SYSTEM] = { ...(tree[SYSTEM] as object), Links: { Chassis: [at('/redfish/v1/chassis/C/')] } }
    const session = createMemorySession(tree)
    const model = createModel(session)
    expect((await model.tree()).chassis).toMatchObject([{ path: '/redfish/v1/Chassis/c', host: 'named' }])
    for (const requests of [2, 1]) {
      session.requests.length = 0
      expect((await readSensors(model)).sensors).toMatchObject([{ name: 'CPU', reading: 40 }])
      expect(session.requests.filter((request) => request.endsWith('/Thermal'))).toHaveLength(requests)
    }
  })
})

describe('a link that is not there', () => {
  it.each([
    ['spelled as the collection does', `${SYSTEM}/Bios`],
    ['under no member', '/redfish/v1/registries/x'],
    ['that only begins alike', '/redfish/v1/systems/s2/bios'],
  ])('costs one request when it is %s', async (_, path) => {
    const session = createMemorySession({})
    noteMembers(session, [SYSTEM])
    const failures: RedfishError[] = []
    expect(await readLinked(session, path, failures)).toBeUndefined()
    expect([session.requests, failures.map(({ kind }) => kind)]).toEqual([[`GET ${path}`], ['not-found']])
  })

  it('of another conversation is another matter', async () => {
    const one = createMemorySession({})
    const other = createMemorySession({ [SYSTEM]: {} })
    noteMembers(one, [SYSTEM])
    await expect(readSpelled(other, SYSTEM.toLowerCase())).rejects.toMatchObject({ kind: 'not-found' })
    expect(other.requests).toHaveLength(1)
  })
})
