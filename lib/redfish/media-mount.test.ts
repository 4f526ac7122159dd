import { describe, expect, it } from 'vitest'
import { RedfishError } from './errors.ts'
import { ejectMedia, insertMedia } from './media-mount.ts'
import type { MediaOrder } from './media-route.ts'
import { usualMediaTiming, type MediaTiming } from './media-send.ts'
import { createModel } from './model.ts'
import { createMemorySession, createSmallTree, type MemorySession } from './testing/memory-session.ts'

const MANAGER = '/redfish/v1/Managers/m'
const SLOTS = `${MANAGER}/VirtualMedia`
const at = (path: string) => ({ '@odata.id': path })
type Body = Record<string, unknown>

/** Waits nothing; the looks of a budget are counted all the same. */
const timing: MediaTiming = { ...usualMediaTiming, lookMs: 2_000, pause: async () => {} }
const order: MediaOrder = { url: 'http://10.0.0.1:8080/i/tOkEn0123456789abc/debian.iso', protocol: 'http' }

const standardSlot = (id: string, more: Body = {}): Body => ({
  Id: id,
  MediaTypes: ['CD', 'DVD'],
  Inserted: false,
  Image: null,
  Actions: { '#VirtualMedia.InsertMedia': { target: `${SLOTS}/${id}/insert` }, '#VirtualMedia.EjectMedia': { target: `${SLOTS}/${id}/eject` } },
  ...more,
})

/** A BMC with these slots. Its inserts and ejects are carried out where `answer` does not refuse them. */
function bmcWith(slots: Body[], manager: Body = {}): MemorySession {
  const paths = slots.map((slot) => `${SLOTS}/${String(slot['Id'])}`)
  const tree = createSmallTree({}, { [SLOTS]: { Members: paths.map(at) }, ...Object.fromEntries(slots.map((slot, i) => [paths[i], slot])) })
  tree[MANAGER] = { ...(tree[MANAGER] as object), VirtualMedia: at(SLOTS), ...manager }
  const session = createMemorySession(tree)
  session.carryOut = (body, path) => {
    const [, slot, what] = /^(.*)\/(insert|eject)$/.exec(path) ?? []
    if (slot === undefined) return
    const image = what === 'insert' ? (body as { Image: string }).Image : null
    session.resources[slot] = { ...(session.resources[slot] as Body), Inserted: image !== null, Image: image }
  }
  return session
}

const insert = (session: MemorySession, more: Partial<MediaOrder> = {}) => insertMedia(createModel(session), { ...order, ...more }, { timing })
const missing = (name: string) => ({ status: 400, messages: [`The action InsertMedia requires the parameter ${name} to be present.`], codes: ['Base.1.8.ActionParameterMissing'] })

describe('a mount by the standard action', () => {
  it('sends the least and reads back', async () => {
    const session = bmcWith([standardSlot('CD')])
    expect(await insert(session)).toMatchObject({ kind: 'accepted', slot: 'CD', text: expect.stringContaining('read back') })
    expect(session.writes).toEqual([{ path: `${SLOTS}/CD/insert`, body: { Image: order.url }, ifMatch: undefined }])
  })

  it('adds what refusals ask for, one after the other', async () => {
    const session = bmcWith([standardSlot('CD')])
    session.answer = (body) => ['TransferProtocolType', 'TransferMethod', 'UserName'].filter((name) => !(name in (body as Body))).map(missing)[0]
    expect(await insert(session)).toMatchObject({ kind: 'accepted' })
    expect(session.writes.map(({ body }) => Object.keys(body as Body).length)).toEqual([1, 2, 3, 5])
    expect(session.writes.at(-1)!.body).toEqual({ Image: order.url, TransferProtocolType: 'HTTP', TransferMethod: 'Stream', UserName: 'none', Password: 'none' })
  })

  it('ejects first what is in the slot, and an image that is only named', async () => {
    for (const more of [{ Inserted: true, Image: 'http://old/x.iso' }, { Inserted: false, Image: 'http://old/x.iso' }]) {
      const session = bmcWith([standardSlot('CD', more)])
      expect(await insert(session)).toMatchObject({ kind: 'accepted' })
      expect(session.writes.map(({ path }) => path.split('/').at(-1))).toEqual(['eject', 'insert'])
    }
  })

  it('goes to the next slot where one has no such action', async () => {
    const session = bmcWith([standardSlot('Proxy'), standardSlot('Legacy')])
    session.answer = (_, path) => (path.includes('Proxy') ? { status: 405, messages: ['not allowed'] } : undefined)
    expect(await insert(session)).toMatchObject({ kind: 'accepted', slot: 'Legacy' })
  })

  it('takes no for an answer where another form would not help', async () => {
    const session = bmcWith([standardSlot('CD')])
    session.answer = () => ({ status: 400, messages: ['The image URI does not match the transfer protocol.'], codes: ['iBMC.1.0.FileTransferProtocolMismatch'] })
    expect(await insert(session)).toMatchObject({ kind: 'rejected', why: 'protocol', text: expect.stringContaining('this BMC fetches no HTTP (iBMC.1.0.FileTransferProtocolMismatch') })
    expect(session.writes).toHaveLength(1)
  })

  it('believes the slot and not the status', async () => {
    const session = bmcWith([standardSlot('CD')])
    session.answer = (body, path) => (session.carryOut!(body, path), { status: 500, messages: ['Internal error'] })
    expect(await insert(session)).toMatchObject({ kind: 'accepted', text: expect.stringContaining('answered otherwise') })
    expect(session.writes).toHaveLength(1)
  })

  it('asks again after an eject that the BMC has not digested (iDRAC), and only then', async () => {
    const moody = (session: MemorySession) => {
      let count = 0
      session.answer = (_, path) => (path.endsWith('insert') && count++ === 0 ? { status: 500, messages: ['Internal error'], codes: ['Base.1.8.InternalError'] } : undefined)
      return session
    }
    expect(await insert(moody(bmcWith([standardSlot('CD', { Inserted: true, Image: 'http://old/x.iso' })])))).toMatchObject({ kind: 'accepted' })
    const fresh = moody(bmcWith([standardSlot('CD')]))
    expect(await insert(fresh)).toMatchObject({ kind: 'rejected' })
    expect(fresh.writes).toHaveLength(1)
  })

  it('sends nothing again after silence', async () => {
    const session = bmcWith([standardSlot('CD')])
    session.loses = () => true
    expect(await insert(session)).toMatchObject({ kind: 'lost' })
    expect(session.writes).toHaveLength(1)
    const late = bmcWith([standardSlot('CD')])
    late.loses = (body, path) => (late.carryOut!(body, path), true)
    expect(await insert(late)).toMatchObject({ kind: 'accepted' })
  })

  it('does not say that nothing was changed when the eject was, and the rest never left', async () => {
    const session = bmcWith([standardSlot('CD', { Inserted: true, Image: 'http://old/x.iso' })])
    const { post } = session
    session.post = async (path, body) => {
      if (path.endsWith('insert')) throw new RedfishError('closed', 'memory:0', 'the conversation was closed', { notSent: true })
      return post(path, body)
    }
    expect(await insert(session)).toMatchObject({ kind: 'rejected', text: expect.stringContaining('what was in the drive is out') })
  })

  it('says that a slot stays empty though the BMC took the image', async () => {
    const session = bmcWith([standardSlot('CD')])
    delete session.carryOut
    session.accept = () => ({ status: 200, body: { error: { '@Message.ExtendedInfo': [{ MessageId: 'Ami.1.0.RedirectionFailed', Message: 'Redirection failed.' }] } } })
    expect(await insert(session)).toMatchObject({ kind: 'rejected', why: 'fetch', text: expect.stringMatching(/still empty.*\(it said: Redirection failed\.\)/) })
  })

  it('sends nothing by a protocol that the BMC itself excludes', async () => {
    const slot = standardSlot('CD', { 'TransferProtocolType@Redfish.AllowableValues': ['NFS', 'CIFS'] })
    const session = bmcWith([slot])
    expect(await insert(session)).toMatchObject({ kind: 'rejected', why: 'protocol', takes: ['nfs', 'cifs'], text: 'this BMC fetches no HTTP: mount over NFS or CIFS' })
    expect(session.writes).toEqual([])
  })

  it('throws before anything is sent where there is nothing to mount in', async () => {
    await expect(insert(bmcWith([]))).rejects.toMatchObject({ kind: 'unsupported', notSent: true })
    await expect(insert(bmcWith([standardSlot('CD')]), { slot: 'DVD' })).rejects.toMatchObject({ notSent: true, detail: expect.stringContaining('only CD') })
  })
})

describe('an eject', () => {
  it('waits until the slot is empty', async () => {
    const session = bmcWith([standardSlot('CD', { Inserted: true, Image: 'http://old/x.iso' })])
    expect(await ejectMedia(createModel(session), 'CD', { timing })).toMatchObject({ kind: 'accepted', slot: 'CD' })
    expect(session.writes).toEqual([{ path: `${SLOTS}/CD/eject`, body: {}, ifMatch: undefined }])
  })

  it('sends nothing to an empty slot', async () => {
    const session = bmcWith([standardSlot('CD')])
    expect(await ejectMedia(createModel(session), undefined, { timing })).toMatchObject({ kind: 'accepted' })
    expect(session.writes).toEqual([])
  })

  it('says that the BMC says yes and does nothing', async () => {
    const session = bmcWith([standardSlot('CD', { Inserted: true })])
    delete session.carryOut
    expect(await ejectMedia(createModel(session), 'CD', { timing })).toMatchObject({ kind: 'rejected', why: 'occupied' })
  })
})
