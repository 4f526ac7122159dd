import { describe, expect, it } from 'vitest'
import { createModel } from './model.ts'
import { readAbilities } from './read-abilities.ts'
import { createMemorySession, createSmallTree } from './testing/memory-session.ts'

const MANAGER = '/redfish/v1/Managers/m'
const SERVICE = '/redfish/v1/UpdateService'
const at = (path: string) => ({ '@odata.id': path })
const abilitiesOf = (more: Record<string, unknown>) => readAbilities(createModel(createMemorySession({ ...createSmallTree({}, {}), ...more })))

/** As these BMCs answer (metal-stack/go-hal#67, check_redfish#151, DSP0268 Base registry). */
const refusal = (MessageId: string, Message: string) => ({ error: { code: MessageId, '@Message.ExtendedInfo': [{ MessageId, Message }] } })

describe('a licence that is wanted', () => {
  it.each([
    ['Supermicro', refusal('SMC.1.0.OemLicenseNotPassed', 'Not licensed to perform this request. The following licenses DCMS were needed')],
    ['Dell', refusal('Base.1.0.InternalError', 'failed, No sufficient LICENSE for user to perform requested operation.')],
    ['the standard', refusal('Base.1.13.LicenseRequired', 'A license is required for this operation.')],
  ])('is why the service is not to be had, and that is a no: %s', async (_, body) => {
    const session = createMemorySession({ ...createSmallTree({}, {}), [SERVICE]: body })
    Object.assign(session.root, { updateService: SERVICE })
    const { update } = await readAbilities(createModel(session))
    const cause = body.error['@Message.ExtendedInfo'][0]!.Message
    expect(update).toMatchObject({ can: false, reason: { code: 'licence-wanted', values: { cause }, text: `this BMC wants a licence for it: ${cause}` } })
  })

  it('another refusal leaves it open', async () => {
    const session = createMemorySession({ ...createSmallTree({}, {}), [SERVICE]: refusal('Base.1.0.InternalError', 'try later') })
    Object.assign(session.root, { updateService: SERVICE })
    expect((await readAbilities(createModel(session))).update).toMatchObject({ can: null, reason: 'try later' })
  })
})

describe("what a licence says that it lacks (iLO's LicenseFeatures)", () => {
  const slot = { Id: '2', MediaTypes: ['CD'], Actions: { '#VirtualMedia.InsertMedia': { target: '/redfish/v1/x' } } }
  const licensed = (...licences: object[]) => ({
    [MANAGER]: { VirtualMedia: at(`${MANAGER}/VirtualMedia`), Oem: { Hpe: { Links: { LicenseService: at(`${MANAGER}/LicenseService`) } } } },
    [`${MANAGER}/VirtualMedia`]: { Members: [at(`${MANAGER}/VirtualMedia/2`)] },
    [`${MANAGER}/VirtualMedia/2`]: slot,
    [`${MANAGER}/LicenseService`]: { Members: licences.map((_, index) => at(`${MANAGER}/LicenseService/${index}`)) },
    ...Object.fromEntries(licences.map((body, index) => [`${MANAGER}/LicenseService/${index}`, body])),
  })
  const standard = { License: 'iLO Standard', LicenseFeatures: { VM: false, VMScript: false, RC: false } }
  const advanced = { License: 'iLO Advanced', LicenseFeatures: { VM: true, VMScript: true, ODIM: false } }

  it.each([
    ['virtual media', [standard], { code: 'licence-without-media', values: { licence: 'iLO Standard' } }],
    ['virtual media, where another licence has it', [standard, advanced], undefined],
    ['something else', [advanced], undefined],
    ['nothing that we know of', [{ License: 'iLO', LicenseFeatures: { VM: 'no' } }], undefined],
  ])('%s: the slots stand, with the word for it', async (_, licences, reason) => {
    const { media } = await abilitiesOf(licensed(...licences))
    expect(media).toMatchObject({ can: true, slots: [{ id: '2', can: true }] })
    if (reason === undefined) expect(media?.reason).toBeUndefined()
    else expect(media?.reason).toMatchObject(reason)
  })
})
