import { describe, expect, it } from 'vitest'
import { findHabit, toMakeWords, toProtocols, toSpellings, type MediaHabit, type MediaScheme } from './media-habits.ts'
import { orderSlots, toCandidates, toRoute } from './media-order.ts'
import type { MediaNo, MediaOrder } from './media-route.ts'
import type { MediaSlot } from './media-slot.ts'
import { toNextBody } from './media-standard.ts'
import { toSentence, toWhy } from './media-words.ts'
import { createMemorySession } from './testing/memory-session.ts'

const SLOT = '/redfish/v1/Managers/1/VirtualMedia/CD'
const slotOf = (more: Partial<MediaSlot>): MediaSlot => ({
  path: SLOT, shownIn: undefined, id: 'CD', name: 'CD', owner: 'manager', can: true, way: 'standard', action: undefined, mediaTypes: ['CD', 'DVD'], protocols: [],
  inserted: false, image: undefined, insertTarget: `${SLOT}/insert`, ejectTarget: `${SLOT}/eject`, verifiesCertificate: undefined, ...more,
})
const habitOf = (words: string, owner: MediaSlot['owner'] = 'manager') => findHabit(words, owner)
const orderOf = (url: string, more: Partial<MediaOrder> = {}): MediaOrder => ({ url, protocol: url.split(':')[0] as MediaScheme, ...more })

const http = orderOf('http://10.0.0.1/i/t/x.iso')
const nfs = orderOf('nfs://10.0.0.1/i/t/x.iso')
const cifs = orderOf('cifs://10.0.0.9/isos/x.iso', { user: 'me', password: 'p@ss,word' })

const vmm = { way: 'oem', action: 'VirtualMedia.VmmControl', insertTarget: `${SLOT}/Oem/Huawei/Actions/VirtualMedia.VmmControl`, ejectTarget: `${SLOT}/Oem/Huawei/Actions/VirtualMedia.VmmControl` } as const
const iso = { way: 'oem', action: 'IsoConfig.Mount', path: '/redfish/v1/Managers/1/VM1/CfgCD', insertTarget: '/m', ejectTarget: '/u' } as const
const patched = { way: undefined, can: null, insertTarget: undefined, ejectTarget: undefined } as const

describe('what is sent first', () => {
  it.each<[string, Partial<MediaSlot>, string, MediaOrder, unknown[]]>([
    ['the least (DSP0268)', {}, 'supermicro', http, [['POST', `${SLOT}/insert`, { Image: http.url }]]],
    ['iDRAC over NFS (InsertEjectVirtualMediaREDFISH.py)', {}, 'dell inc. idrac', nfs, [['POST', `${SLOT}/insert`, { Image: '10.0.0.1:/i/t/x.iso', TransferProtocolType: 'NFS' }]]],
    ['iDRAC over CIFS', {}, 'dell', cifs, [['POST', `${SLOT}/insert`, { Image: '//10.0.0.9/isos/x.iso', TransferProtocolType: 'CIFS', UserName: 'me', Password: 'p@ss,word' }]]],
    ['Inspur M6 (mammoth inspur.md)', {}, 'ami inspur nf5280m6', nfs, [['POST', `${SLOT}/insert`, { Image: '10.0.0.1/i/t/x.iso', TransferProtocolType: 'NFS' }]]],
    ['OpenBMC, write protected', {}, 'quanta openbmc', orderOf('https://10.0.0.1/i/t/x.iso'), [['POST', `${SLOT}/insert`, { Image: 'https://10.0.0.1/i/t/x.iso', WriteProtected: true }]]],
    ['XCC over NFS by PATCH (mount_virtual_media.py)', patched, 'lenovo', nfs, [['PATCH', SLOT, { Image: '10.0.0.1:/i/t/x.iso', Inserted: true, WriteProtected: true }]]],
    ['XCC3 over HTTPS', { ...patched, verifiesCertificate: true }, 'lenovo', orderOf('https://10.0.0.1/i/t/x.iso'), [['PATCH', SLOT, { Image: 'https://10.0.0.1/i/t/x.iso', Inserted: true, WriteProtected: true, VerifyCertificate: false }]]],
    ['VmmControl (mammoth huawei.md)', vmm, 'huawei', nfs, [['POST', vmm.insertTarget, { VmmControlType: 'Connect', Image: nfs.url }]]],
    ['VmmControl of a share with a user', vmm, 'huawei', cifs, [['POST', vmm.insertTarget, { VmmControlType: 'Connect', Image: 'cifs://me:p%40ss%2Cword@10.0.0.9/isos/x.iso' }]]],
    ['CfgCD (badfish)', iso, 'supermicro', http, [['PATCH', iso.path, { Host: 'http://10.0.0.1', Path: '/i/t/x.iso', Username: '', Password: '' }], ['POST', '/m', {}]]],
    ['CfgCD of a share', iso, 'supermicro', cifs, [['PATCH', iso.path, { Host: '10.0.0.9', Path: '\\isos\\x.iso', Username: 'me', Password: 'p@ss,word' }], ['POST', '/m', {}]]],
    ['iLO 4', { way: 'oem', action: 'HpiLOVirtualMedia.InsertVirtualMedia', insertTarget: '/i' }, 'hp', http, [['POST', '/i', { Image: http.url }]]],
  ])('%s', (_, slot, words, order, calls) => {
    const target = slotOf(slot)
    const plan = toRoute(target)!.insert(target, order, habitOf(words, target.owner))
    expect(plan.map(({ method, path, body }) => [method, path, body])).toEqual(calls)
  })
})

describe('what throws an image out', () => {
  it.each<[string, Partial<MediaSlot>, unknown[]]>([
    ['the standard, with an empty object for iLO', {}, [['POST', `${SLOT}/eject`, {}]]],
    ['no action at all', { ejectTarget: undefined }, []],
    ['PATCH', patched, [['PATCH', SLOT, { Image: null, Inserted: false }]]],
    ['VmmControl', vmm, [['POST', vmm.insertTarget, { VmmControlType: 'Disconnect' }]]],
    ['IsoConfig', iso, [['POST', '/u', {}]]],
  ])('%s', (_, slot, calls) => {
    const target = slotOf(slot)
    expect(toRoute(target)!.eject(target).map(({ method, path, body }) => [method, path, body])).toEqual(calls)
  })
})

const no = (text: string, code = 'ActionParameterMissing', status = 400): MediaNo => ({ status, codes: code === '' ? [] : [`Base.1.8.${code}`], text })
const url = http.url

describe('what is sent after a refusal', () => {
  it.each<[string, Record<string, unknown>, MediaNo, Record<string, unknown> | undefined]>([
    ['asked for the protocol', { Image: url }, no('requires the parameter TransferProtocolType'), { Image: url, TransferProtocolType: 'HTTP' }],
    ['asked for the method', { Image: url, TransferProtocolType: 'HTTP' }, no('requires the parameter TransferMethod'), { Image: url, TransferProtocolType: 'HTTP', TransferMethod: 'Stream' }],
    ['asked for a user (NVIDIA DGX)', { Image: url }, no('requires the parameter UserName'), { Image: url, UserName: 'none', Password: 'none' }],
    ['told only that something is wrong', { Image: url }, no('A general error has occurred.', 'GeneralError'), { Image: url, TransferProtocolType: 'HTTP' }],
    ['told so again', { Image: url, TransferProtocolType: 'HTTP' }, no('A general error has occurred.', 'GeneralError'), { Image: url, TransferProtocolType: 'HTTP', TransferMethod: 'Stream' }],
    ['told so for the third time', { Image: url, TransferProtocolType: 'HTTP', TransferMethod: 'Stream' }, no('A general error has occurred.', 'GeneralError'), undefined],
    ['given too much (Supermicro X11)', { Image: url, WriteProtected: true }, no('the invalid parameter WriteProtected', 'ActionParameterUnknown'), { Image: url }],
    ['out of resources', { Image: url }, no('No free USB device.', 'ResourceExhaustion'), undefined],
  ])('%s', (_, sent, refusal, next) => expect(toNextBody(sent, refusal, http, habitOf('acme'))).toEqual(next))

  it('spells a share in another way where its place is refused', () => {
    const habit = habitOf('dell')
    const refusal = no('The value 10.0.0.1:/i/t/x.iso for the parameter Image is of a different format', 'ActionParameterValueFormatError')
    const first = { Image: '10.0.0.1:/i/t/x.iso', TransferProtocolType: 'NFS' }
    const second = toNextBody(first, refusal, nfs, habit)
    expect(second).toEqual({ Image: nfs.url, TransferProtocolType: 'NFS' })
    expect(toNextBody(second!, refusal, nfs, habit)).toBeUndefined()
  })
})

describe('who fetches by what', () => {
  it.each<[string, MediaSlot['owner'], MediaScheme[], string]>([
    ['supermicro ast2600', 'manager', ['http', 'https', 'cifs'], 'Supermicro'],
    ['lenovo xclarity', 'manager', ['http', 'nfs'], 'Lenovo XCC'],
    ['lenovo xclarity', 'system', ['http', 'https', 'nfs', 'cifs'], 'Lenovo XCC2'],
    ['ami lenovo sr655', 'manager', ['nfs', 'cifs'], 'Lenovo on MegaRAC'],
    ['h3c hdm ami', 'manager', ['nfs', 'cifs'], 'H3C'],
    ['huawei', 'manager', ['nfs', 'cifs', 'https'], 'Huawei'],
    ['xfusion ibmc', 'manager', ['nfs', 'https', 'cifs'], 'xFusion'],
    ['inspur ami', 'manager', ['nfs'], 'Inspur'],
    ['inspur openbmc', 'manager', ['https', 'cifs'], 'OpenBMC'],
    ['hpe ilo 5', 'manager', ['http', 'https'], 'iLO'],
    ['nettrix ami', 'manager', ['nfs', 'http', 'cifs'], 'MegaRAC'],
    ['acme', 'manager', ['http', 'https', 'nfs', 'cifs'], 'unknown'],
  ])('%s at the %s', (words, owner, protocols, name) => {
    const habit = findHabit(words, owner)
    expect([habit.name, toProtocols([], habit)]).toEqual([name, { protocols, from: name === 'unknown' ? 'guess' : 'make' }])
  })

  it('what the BMC itself says counts more', () => {
    expect(toProtocols(['CIFS', 'HTTPS', 'SCP', 'NFS'], habitOf('inspur'))).toEqual({ protocols: ['nfs', 'https', 'cifs'], from: 'told' })
  })

  it('is known by makers, products and extensions, whatever a BMC puts there', () => {
    const session = createMemorySession({ '/redfish/v1': { RedfishVersion: '1.6.0', Vendor: 'AMI', Oem: { Ami: {} } } })
    expect(toMakeWords({ session }, [{ Manufacturer: 'Inspur', Model: 7, Oem: null }, undefined, { Oem: { Public: {} } }])).toBe('ami ami inspur public')
  })

  it('leaves a place alone that is no URL', () => expect(toSpellings(habitOf('dell'), 'x.iso', 'nfs')).toEqual(['x.iso']))
})

describe('which slot', () => {
  const at = (owner: MediaSlot['owner'], id: string, more: Partial<MediaSlot> = {}) => slotOf({ owner, id, path: `/redfish/v1/${owner === 'system' ? 'Systems' : 'Managers'}/1/VirtualMedia/${id}`, ...more })

  it('discs before sticks, the system\'s before the manager\'s, and those that fetch alone', () => {
    const slots = [at('manager', 'RemovableDisk', { mediaTypes: ['USBStick'] }), at('manager', 'CD'), at('system', '1'), at('system', '2')]
    expect(orderSlots(slots, 'dell').map(({ name }) => name)).toEqual(['1', '2', 'CD', 'RemovableDisk'])
    const lenovo = [at('manager', 'RDOC1', patched), at('manager', 'EXT1', patched), at('manager', 'Remote1', patched)]
    expect(toCandidates(orderSlots(lenovo, 'lenovo'), undefined).map(({ name }) => name)).toEqual(['EXT1'])
  })

  it('is named with its place where two have the same id', () => {
    const named = orderSlots([at('manager', '1'), at('system', '1')], '')
    expect(named.map(({ name }) => name)).toEqual(['Systems/1/VirtualMedia/1', 'Managers/1/VirtualMedia/1'])
    expect(toCandidates(named, 'Managers/1/VirtualMedia/1')).toHaveLength(1)
    expect(toCandidates(named, 'CD')).toEqual([])
  })
})

describe('words for a person', () => {
  const said = (refusal: MediaNo, order = http, habit: MediaHabit = habitOf('huawei')) => [toWhy(refusal), toSentence(refusal, order, slotOf({}), habit)]

  it.each<[MediaNo, string, RegExp]>([
    [{ status: 400, codes: ['iBMC.1.0.FileTransferProtocolMismatch'], text: 'Mismatch.' }, 'protocol', /^this BMC fetches no HTTP \(iBMC\.1\.0\.FileTransferProtocolMismatch: Mismatch\.\): mount over NFS or CIFS or HTTPS$/],
    [no('The value HTTP for TransferProtocolType is not in the list', 'ActionParameterValueNotInList'), 'protocol', /fetches no HTTP/],
    [{ status: 400, codes: ['IDRAC.2.8.RAC0720'], text: 'Unable to locate the ISO image.' }, 'fetch', /could not read the image over HTTP .*its own network$/],
    [{ status: undefined, codes: ['iBMC.1.0.ConnectionFailed'], text: 'Failed.' }, 'fetch', /After some fifteen mounts only a reset of this BMC helps$/],
    [{ status: 400, codes: ['iBMC.1.0.ConnectionOccupied'], text: '' }, 'occupied', /another image or a remote console holds the virtual drive CD/],
    [no('A license is required for this operation.', 'LicenseKeyRequired', 403), 'licence', /wants a licence/],
    [{ status: 400, codes: ['iLO.2.15.UnableToModifyDuringSystemPOST'], text: '' }, 'other', /changes nothing while the server tests itself/],
    [{ status: 418, codes: [], text: '' }, 'other', /refused the image for its drive CD \(status 418\)$/],
  ])('%j', (refusal, why, words) => {
    const [found, sentence] = said(refusal)
    expect(found).toBe(why)
    expect(sentence).toMatch(words)
  })
})
