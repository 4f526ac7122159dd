import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { withDatabase } from '../../tests/database.ts'
import { openDatabase, prisma, type Database } from './client.ts'
import { createImageLink, deleteOldImageLinks, extendImageLink, hashLinkToken, readImageLink, readImageLinks, revokeImageLink } from './image-links.ts'
import { addLinkCounts, findLinkByToken, findLinks, type LinkCounts } from './link-reads.ts'
import { listen } from './listen.ts'

/** Links under the roles of a divided database: the conductor makes and ends them, the depot serves and counts, web looks. */

const test = withDatabase()
let [web, conductor, depot]: Database[] = []
const nodeId = randomUUID()
let imageId = ''

beforeAll(async () => {
  const urls = await test.roles()
  ;[web, conductor, depot] = [urls.web, urls.conductor, urls.depot].map(openDatabase)
  await prisma().node.create({ data: { id: nodeId, name: 'n1', address: '10.0.0.7', protocol: 'redfish' } })
})
beforeEach(async () => {
  await prisma().image.deleteMany()
  imageId = (await prisma().image.create({ data: { name: 'debian-12.8.0.iso', state: 'ready', bytes: 1000, by: 'ada', byKind: 'person' } })).id
})
afterAll(() => Promise.all([web, conductor, depot].map((db) => db!.close())))

const make = (more: Partial<Parameters<typeof createImageLink>[0]> = {}) =>
  createImageLink({ imageId, nodeId, bmcAddress: '10.0.0.7', protocol: 'http', minutes: 60, ...more }, conductor)
const nothing: Omit<LinkCounts, 'id'> = {
  bytes: 0, requests: 0, bytesPerSecond: 0, touched: Buffer.alloc(32), firstReadAt: null, lastReadAt: null, via: null, agent: null, refusedAddress: null, refusedAt: null,
}

describe('a link', () => {
  it('is found by its token, which is stored nowhere', async () => {
    const { id, token, name } = await make()
    expect(token).toMatch(/^[a-z2-7]{26}$/)
    expect(name).toBe('debian-12-8-0.iso')
    expect(await findLinkByToken(depot!, hashLinkToken(token))).toMatchObject({ id, imageId, name, bmcAddress: '10.0.0.7', bytes: 1000, revokedAt: null })
    const { rows } = await test.db.pool.query('SELECT l::text AS line FROM "ImageLink" l')
    expect(JSON.stringify(rows)).not.toContain(token)
    await expect(web!.pool.query('SELECT "tokenHash" FROM "ImageLink"')).rejects.toMatchObject({ code: '42501' })
    await expect(web!.pool.query(`UPDATE "ImageLink" SET "expiresAt" = now() + interval '1 year'`)).rejects.toMatchObject({ code: '42501' })
    await expect(depot!.pool.query(`UPDATE "ImageLink" SET "bmcAddress" = '10.0.0.9'`)).rejects.toMatchObject({ code: '42501' })
  })

  it('is not made to an image that is not ready', async () => {
    await prisma().image.updateMany({ data: { state: 'checking' } })
    await expect(make()).rejects.toMatchObject({ code: 'image-not-ready' })
  })

  it('sums what is told of it, and says when it was read first and last', async () => {
    const { id } = await make()
    const [first, second] = [new Date('2026-11-30T10:00:00Z'), new Date('2026-11-30T10:05:00Z')]
    const touched = Buffer.alloc(32).fill(0xff, 0, 16)
    await addLinkCounts(depot!, [{ ...nothing, id, bytes: 400, requests: 3, bytesPerSecond: 80, touched, firstReadAt: first, lastReadAt: first, via: 'http', agent: 'httpfs2' }])
    await addLinkCounts(depot!, [{ ...nothing, id, bytes: 5, requests: 1, touched, firstReadAt: second, lastReadAt: second, refusedAddress: '10.0.0.9', refusedAt: second }])
    expect(await readImageLinks(nodeId, web)).toEqual([
      expect.objectContaining({
        id, imageName: 'debian-12.8.0.iso', imageBytes: 1000, bytesServed: 405, requests: 4, touchedPercent: 50, bytesPerSecond: 0,
        firstReadAt: first.toISOString(), lastReadAt: second.toISOString(), lastVia: 'http', lastAgent: 'httpfs2', refusedAddress: '10.0.0.9', refusedAt: second.toISOString(),
      }),
    ])
  })

  it('gives a rate only while it is read', async () => {
    const { id } = await make()
    await addLinkCounts(depot!, [{ ...nothing, id, bytes: 400, requests: 1, bytesPerSecond: 80, firstReadAt: new Date(), lastReadAt: new Date() }])
    expect((await readImageLink(id, conductor))?.bytesPerSecond).toBe(80)
    await test.db.pool.query(`UPDATE "ImageLink" SET "lastReadAt" = now() - interval '1 minute'`)
    expect((await readImageLink(id, conductor))?.bytesPerSecond).toBe(0)
  })

  it('ends once, lives longer only while it lives, and the depot is told', async () => {
    const { id } = await make()
    const told: string[] = []
    let heard = () => {}
    const news = new Promise<void>((resolve) => (heard = resolve))
    const line = listen(['image_link'], ({ payload }) => (told.push(payload), heard()), { url: depot!.url })
    await line.ready
    await revokeImageLink(id, conductor)
    await news
    await line.close()
    expect(told).toEqual([id])
    const [ended] = await findLinks(depot!, [id])
    expect(ended?.revokedAt).toBeInstanceOf(Date)
    await revokeImageLink(id, conductor)
    await extendImageLink(id, 600, conductor)
    expect(await findLinks(depot!, [id])).toEqual([ended])
  })

  it('is forgotten long after its end', async () => {
    const [old, living] = [await make(), await make()]
    await test.db.pool.query(`UPDATE "ImageLink" SET "revokedAt" = now() - interval '91 days' WHERE id = $1`, [old.id])
    await deleteOldImageLinks(conductor!, 90)
    expect(await readImageLink(old.id)).toBeNull()
    expect(await readImageLink(living.id)).not.toBeNull()
  })
})
