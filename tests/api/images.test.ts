import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { depotFolderName, depotSocketName } from '#lib/config/relay.ts'
import { readAudit } from '#lib/db/audit.ts'
import { openDatabase, prisma, type Database } from '#lib/db/client.ts'
import { writeSetting } from '#lib/db/settings.ts'
import { usualImageLimits } from '#lib/domain/image-space.ts'
import { createDepot, listenAt } from '#lib/media/depot.ts'
import { startLibrary, type Library } from '#lib/media/library.ts'
import { makeIso } from '#lib/media/testing/make-iso.ts'
import { withDatabase } from '../database.ts'
import { addNode, bearer, call, withSite } from './fixture.ts'

/** The library as its door sees it, with a true depot behind it, under the depot's own role. */

const dataFolder = vi.hoisted(() => (process.env['DATA_DIR'] = `/tmp/images-api-${process.pid}-${Date.now()}`))
const test = withDatabase()
const { tokens } = withSite()
const folder = mkdtempSync(join(tmpdir(), 'library-'))
const socket = join(dataFolder, depotFolderName, depotSocketName)

let depotsDatabase: Database
let library: Library
let depot: Server
beforeAll(async () => {
  const { mkdirSync } = await import('node:fs')
  mkdirSync(join(dataFolder, depotFolderName), { recursive: true })
  depotsDatabase = openDatabase((await test.roles()).depot)
  library = startLibrary({ db: depotsDatabase, folder, complain: (text) => expect.fail(text) })
  depot = createDepot(library)
  await listenAt(depot, socket)
})
afterAll(async () => {
  depot.closeAllConnections()
  depot.close()
  await library.close()
  await depotsDatabase.close()
  rmSync(folder, { recursive: true, force: true })
  rmSync(dataFolder, { recursive: true, force: true })
})
beforeEach(async () => {
  await prisma().image.deleteMany()
  await writeSetting('images', { ...usualImageLimits, reservePercent: 0 })
})

type Answer = { status: number; body: Record<string, unknown> & { id: string; message: string } }
const ask = async (method: string, path: string, body?: unknown, token = tokens.admin): Promise<Answer> => {
  const answer = await call(path, { method, headers: bearer(token), ...(body === undefined ? {} : { body }) })
  return { status: answer.status, body: (answer.status === 204 ? {} : await answer.json()) as Answer['body'] }
}
const post = (body: unknown) => ask('POST', '/api/images', body)

/** As a browser or curl sends it; `call` of the fixture sends text. */
async function send(id: string, offset: number, bytes: Buffer, headers: Record<string, string> = {}): Promise<Answer> {
  const { PATCH } = await import('../../app/api/images/[id]/bytes/route.ts')
  const request = new Request(`http://127.0.0.1:3000/api/images/${id}/bytes`, {
    method: 'PATCH',
    headers: { host: '127.0.0.1:3000', 'content-type': 'application/octet-stream', 'content-length': String(bytes.length), 'upload-offset': String(offset), 'x-request-id': 'r1', ...bearer(tokens.admin), ...headers },
    body: new Uint8Array(bytes),
  })
  const answer = await PATCH(request, { params: Promise.resolve({ id }) })
  return { status: answer.status, body: (await answer.json()) as Answer['body'] }
}
const ready = (id: string) => vi.waitFor(async () => expect((await ask('GET', `/api/images/${id}`)).body).toMatchObject({ state: 'ready' }), 10_000)
const sumOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

async function upload(name: string, iso = makeIso()): Promise<string> {
  const { id } = (await post({ name, bytes: iso.length })).body
  expect((await send(id, 0, iso)).body).toEqual({ received: iso.length, state: 'checking' })
  await ready(id)
  return id
}

describe('an upload', () => {
  it('is announced, sent in pieces, listed when it is checked, and told in the audit', async () => {
    const iso = makeIso({ label: 'ROCKY' })
    const { status, body } = await post({ name: 'rocky.iso', bytes: iso.length, sha256: sumOf(iso).toUpperCase() })
    expect([status, body]).toEqual([201, expect.objectContaining({ name: 'rocky.iso', state: 'uploading', received: 0 })])
    expect(await send(body.id, 0, iso.subarray(0, 70_000))).toMatchObject({ status: 200, body: { received: 70_000, state: 'uploading' } })
    const list = (await ask('GET', '/api/images')).body
    expect(list).toMatchObject({ images: [], coming: [{ id: body.id, received: 70_000 }], usedBytes: iso.length, space: { freeBytes: expect.any(Number) as number } })
    await send(body.id, 70_000, iso.subarray(70_000))
    await ready(body.id)
    const [image] = (await ask('GET', '/api/images')).body['images'] as Record<string, unknown>[]
    expect(image).toMatchObject({ sha256: sumOf(iso), facts: { label: 'ROCKY' }, by: 'admin', usedBy: [] })
    const rows = await readAudit({ action: 'image-upload', limit: 2 })
    expect(rows.map(({ outcome, target }) => [outcome, target])).toEqual([['ok', 'rocky.iso'], ['intent', 'rocky.iso']])
    expect(rows[0]!.requestId).toBe(rows[1]!.requestId)
  })

  it('is gone on with by whoever has the same file, and by nobody else', async () => {
    const iso = makeIso()
    const asked = { name: 'rocky.iso', bytes: iso.length, mark: 'm1' }
    const { id } = (await post(asked)).body
    await send(id, 0, iso.subarray(0, 1_000))
    expect((await post(asked)).body).toMatchObject({ id, received: 1_000 })
    for (const other of [{ ...asked, mark: 'm2' }, { ...asked, bytes: 5 }, { name: 'rocky.iso', bytes: iso.length }]) expect(await post(other)).toMatchObject({ status: 409, body: { code: 'name-taken' } })
  })

  it('tells what the depot refuses as it is', async () => {
    const { id } = (await post({ name: 'rocky.iso', bytes: 10 })).body
    expect(await send(id, 5, Buffer.alloc(2))).toMatchObject({ status: 409, body: { code: 'wrong-offset' } })
    expect(await send(id, 0, Buffer.alloc(11))).toMatchObject({ status: 413, body: { code: 'too-large' } })
    expect(await send(id, 0, Buffer.alloc(1), { 'upload-offset': '-1' })).toMatchObject({ status: 400, body: { field: 'upload-offset' } })
    expect(await send(id, 0, Buffer.alloc(1), { 'content-type': 'text/plain' })).toMatchObject({ status: 415 })
    expect(await send(id, 0, Buffer.alloc(1), { 'content-length': '100000000' })).toMatchObject({ status: 413 })
    expect(await send('6f1c3f6e-3c0b-4f7e-9d3e-000000000001', 0, Buffer.alloc(1))).toMatchObject({ status: 404, body: { code: 'unknown-image' } })
  })

  it('is cut off at 64 MiB where no length was said, and what came before counts', async () => {
    const { id } = (await post({ name: 'rocky.iso', bytes: 1024 ** 3 })).body
    let sent = 0
    const endless = new ReadableStream<Uint8Array>({ pull: (controller) => (controller.enqueue(new Uint8Array(1024 * 1024)), void (sent += 1)) })
    const { PATCH } = await import('../../app/api/images/[id]/bytes/route.ts')
    const headers = { host: '127.0.0.1:3000', 'content-type': 'application/octet-stream', 'upload-offset': '0', ...bearer(tokens.admin) }
    const request = new Request(`http://127.0.0.1:3000/api/images/${id}/bytes`, { method: 'PATCH', headers, body: endless, duplex: 'half' } as RequestInit)
    expect((await PATCH(request, { params: Promise.resolve({ id }) })).status).toBe(413)
    expect(sent).toBeLessThan(80)
    await vi.waitFor(async () => expect(Number((await ask('GET', `/api/images/${id}`)).body['received'])).toBeGreaterThan(0))
  })

  it('is refused in words where it does not fit, at its announcement (checklist 20)', async () => {
    await writeSetting('images', { ...usualImageLimits, reservePercent: 0, quotaBytes: 1_000_000 })
    await post({ name: 'a.iso', bytes: 900_000 })
    expect(await post({ name: 'b.iso', bytes: 200_000 })).toMatchObject({ status: 507, body: { code: 'quota', message: expect.stringMatching(/195 KiB are needed and 97\.7 KiB are left of the library's quota: remove an image/) as string } })
    await writeSetting('images', { ...usualImageLimits, reservePercent: 0 })
    expect(await post({ name: 'c.iso', bytes: 1024 ** 4 })).toMatchObject({ status: 507, body: { code: 'disk-full', message: expect.stringMatching(/1\.0 TiB are needed and .* on the depot's disk above the 0 %/) as string } })
    const both = await Promise.all(['d.iso', 'e.iso'].map(async (name) => (await post({ name, bytes: 10 })).status))
    expect(both).toEqual([201, 201])
  })

  it.each(['rocky', 'rocky.img', '../rocky.iso', 'a/b.iso', '.iso', '-a.iso', 'a b.iso', 'ä.iso', `${'a'.repeat(80)}.iso`, 'a.iso\n'])('is not called %j', async (name) => {
    expect(await post({ name, bytes: 1 })).toMatchObject({ status: 400, body: { field: 'name' } })
  })
})

describe('removing', () => {
  it('takes the file too, and says who did it', async () => {
    const id = await upload('rocky.iso')
    expect(readdirSync(folder)).toEqual([`${id}.iso`])
    expect((await ask('DELETE', `/api/images/${id}`)).status).toBe(204)
    await vi.waitFor(() => expect(readdirSync(folder)).toEqual([]))
    expect((await ask('DELETE', `/api/images/${id}`)).status).toBe(404)
    expect((await readAudit({ action: 'image-remove', limit: 1 }))[0]).toMatchObject({ target: 'rocky.iso', actor: 'admin', outcome: 'ok' })
  })

  it('is refused while a BMC may read it, which stands in the audit', async () => {
    const id = await upload('rocky.iso')
    await addNode(tokens.admin, 'n1')
    const node = await prisma().node.findUniqueOrThrow({ where: { name: 'n1' } })
    const link = await prisma().imageLink.create({
      data: { imageId: id, nodeId: node.id, name: 'rocky.iso', bmcAddress: '10.4.0.7', tokenHash: 'x', protocol: 'http', expiresAt: new Date(Date.now() + 60_000) },
    })
    expect((await ask('GET', `/api/images/${id}`)).body['usedBy']).toEqual(['n1'])
    expect(await ask('DELETE', `/api/images/${id}`)).toMatchObject({ status: 409, body: { code: 'image-used', message: 'rocky.iso is mounted at n1: eject it there first' } })
    expect((await readAudit({ action: 'image-remove', limit: 1 }))[0]).toMatchObject({ outcome: 'refused', detail: { nodes: 'n1', code: 'image-used' } })
    await prisma().imageLink.update({ where: { id: link.id }, data: { revokedAt: new Date() } })
    expect((await ask('DELETE', `/api/images/${id}`)).status).toBe(204)
  })
})

describe('fetching by URL', () => {
  const fetchIt = (url: string, name?: string) => ask('POST', '/api/images/fetches', { url, ...(name === undefined ? {} : { name }) })

  it.each([
    ['http://127.0.0.1/a.iso', 403],
    ['http://169.254.169.254/a.iso', 403],
    ['https://evil.example.org/a.iso', 403],
    ['https://boot.netboot.xyz@evil.example.org/a.iso', 400],
    ['https://boot.netboot.xyz.evil.example.org/a.iso', 403],
    ['file:///etc/passwd', 400],
    ['gopher://boot.netboot.xyz/a.iso', 400],
    ['nonsense', 400],
  ])('refuses %s (checklist 30)', async (url, status) => {
    expect((await fetchIt(url, 'x.iso')).status).toBe(status)
    expect(await prisma().image.count()).toBe(0)
  })

  it('keeps the refusal in the audit, and names what is missing in the list', async () => {
    const { body } = await fetchIt('https://evil.example.org/a.iso?token=canary')
    expect(body.message).toMatch(/^url: evil\.example\.org is not among the places/)
    const [row] = await readAudit({ action: 'image-fetch', limit: 1 })
    expect(row).toMatchObject({ outcome: 'refused', target: 'https://evil.example.org/a.iso', detail: { code: 'not-allowed' } })
    expect(JSON.stringify(row)).not.toContain('canary')
  })

  it('needs a name where the address has none', async () => {
    expect(await fetchIt('https://boot.netboot.xyz/')).toMatchObject({ status: 400, body: { field: 'name' } })
  })
})

describe('the limits', () => {
  const patch = (body: unknown) => ask('PATCH', '/api/images/limits', body)

  it('are changed one by one, written plainly, with a row each', async () => {
    expect((await patch({ quotaBytes: 5_000_000 })).body).toMatchObject({ quotaBytes: 5_000_000, reservePercent: 0 })
    expect((await patch({ fetchFrom: [' Mirror.Example.org ', 'mirror.example.org'] })).body).toMatchObject({ quotaBytes: 5_000_000, fetchFrom: ['mirror.example.org'] })
    expect((await readAudit({ action: 'settings-change', limit: 1 }))[0]).toMatchObject({ target: 'images', detail: { fetchFrom: ['mirror.example.org'] } })
  })

  it('refuse what is no place', async () => {
    expect(await patch({ fetchFrom: ['http://x'] })).toMatchObject({ status: 400, body: { field: 'fetchFrom' } })
    expect((await patch({ reservePercent: 91 })).status).toBe(400)
    expect((await patch({})).status).toBe(400)
  })
})

it('says that the depot is away, and shows the library all the same', async () => {
  depot.closeAllConnections()
  depot.close()
  expect(await post({ name: 'rocky.iso', bytes: 1 })).toMatchObject({ status: 503, body: { code: 'depot-away' } })
  expect((await ask('GET', '/api/images')).body).toMatchObject({ images: [], space: null })
  depot = createDepot(library)
  await listenAt(depot, socket)
})
