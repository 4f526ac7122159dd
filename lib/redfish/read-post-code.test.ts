import { describe, expect, it } from 'vitest'
import { createModel } from './model.ts'
import { readPostCode } from './read-post-code.ts'
import { createMemorySession, createSmallTree } from './testing/memory-session.ts'

const entries = '/redfish/v1/Systems/s/LogServices/PostCodes/Entries'
const page = (skip: number, top = 100) => `${entries}?$skip=${skip}&$top=${top}`

/** As an NVIDIA GH200's bmcweb writes them. */
const toEntry = (boot: number, n: number, code: string) => ({ Id: `B${boot}-${n}`, MessageId: 'OpenBMC.0.2.BIOSPOSTCode', MessageArgs: [String(boot), '0.0131', code] })

function openBmc() {
  const tree = createSmallTree({}, {})
  const session = createMemorySession({
    ...tree,
    '/redfish/v1/Systems/s': { ...(tree['/redfish/v1/Systems/s'] as object), LogServices: { '@odata.id': '/redfish/v1/Systems/s/LogServices' } },
    '/redfish/v1/Systems/s/LogServices': { Members: [{ '@odata.id': '/redfish/v1/Systems/s/LogServices/EventLog' }, { '@odata.id': '/redfish/v1/Systems/s/LogServices/PostCodes' }] },
    '/redfish/v1/Systems/s/LogServices/PostCodes': { Id: 'PostCodes', Entries: { '@odata.id': entries } },
  })
  /** The log as bmcweb pages it: the newest boot's codes first, then those of the boot before. */
  function holds(...boots: readonly (readonly string[])[]) {
    const all = boots.flatMap((codes, boot) => codes.map((code, n) => toEntry(boot + 1, n + 1, code)))
    for (const path of Object.keys(session.resources)) if (path.startsWith(entries)) delete session.resources[path]
    for (let skip = 0; skip <= all.length; skip++) for (const top of [1, 100]) session.resources[page(skip, top)] = { Members: all.slice(skip, skip + top) }
  }
  return { session, model: createModel(session), holds }
}

describe('the POST code that was written last', () => {
  it('is the last of the newest boot, and of a later look only what is new is read', async () => {
    const { session, model, holds } = openBmc()
    holds(['0x10', '0x32'], ['0xaa'])
    expect(await readPostCode(model)).toBe('0x32')
    holds(['0x10', '0x32', '0x92'], ['0xaa'])
    session.requests.length = 0
    expect(await readPostCode(model)).toBe('0x92')
    expect(session.requests).toEqual([`GET ${page(2)}`])
  })

  it('stays where nothing is new, and begins anew with another boot', async () => {
    const { model, holds } = openBmc()
    holds(['0x10', '0x32', '0x92'])
    await readPostCode(model)
    expect(await readPostCode(model)).toBe('0x92')
    holds(['0x11'], ['0x10', '0x32', '0x92'])
    expect(await readPostCode(model)).toBe('0x11')
  })

  it('is found behind more codes than a page holds', async () => {
    const { model, holds } = openBmc()
    holds(Array.from({ length: 230 }, (_, n) => `0x${n.toString(16)}`))
    expect(await readPostCode(model)).toBe('0xe5')
  })

  it('is what Supermicro snooped', async () => {
    const tree = createSmallTree({}, {})
    const manager = '/redfish/v1/Managers/m'
    const session = createMemorySession({
      ...tree,
      [manager]: { ...(tree[manager] as object), Oem: { Supermicro: { Snooping: { '@odata.id': '/redfish/v1/Managers/1/Snooping' } } } },
      '/redfish/v1/Managers/1/Snooping': { Id: 'Snooping', PostCode: 'b4' },
    })
    expect(await readPostCode(createModel(session))).toBe('b4')
  })

  it('is not told by others', async () => {
    expect(await readPostCode(createModel(createMemorySession(createSmallTree({}, {}))))).toBeUndefined()
  })
})
