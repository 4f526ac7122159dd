import { describe, expect, it } from 'vitest'
import type { MediaOutcome } from '#lib/redfish/media-mount.ts'
import { createModel } from '#lib/redfish/model.ts'
import { createMemorySession, createSmallTree } from '#lib/redfish/testing/memory-session.ts'
import { hideSecrets, readMedia, toMediaAnswer } from './redfish-media.ts'

const token = 'abcdefghijklmnopqrstuvwxyz'

describe('what nobody is shown', () => {
  it.each([
    [`http://10.0.0.1:8080/i/${token}/debian.iso`, 'http://10.0.0.1:8080/i/…/debian.iso'],
    [`10.0.0.1:/i/${token.toUpperCase()}/debian.iso`, '10.0.0.1:/i/…/debian.iso'],
    [`//10.0.0.1/i/${token}/debian.iso/debian.iso`, '//10.0.0.1/i/…/debian.iso/debian.iso'],
    ['cifs://me:p%40ss@10.0.0.9/isos/x.iso', 'cifs://…@10.0.0.9/isos/x.iso'],
    ['nfs://10.0.0.9/exports/installation-media/x.iso', 'nfs://10.0.0.9/exports/installation-media/x.iso'],
    [`The value "http://10.0.0.1/i/${token}/x.iso" for Image is wrong.`, 'The value "http://10.0.0.1/i/…/x.iso" for Image is wrong.'],
  ])('%s', (given, shown) => expect(hideSecrets(given)).toBe(shown))

  it('is not told by a refusal either', () => {
    const order = { url: 'cifs://10.0.0.9/isos/x.iso', protocol: 'cifs', user: 'me', password: 'p@ss' } as const
    const outcome: MediaOutcome = { kind: 'rejected', text: 'refused: p%40ss, p@ss\u0000', why: 'other', takes: [] }
    expect(toMediaAnswer(outcome, '10.0.4.7:443', order)).toEqual({ kind: 'rejected', why: 'other', text: '10.0.4.7:443: refused: …, …' })
  })
})

describe('the state', () => {
  const slots = '/redfish/v1/Managers/m/VirtualMedia'
  const readOf = async (slot: Record<string, unknown>) => {
    const tree = createSmallTree({}, { [slots]: { Members: [{ '@odata.id': `${slots}/CD` }] }, [`${slots}/CD`]: slot })
    tree['/redfish/v1/Managers/m'] = { ...(tree['/redfish/v1/Managers/m'] as object), VirtualMedia: { '@odata.id': slots } }
    return readMedia(createModel(createMemorySession(tree)))
  }
  const insert = { Actions: { '#VirtualMedia.InsertMedia': { target: `${slots}/CD/x` } } }

  it('is the slots with what is in them', async () => {
    const state = await readOf({ Id: 'CD', Name: 'Virtual\u202e CD', MediaTypes: ['CD'], Inserted: true, Image: `http://10.0.0.1/i/${token}/x.iso`, ...insert })
    expect(state.slots).toEqual([{ id: 'CD', name: 'Virtual  CD', owner: 'manager', types: ['CD'], via: 'insert', protocols: ['http', 'https', 'nfs', 'cifs'], protocolsFrom: 'guess', inserted: true, image: 'http://10.0.0.1/i/…/x.iso' }])
  })

  it.each([
    [{ Inserted: false, Image: 'None', ...insert }, { inserted: false }],
    [{ ...insert }, { inserted: null }],
    [{ Image: '', ImageName: 'x.iso', ...insert }, { inserted: true, image: 'x.iso' }],
    [{ Inserted: 'yes', Image: 7, MediaTypes: 'CD', Actions: [] }, { inserted: true, via: 'patch', types: [] }],
  ])('%j is read as it stands', async (slot, read) => expect((await readOf(slot)).slots[0]).toMatchObject(read))

  it('says that there is none', async () => {
    expect(await readMedia(createModel(createMemorySession(createSmallTree({}, {}))))).toMatchObject({ slots: [], note: 'this BMC lists no virtual media over Redfish' })
  })
})
