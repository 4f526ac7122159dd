import { describe, expect, it } from 'vitest'
import type { BootOrder } from '#lib/domain/boot.ts'
import { createModel } from '#lib/redfish/model.ts'
import { createMemorySession, createSmallTree } from '#lib/redfish/testing/memory-session.ts'
import { prepareBoot, readBoot } from './redfish-boot.ts'

const SYSTEM = '/redfish/v1/Systems/s'
const SETTINGS = `${SYSTEM}/Settings`
const targets = (...words: string[]) => ({ 'BootSourceOverrideTarget@Redfish.AllowableValues': words })
const off = { BootSourceOverrideEnabled: 'Disabled', BootSourceOverrideTarget: 'None' }

function modelWith(system: Record<string, unknown>, more: Record<string, unknown> = {}) {
  const tree = createSmallTree({}, more)
  tree[SYSTEM] = { ...(tree[SYSTEM] as object), ...system }
  const session = createMemorySession(tree)
  return { session, model: createModel(session) }
}

async function set(system: Record<string, unknown>, order: BootOrder, changes: { more?: Record<string, unknown>; answer?: (body: unknown) => { status: number; messages: string[] } | undefined } = {}) {
  const { session, model } = modelWith(system, changes.more)
  if (changes.answer !== undefined) session.answer = changes.answer
  const send = await prepareBoot(model, order)
  expect(session.writes).toEqual([])
  await send()
  return session.writes.map(({ path, body }) => [path, (body as { Boot: unknown }).Boot])
}

const pxe: BootOrder = { target: 'pxe', lasting: 'once' }
const whole = { BootSourceOverrideEnabled: 'Once', BootSourceOverrideTarget: 'Pxe', BootSourceOverrideMode: 'UEFI' }

describe('an override over Redfish', () => {
  it.each<[string, Record<string, unknown>, BootOrder, Record<string, unknown>]>([
    ['says all three together', { ...off, BootSourceOverrideMode: 'UEFI', ...targets('Pxe') }, pxe, whole],
    ['leaves out a mode that there is not', { ...off, ...targets('Pxe') }, pxe, { BootSourceOverrideEnabled: 'Once', BootSourceOverrideTarget: 'Pxe' }],
    ['sets another mode when it is asked for', { ...off, BootSourceOverrideMode: 'Legacy', ...targets('Pxe') }, { ...pxe, mode: 'uefi' }, whole],
    ['lasts', { ...off, ...targets('Hdd') }, { target: 'disk', lasting: 'always' }, { BootSourceOverrideEnabled: 'Continuous', BootSourceOverrideTarget: 'Hdd' }],
    ['uses an old word for a CD (X10)', { ...off, ...targets('Pxe', 'CD/DVD', 'UefiCd') }, { target: 'cd', lasting: 'once' }, { BootSourceOverrideEnabled: 'Once', BootSourceOverrideTarget: 'CD/DVD' }],
    ['fetches a URI', { ...off, HttpBootUri: '', ...targets('UefiHttp') }, { target: 'http', lasting: 'once', uri: 'http://10.0.0.1/x.efi' }, { BootSourceOverrideEnabled: 'Once', BootSourceOverrideTarget: 'UefiHttp', HttpBootUri: 'http://10.0.0.1/x.efi' }],
    ['forgets an earlier URI', { ...off, HttpBootUri: 'http://old/', ...targets('UefiHttp') }, { target: 'http', lasting: 'once' }, { BootSourceOverrideEnabled: 'Once', BootSourceOverrideTarget: 'UefiHttp', HttpBootUri: null }],
    ['is taken away', { ...off, BootSourceOverrideMode: 'UEFI', ...targets('None', 'Pxe') }, { target: 'none', lasting: 'once' }, { ...off, BootSourceOverrideMode: 'UEFI' }],
  ])('%s', async (_, boot, order, sent) => {
    expect(await set({ Boot: boot }, order)).toEqual([[SYSTEM, sent]])
  })

  it.each([
    ['Supermicro', 'SYS-1029', 'UsbCd'],
    ['Supermicro', 'ARS-111GL-NHR', 'Cd'],
    ['Dell Inc.', 'PowerEdge R750', 'Cd'],
  ])('of the virtual CD of a %s %s is %s', async (Manufacturer, Model, word) => {
    const [sent] = await set({ Manufacturer, Model, Boot: { ...off, ...targets('Cd', 'UsbCd') } }, { target: 'cd', lasting: 'once' })
    expect(sent).toEqual([SYSTEM, { BootSourceOverrideEnabled: 'Once', BootSourceOverrideTarget: word }])
  })

  it('comes without the mode after an iLO has refused it, and no further', async () => {
    const messages = ['Base.1.4.PropertyNotWritableOrUnknown BootSourceOverrideMode']
    const writes = await set({ Boot: { ...off, BootSourceOverrideMode: 'UEFI', ...targets('Pxe') } }, pxe, {
      answer: (body) => ('BootSourceOverrideMode' in (body as { Boot: object }).Boot ? { status: 400, messages } : undefined),
    })
    expect(writes).toEqual([[SYSTEM, whole], [SYSTEM, { BootSourceOverrideEnabled: 'Once', BootSourceOverrideTarget: 'Pxe' }]])
  })

  it.each([
    ['another reason', { status: 400, messages: ['iLO.2.14.UnableToModifyDuringSystemPOST'] }, pxe],
    ['a mode that was asked for', { status: 400, messages: ['PropertyNotWritable BootSourceOverrideMode'] }, { ...pxe, mode: 'legacy' }],
    ['a failure that proves nothing', { status: 500, messages: ['BootSourceOverrideMode'] }, pxe],
  ] as const)('is not sent again after a refusal for %s', async (_, refusal, order) => {
    const { session, model } = modelWith({ Boot: { ...off, BootSourceOverrideMode: 'UEFI', ...targets('Pxe') } })
    session.answer = () => ({ ...refusal, messages: [...refusal.messages] })
    const send = await prepareBoot(model, order)
    await expect(send()).rejects.toMatchObject({ status: refusal.status })
    expect(session.writes).toHaveLength(1)
  })

  it.each<[string, Record<string, unknown>, BootOrder, RegExp]>([
    ['a target that is not allowed', targets('None', 'Pxe'), { target: 'setup', lasting: 'once' }, /boots from None, Pxe, and from no setup/],
    ['a duration that is not allowed (Lenovo)', { ...targets('Pxe'), 'BootSourceOverrideEnabled@Redfish.AllowableValues': ['Once', 'Disabled'] }, { target: 'pxe', lasting: 'always' }, /lasts always, only Once, Disabled/],
    ['a mode that is not allowed', { ...targets('Pxe'), BootSourceOverrideMode: 'UEFI', 'BootSourceOverrideMode@Redfish.AllowableValues': ['UEFI'] }, { ...pxe, mode: 'legacy' }, /no boot mode Legacy/],
    ['a mode of a BMC that has none', targets('Pxe'), { ...pxe, mode: 'uefi' }, /no boot mode that could be set/],
    ['a URI that the BMC has no place for', targets('UefiHttp'), { target: 'http', lasting: 'once', uri: 'http://a/b' }, /takes no URI/],
  ])('refuses %s, and sends nothing', async (_, boot, order, why) => {
    const { session, model } = modelWith({ Boot: { ...off, ...boot } })
    await expect(prepareBoot(model, order)).rejects.toMatchObject({ kind: 'unsupported', notSent: true, message: expect.stringMatching(why) })
    expect(session.writes).toEqual([])
  })
})

describe('settings that are taken over at the next start', () => {
  const system = { Boot: { ...off, ...targets('Pxe') }, '@Redfish.Settings': { SettingsObject: { '@odata.id': SETTINGS } } }

  it('get the override where they hold one (NVIDIA)', async () => {
    expect(await set(system, pxe, { more: { [SETTINGS]: { Boot: off } } })).toEqual([[SETTINGS, { BootSourceOverrideEnabled: 'Once', BootSourceOverrideTarget: 'Pxe' }]])
  })

  it.each([
    ['hold none (Lenovo)', { Boot: { BootOrder: [] } }],
    ['cannot be read', 500],
    ['are not there', 404],
  ])('do not where they %s', async (_, settings) => {
    expect((await set(system, pxe, { more: { [SETTINGS]: settings } }))[0]![0]).toBe(SYSTEM)
  })

  it('are told as such', async () => {
    const pending = { BootSourceOverrideEnabled: 'Once', BootSourceOverrideTarget: 'Pxe' }
    expect(await readBoot(modelWith(system, { [SETTINGS]: { Boot: pending } }).model)).toEqual({ target: 'pxe', word: 'Pxe', lasting: 'once', isPending: true })
    expect(await readBoot(modelWith({ ...system, Boot: pending }, { [SETTINGS]: { Boot: off } }).model)).toBeNull()
  })
})

describe('what is set', () => {
  it.each([[{ BootSourceOverrideTarget: { odd: true }, BootSourceOverrideEnabled: 'Once' }], [{}]])('%j is not taken for nothing', async (boot) => {
    await expect(readBoot(modelWith({ Boot: boot }).model)).rejects.toMatchObject({ kind: 'garbled' })
  })

  it.each([
    [{ BootSourceOverrideEnabled: 'Once', BootSourceOverrideTarget: 'None' }, null],
    [{ BootSourceOverrideEnabled: 'Disabled', BootSourceOverrideTarget: 'Pxe' }, null],
    [{ BootSourceOverrideTarget: 'None' }, null],
    [{ BootSourceOverrideEnabled: 'Continuous', BootSourceOverrideTarget: 'UsbCd', BootSourceOverrideMode: 'Legacy' }, { target: 'cd', word: 'UsbCd', lasting: 'always', mode: 'legacy' }],
    [{ BootSourceOverrideEnabled: 'Once', BootSourceOverrideTarget: 'SDCard' }, { target: null, word: 'SDCard', lasting: 'once' }],
  ])('%j is %j', async (boot, state) => {
    expect(await readBoot(modelWith({ Boot: boot }).model)).toEqual(state)
  })
})
