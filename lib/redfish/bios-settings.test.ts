import { expect, it } from 'vitest'
import { createCollector } from './inventory-collector.ts'
import { createModel } from './model.ts'
import { readBiosSettings } from './bios-settings.ts'
import { createMemorySession } from './testing/memory-session.ts'

const at = (path: string) => ({ '@odata.id': path })
const BIOS = '/redfish/v1/Systems/s/Bios'
const ROOT = { Registries: at('/redfish/v1/Registries') }
const tree = {
  [BIOS]: {
    AttributeRegistry: 'BiosAttributeRegistry.v1_0_3',
    Attributes: { BootMode: 'Uefi', Cores: 32, SetupPassword: 'hunter2', SETUP001: 'secret', List: [1, 2], Cray: { current_value: 'On', DataType: 'string' } },
    '@Redfish.Settings': { SettingsObject: at(`${BIOS}/Settings`) },
  },
  [`${BIOS}/Settings`]: { Attributes: { BootMode: 'Bios', Cores: 32 } },
  '/redfish/v1/Registries': { Members: [at('/redfish/v1/Registries/Base.1.0.0'), at('/redfish/v1/Registries/BiosAttributeRegistry.v1_0_0')] },
  '/redfish/v1/Registries/BiosAttributeRegistry.v1_0_0': { Location: [{ Language: 'ja', Uri: '/redfish/v1/ja' }, { Language: 'en', Uri: '/redfish/v1/en' }] },
  '/redfish/v1/en': { RegistryEntries: { Attributes: [{ AttributeName: 'BootMode', DisplayName: 'Boot Mode' }, { AttributeName: 'SETUP001', DisplayName: 'Administrator Password', Type: 'Password' }, 7] } },
}

function prepare(resources: Record<string, unknown>) {
  const session = createMemorySession(resources)
  const model = createModel(session)
  const read = () => readBiosSettings(createCollector(session, Infinity), model, { Bios: at(BIOS) }, ROOT)
  return { session, read }
}

it('values with their display names, what waits for the next start, and no secret', async () => {
  const { read } = prepare(tree)
  const found = await read()
  expect(found?.state).toBe('read')
  expect(found?.attributes).toMatchObject([
    { name: 'BootMode', displayName: 'Boot Mode', value: 'Uefi', pending: 'Bios' },
    { name: 'Cores', value: 32, pending: undefined },
    { name: 'SetupPassword', value: '••••••••' },
    { name: 'SETUP001', displayName: 'Administrator Password', value: '••••••••' },
    { name: 'List', value: '[1,2]' },
    { name: 'Cray', value: 'On' },
  ])
  expect(JSON.stringify(found)).not.toMatch(/hunter2|"secret"/)
})

it('the registry is found on a later page of the list', async () => {
  const pages = {
    '/redfish/v1/Registries': { Members: [at('/redfish/v1/Registries/Base.1.0.0')], 'Members@odata.count': 2, 'Members@odata.nextLink': '/redfish/v1/Registries?$skip=1' },
    '/redfish/v1/Registries?$skip=1': { Members: [at('/redfish/v1/Registries/BiosAttributeRegistry.v1_0_0')] },
  }
  expect((await prepare({ ...tree, ...pages }).read())?.attributes[0]).toMatchObject({ name: 'BootMode', displayName: 'Boot Mode' })
})

it('the registry is read once per conversation', async () => {
  const { session, read } = prepare(tree)
  await read()
  const before = session.requests.length
  await read()
  expect(session.requests.slice(before)).toEqual([`GET ${BIOS}`, `GET ${BIOS}/Settings`])
})

it('what could not be read is said; a registry is no more than words', async () => {
  expect(await prepare({ ...tree, [`${BIOS}/Settings`]: 500 }).read()).toMatchObject({ state: 'partial', attributes: [{ value: 'Uefi', pending: undefined }, {}, {}, {}, {}, {}] })
  expect(await prepare({ ...tree, [BIOS]: 500 }).read()).toEqual({ state: 'failed', attributes: [] })
  expect(await prepare({ ...tree, '/redfish/v1/Registries': 404 }).read()).toMatchObject({ state: 'read', attributes: [{ name: 'BootMode', displayName: undefined }, {}, {}, {}, {}, {}] })
  expect(await prepare({ ...tree, [BIOS]: { Attributes: 'none' } }).read()).toEqual({ state: 'read', attributes: [] })
})

it('a system without a BIOS link is not told', async () => {
  const session = createMemorySession({})
  expect(await readBiosSettings(createCollector(session, Infinity), createModel(session), {}, ROOT)).toBeUndefined()
})
