import { beforeAll, describe, expect, it } from 'vitest'
import { prisma } from '#lib/db/client.ts'
import type { MediaState } from '#lib/domain/media.ts'
import { withDatabase } from '../database.ts'
import { addNode, bearer, call, withSite } from './fixture.ts'

withDatabase()
const { tokens } = withSite()

const sha256 = 'a'.repeat(64)
const image = (name: string, state = 'ready') =>
  prisma().image.create({ data: { name, state, bytes: 4_096n, received: 4_096n, checked: 4_096n, sha256: state === 'ready' ? sha256 : null, by: 'admin', byKind: 'token' } })

let imageId = ''
let nodeId = ''
beforeAll(async () => {
  for (const n of [1, 2, 3]) await addNode(tokens.admin, `n${n}`, `10.4.0.${n}`)
  nodeId = (await prisma().node.findUniqueOrThrow({ where: { name: 'n1' } })).id
  imageId = (await image('debian-13.iso')).id
  await image('half.iso', 'uploading')
})

const ask = (body: object, token = tokens.operator) => call('/api/operations', { method: 'POST', headers: bearer(token), body })
const intents = async () => (await prisma().audit.findMany({ where: { action: { in: ['install', 'media'] } }, orderBy: { seq: 'asc' } })).map(({ body }) => JSON.parse(body) as Record<string, unknown>)

describe('installing from an image', () => {
  it('is an operation that names the image, which is the one of that name now', async () => {
    const answer = await ask({ kind: 'install', action: 'InstallImage', image: 'debian-13.iso', mode: 'uefi', quietMinutes: 5, nodes: ['n1', 'n2'], limits: { atOnce: 1 } })
    expect(answer.status).toBe(202)
    const { id } = (await answer.json()) as { id: string }
    const read = (await (await call(`/api/operations/${id}`, { headers: bearer(tokens.viewer) })).json()) as object
    expect(read).toMatchObject({ kind: 'install', action: 'InstallImage', nodes: 'n[1-2]', options: { image: 'debian-13.iso', imageId, mode: 'uefi', quietMinutes: 5 } })
    expect((await intents()).at(-1)).toMatchObject({ action: 'install', target: 'debian-13.iso', outcome: 'intent', detail: { nodes: 'n[1-2]', image: 'debian-13.iso' } })
  })

  it('is not asked twice of a node while the same is under way', async () => {
    expect((await ask({ kind: 'install', action: 'InstallImage', image: 'debian-13.iso', nodes: ['n2'] })).status).toBe(409)
  })

  it('takes the address of another server in one spelling', async () => {
    const answer = await ask({ kind: 'media', action: 'MountImage', share: 'SMB://Files.lab/isos/Rocky.iso', nodes: ['n3'] })
    const { id } = (await answer.json()) as { id: string }
    expect((await prisma().operation.findUniqueOrThrow({ where: { id } })).options).toEqual({ share: 'cifs://files.lab/isos/Rocky.iso' })
  })

  it.each<[string, object, number, string]>([
    ['an image that is not there', { image: 'other.iso' }, 404, 'unknown-image'],
    ['an image that is not ready', { image: 'half.iso' }, 404, 'unknown-image'],
    ['neither image nor share', {}, 400, 'invalid'],
    ['both', { image: 'debian-13.iso', share: 'nfs://10.0.0.5/i/x.iso' }, 400, 'invalid'],
    ['a password in an address', { share: 'http://user:word@10.0.0.5/i/x.iso' }, 400, 'invalid'],
    ['a name that is a path', { image: '../etc/x.iso' }, 400, 'invalid'],
    ['a mode of no firmware', { image: 'debian-13.iso', mode: 'bios' }, 400, 'invalid'],
    ['a wait of nothing', { image: 'debian-13.iso', quietMinutes: 0 }, 400, 'invalid'],
    ['force, which is of ejecting', { image: 'debian-13.iso', force: true }, 400, 'invalid'],
    ['an id of an image', { image: 'debian-13.iso', imageId: 'x' }, 400, 'invalid'],
  ])('is refused with %s', async (_, more, status, code) => {
    const answer = await ask({ kind: 'install', action: 'InstallImage', nodes: ['n3'], ...more })
    expect([answer.status, await answer.json()]).toEqual([status, expect.objectContaining({ code })])
  })

  it.each([
    ['what mounts boots nothing', { kind: 'media', action: 'MountImage', image: 'debian-13.iso', mode: 'uefi' }],
    ['an eject takes no image', { kind: 'media', action: 'EjectMedia', image: 'debian-13.iso' }],
    ['an install is not media', { kind: 'media', action: 'InstallImage', image: 'debian-13.iso' }],
    ['power takes no image', { kind: 'power', action: 'On', image: 'debian-13.iso' }],
  ])('%s', async (_, body) => {
    expect((await ask({ ...body, nodes: ['n3'] })).status).toBe(400)
  })

  it('is not for viewers, nor for a protected node', async () => {
    expect((await ask({ kind: 'install', action: 'InstallImage', image: 'debian-13.iso', nodes: ['n3'] }, tokens.viewer)).status).toBe(403)
    await prisma().node.update({ where: { name: 'n3' }, data: { protected: true } })
    for (const body of [{ kind: 'install', action: 'InstallImage', image: 'debian-13.iso' }, { kind: 'media', action: 'EjectMedia' }]) {
      const answer = await ask({ ...body, nodes: ['n3'] })
      expect([answer.status, await answer.json()]).toEqual([409, expect.objectContaining({ code: 'protected' })])
    }
  })
})

describe("a node's virtual media", () => {
  const read = async () => (await (await call('/api/nodes/n1/media', { headers: bearer(tokens.viewer) })).json()) as { state: MediaState | null; reads: object[]; operation: string | null }

  it('are unread before their first reading, and name what is under way', async () => {
    expect(await read()).toEqual({ state: null, reads: [], operation: expect.any(String) as string })
  })

  it('are shown as they were read, with what the BMC has read of the image, and without the secret of its address', async () => {
    const takenAt = new Date().toISOString()
    const slot = { id: 'CD1', name: 'Virtual CD', owner: 'manager', types: ['CD'], via: 'insert', protocols: ['http'], protocolsFrom: 'told', inserted: true, image: 'debian-13.iso' }
    await prisma().snapshot.create({ data: { nodeId, facet: 'media', takenAt, data: { slots: [slot], takenAt } } })
    await prisma().imageLink.create({
      data: { imageId, nodeId, name: 'debian-13.iso', bmcAddress: '10.4.0.1', tokenHash: 'canary-hash', protocol: 'http', expiresAt: new Date(Date.now() + 60_000), bytesServed: 2_048n, requests: 3n, lastReadAt: new Date(), touched: Buffer.alloc(32, 0xff) },
    })
    const media = await read()
    expect(media).toMatchObject({ state: { slots: [slot] }, reads: [{ imageName: 'debian-13.iso', imageBytes: 4_096, bytesServed: 2_048, requests: 3, touchedPercent: 100, revokedAt: null }] })
    expect(JSON.stringify(media)).not.toContain('canary-hash')
  })

  it('of no node are not found', async () => {
    expect((await call('/api/nodes/n9/media', { headers: bearer(tokens.viewer) })).status).toBe(404)
  })
})
