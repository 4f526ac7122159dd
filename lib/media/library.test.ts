import { createHash, randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { withDatabase } from '../../tests/database.ts'
import { prisma } from '#lib/db/client.ts'
import { deleteImage, findImage, insertImage, type NewImage } from '#lib/db/images.ts'
import { listen } from '#lib/db/listen.ts'
import { writeSetting } from '#lib/db/settings.ts'
import { usualImageLimits } from '#lib/domain/image-space.ts'
import { startLibrary, type Library, type LibraryOptions } from './library.ts'
import { makeIso } from './testing/make-iso.ts'

/** checklist 20 and 30, over the depot's own folder and a true database. */

const test = withDatabase()
let folder: string
let library: Library
const complaints: string[] = []

const start = (options: Partial<LibraryOptions> = {}) => (library = startLibrary({ db: test.db, folder, complain: (text) => complaints.push(text), everyMs: 60_000, ...options }))

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'images-'))
  complaints.length = 0
  await prisma().image.deleteMany()
  await writeSetting('images', { ...usualImageLimits, reservePercent: 0 })
  start()
})
afterEach(async () => {
  await library.close()
  rmSync(folder, { recursive: true, force: true })
  expect(complaints).toEqual([])
})

const sumOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
const asked = (more: Partial<NewImage>): NewImage => ({ name: 'rocky.iso', bytes: null, expectedSha256: null, mark: null, source: null, by: 'ada', byKind: 'person', ip: '192.0.2.1', requestId: 'r1', ...more })
const begin = async (more: Partial<NewImage>) => (await prisma().$transaction((tx) => insertImage(tx, asked(more))))!.id
const until = (id: string, state: string) =>
  vi.waitFor(async () => {
    const image = (await findImage(id))!
    expect(image.state).toBe(state)
    return image
  }, 10_000)

async function* inChunks(bytes: Buffer, size = 5_000) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
const send = (id: string, bytes: Buffer, offset = 0) => library.receive({ id, offset, length: bytes.length, body: inChunks(bytes) })
const rows = async (outcome: string) => (await test.db.pool.query<{ body: string }>(`SELECT body FROM "Audit" WHERE outcome = $1 ORDER BY seq DESC LIMIT 1`, [outcome])).rows.map(({ body }) => JSON.parse(body) as { action: string; target: string; actor: string; requestId: string; detail: Record<string, unknown> })

describe('an upload', () => {
  it('comes in pieces, is looked at and summed, and then lies in its place', async () => {
    const iso = makeIso({ label: 'ROCKY' })
    const id = await begin({ bytes: iso.length, expectedSha256: sumOf(iso) })
    expect(await send(id, iso.subarray(0, 100_000))).toEqual({ received: 100_000, state: 'uploading' })
    expect(existsSync(library.folder.fileOf(id))).toBe(false)
    expect(await send(id, iso.subarray(100_000), 100_000)).toEqual({ received: iso.length, state: 'checking' })
    const image = await until(id, 'ready')
    expect(image).toMatchObject({ sha256: sumOf(iso), bytes: iso.length, facts: { label: 'ROCKY', bootEntries: [{ platform: 'bios' }, { platform: 'uefi' }] } })
    expect((await readFile(library.folder.fileOf(id))).equals(iso)).toBe(true)
    expect(statSync(library.folder.fileOf(id)).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder)).toEqual([`${id}.iso`])
    expect(await rows('ok')).toMatchObject([{ action: 'image-upload', target: 'rocky.iso', actor: 'ada', requestId: 'r1', detail: { sha256: sumOf(iso), bytes: iso.length } }])
    await expect(send(id, iso)).rejects.toMatchObject({ code: 'not-uploading', status: 409 })
  })

  it('goes on after what came of a piece that was cut off, and writes an earlier place anew', async () => {
    const iso = makeIso()
    const id = await begin({ bytes: iso.length })
    async function* cut() {
      yield iso.subarray(0, 7_000)
      throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' })
    }
    await expect(library.receive({ id, offset: 0, length: null, body: cut() })).rejects.toThrow('aborted')
    expect((await findImage(id))!.received).toBe(7_000)
    await expect(send(id, iso.subarray(8_000), 8_000)).rejects.toMatchObject({ code: 'wrong-offset', status: 409 })
    await send(id, Buffer.alloc(3_000, 'x'), 7_000)
    await send(id, iso.subarray(7_000), 7_000)
    expect((await until(id, 'ready')).sha256).toBe(sumOf(iso))
  })

  it('goes on after the depot was killed, from what was certain', async () => {
    const iso = makeIso()
    const id = await begin({ bytes: iso.length })
    await send(id, iso.subarray(0, 50_000))
    await library.close()
    // What a kill may leave: bytes that nobody was told of.
    writeFileSync(library.folder.partOf(id), Buffer.concat([iso.subarray(0, 50_000), Buffer.alloc(9_000, 'y')]))
    start()
    await send(id, iso.subarray(50_000), 50_000)
    expect((await until(id, 'ready')).sha256).toBe(sumOf(iso))
  })

  it('takes one piece at a time, and no more than was announced', async () => {
    const iso = makeIso()
    const id = await begin({ bytes: iso.length })
    let letGo = () => {}
    async function* slow() {
      yield iso.subarray(0, 10)
      await new Promise<void>((resolve) => (letGo = resolve))
    }
    const first = library.receive({ id, offset: 0, length: null, body: slow() })
    await vi.waitFor(() => expect(existsSync(library.folder.partOf(id))).toBe(true))
    await expect(send(id, iso)).rejects.toMatchObject({ code: 'busy', status: 409 })
    await vi.waitFor(() => (letGo(), first))
    await expect(send(id, Buffer.concat([iso, Buffer.alloc(1)]), 0)).rejects.toMatchObject({ code: 'too-large', status: 413 })
    await expect(library.receive({ id, offset: 10, length: null, body: inChunks(Buffer.alloc(iso.length)) })).rejects.toMatchObject({ code: 'too-large' })
    await expect(send(randomUUID(), iso)).rejects.toMatchObject({ code: 'unknown-image', status: 404 })
  })

  it.each([
    ['no image at all', () => Buffer.alloc(300_000, 'z'), {}, { code: 'not-an-image' }],
    ['one that was cut off', () => makeIso({ bytes: 400_000 }).subarray(0, 200_000), {}, { code: 'truncated' }],
    ['one with another sum', () => makeIso(), { expectedSha256: 'ab'.repeat(32) }, { code: 'checksum' }],
  ])('refuses %s, and keeps nothing of it', async (_, make, more, failure) => {
    const bytes = make()
    const id = await begin({ bytes: bytes.length, ...more })
    await send(id, bytes)
    expect((await until(id, 'failed')).failure).toMatchObject(failure)
    await vi.waitFor(() => expect(readdirSync(folder)).toEqual([]))
    expect(await rows('failed')).toMatchObject([{ action: 'image-upload', target: 'rocky.iso', detail: failure }])
    // Its name is free again.
    expect(await begin({ bytes: 1 })).not.toBe(id)
  })

  it('is refused with the reserve reached, and goes on when there is room', async () => {
    const iso = makeIso()
    const id = await begin({ bytes: iso.length })
    await send(id, iso.subarray(0, 1_000))
    await writeSetting('images', { ...usualImageLimits, reservePercent: 90 })
    const { totalBytes, freeBytes } = await library.folder.space()
    if (freeBytes < totalBytes * 0.9) {
      await expect(send(id, iso.subarray(1_000), 1_000)).rejects.toMatchObject({ status: 507, message: expect.stringMatching(/^rocky\.iso: .* are needed and 0 B are left .* above the 90 % that stay free.*make room/) as string })
      expect((await findImage(id))!).toMatchObject({ state: 'uploading', received: 1_000 })
    }
    await writeSetting('images', { ...usualImageLimits, reservePercent: 0 })
    await send(id, iso.subarray(1_000), 1_000)
    await until(id, 'ready')
  })
})

describe('what lies on the disk', () => {
  it('is swept at the start where no row wants it, and kept where one does', async () => {
    const iso = makeIso()
    const id = await begin({ bytes: iso.length })
    await send(id, iso.subarray(0, 1_000))
    await library.close()
    const [part, whole] = [randomUUID(), randomUUID()]
    writeFileSync(join(folder, `${part}.part`), 'x')
    writeFileSync(join(folder, `${whole}.iso`), 'x')
    start()
    await vi.waitFor(() => expect(readdirSync(folder)).toEqual([`${id}.part`]))
  })

  it('goes when its image is removed, before it is ready and after', async () => {
    const iso = makeIso()
    const [coming, ready] = [await begin({ bytes: iso.length }), await begin({ name: 'b.iso', bytes: iso.length })]
    await send(coming, iso.subarray(0, 1_000))
    await send(ready, iso)
    await until(ready, 'ready')
    for (const id of [coming, ready]) await prisma().$transaction((tx) => deleteImage(tx, id))
    await vi.waitFor(() => expect(readdirSync(folder)).toEqual([]))
    await expect(send(coming, iso.subarray(1_000), 1_000)).rejects.toMatchObject({ status: 404 })
  })

  it('is checked again where the depot died in between: before it was moved, and after', async () => {
    const iso = makeIso()
    await library.close()
    const ids = await Promise.all(['a.iso', 'b.iso', 'c.iso', 'd.iso'].map((name) => begin({ name, bytes: iso.length })))
    await prisma().image.updateMany({ where: { name: { not: 'd.iso' } }, data: { state: 'checking', received: iso.length } })
    writeFileSync(library.folder.partOf(ids[0]!), iso)
    writeFileSync(library.folder.fileOf(ids[1]!), iso)
    // Its last byte was told of, and no more.
    await prisma().image.updateMany({ where: { name: 'd.iso' }, data: { received: iso.length } })
    writeFileSync(library.folder.partOf(ids[3]!), iso)
    start()
    for (const at of [0, 1, 3]) expect((await until(ids[at]!, 'ready')).sha256).toBe(sumOf(iso))
    expect((await until(ids[2]!, 'failed')).failure).toEqual({ code: 'disk', text: 'its file is gone' })
  })

  it('is looked at when something changes, and not again and again', async () => {
    let notices = 0
    const ears = listen(['images'], () => (notices += 1), { url: test.url })
    await ears.ready
    for (const name of ['a.iso', 'b.iso']) await begin({ name, bytes: 10 })
    await vi.waitFor(() => expect(notices).toBeGreaterThan(1))
    const before = notices
    // Whoever answers a notice with a notice has sent thousands by now.
    for (let looks = 0; looks < 20; looks += 1) await test.db.pool.query('SELECT pg_sleep(0.02)')
    expect(notices).toBe(before)
    await ears.close()
  })

  it('is given up a day after anybody went on with it', async () => {
    const iso = makeIso()
    const id = await begin({ bytes: iso.length })
    await send(id, iso.subarray(0, 1_000))
    await prisma().image.updateMany({ data: { movedAt: new Date(Date.now() - 25 * 3_600_000) } })
    library.wake()
    expect((await until(id, 'failed')).failure).toMatchObject({ code: 'abandoned' })
    await vi.waitFor(() => expect(readdirSync(folder)).toEqual([]))
  })
})

describe('a fetch', () => {
  let server: Server
  let port: number
  let paths: string[]
  const iso = makeIso({ label: 'NETBOOT', bytes: 2_000_000 })
  let isBroken = false

  beforeEach(async () => {
    paths = []
    isBroken = false
    server = createServer((request, response) => {
      const range = request.headers.range
      paths.push(`${request.url}${range === undefined ? '' : ` ${range}`}`)
      if (request.url === '/moved.iso') return response.writeHead(302, { location: `http://127.0.0.1:${port}/a.iso` }).end()
      if (request.url === '/away.iso') return response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end()
      if (request.url === '/round.iso') return response.writeHead(302, { location: '/round.iso' }).end()
      if (request.url === '/packed.iso') return response.writeHead(200, { 'content-encoding': 'gzip' }).end('x')
      if (!request.url!.startsWith('/a.iso')) return response.writeHead(404).end()
      const from = range === undefined ? 0 : Number(/\d+/.exec(range)![0])
      const head = { etag: '"1"', 'accept-ranges': 'bytes', 'content-length': iso.length - from }
      if (from > 0) response.writeHead(206, { ...head, 'content-range': `bytes ${from}-${iso.length - 1}/${iso.length}` })
      else response.writeHead(200, head)
      if (!isBroken) return response.end(iso.subarray(from))
      isBroken = false
      return response.write(iso.subarray(0, 300_000), () => response.destroy())
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    port = (server.address() as AddressInfo).port
    await library.close()
    start({ fetch: { pauseMs: 1, resolve: async (host) => [{ address: host === 'mirror.test' ? '127.0.0.1' : '10.1.2.3', family: 4 }] } })
    await allow(`127.0.0.1:${port}`)
  })
  afterEach(() => new Promise<void>((done) => (server.closeAllConnections(), server.close(() => done()))))

  const allow = (...fetchFrom: string[]) => writeSetting('images', { ...usualImageLimits, reservePercent: 0, fetchFrom })
  const fetchIt = (path: string, host = '127.0.0.1') => begin({ source: `http://${host}:${port}${path}` })

  it('comes by itself, is checked like any other, and keeps no query', async () => {
    const id = await fetchIt('/a.iso?signature=canary')
    expect(await until(id, 'ready')).toMatchObject({ sha256: sumOf(iso), facts: { label: 'NETBOOT' } })
    await vi.waitFor(async () => expect((await findImage(id))!.source).toBe(`http://127.0.0.1:${port}/a.iso`))
    expect(await rows('ok')).toMatchObject([{ action: 'image-fetch' }])
  })

  it('goes on where the line broke, and says which part it wants', async () => {
    isBroken = true
    expect((await until(await fetchIt('/a.iso'), 'ready')).sha256).toBe(sumOf(iso))
    expect(paths[0]).toBe('/a.iso')
    expect(paths[1]).toMatch(/^\/a\.iso bytes=[1-9]\d*-$/)
  })

  it('follows a redirect within the list, and none out of it', async () => {
    await until(await fetchIt('/moved.iso'), 'ready')
    const away = await begin({ name: 'away.iso', source: `http://127.0.0.1:${port}/away.iso` })
    expect((await until(away, 'failed')).failure).toEqual({ code: 'not-allowed', text: '169.254.169.254' })
    const round = await begin({ name: 'round.iso', source: `http://127.0.0.1:${port}/round.iso` })
    expect((await until(round, 'failed')).failure).toMatchObject({ code: 'refused' })
  })

  it.each([
    ['/none.iso', { code: 'refused', text: expect.stringContaining('HTTP 404') as string }],
    ['/packed.iso', { code: 'refused', text: expect.stringContaining('gzip') as string }],
  ])('says what the server said of %s', async (path, failure) => {
    expect((await until(await fetchIt(path), 'failed')).failure).toMatchObject(failure)
    await vi.waitFor(() => expect(readdirSync(folder)).toEqual([]))
  })

  it('asks nobody who is not listed, and no name that leads inside', async () => {
    await allow('mirror.test')
    expect((await until(await fetchIt('/a.iso'), 'failed')).failure).toMatchObject({ code: 'not-allowed' })
    await allow(`mirror.test:${port}`, `inside.test:${port}`)
    const loopback = await begin({ name: 'b.iso', source: `http://mirror.test:${port}/a.iso` })
    expect((await until(loopback, 'failed')).failure).toEqual({ code: 'not-allowed', text: 'mirror.test (127.0.0.1)' })
    const inside = await begin({ name: 'c.iso', source: `http://inside.test:${port}/a.iso` })
    expect((await until(inside, 'failed')).failure).toEqual({ code: 'not-allowed', text: 'inside.test (10.1.2.3)' })
    expect(paths).toEqual([])
    await allow(`mirror.test:${port}`, '127.0.0.0/8')
    await until(await begin({ name: 'd.iso', source: `http://mirror.test:${port}/a.iso` }), 'ready')
  })

  it('connects to the address that was looked at, whatever the name says next', async () => {
    await library.close()
    const answers = ['127.0.0.1', '10.1.2.3']
    start({ fetch: { pauseMs: 1, resolve: async () => [{ address: answers.shift()!, family: 4 }] } })
    await allow(`mirror.test:${port}`, '127.0.0.1')
    await until(await fetchIt('/a.iso', 'mirror.test'), 'ready')
    expect(answers).toEqual(['10.1.2.3'])
  })

  it('ends where the quota does', async () => {
    await writeSetting('images', { quotaBytes: 1_000_000, reservePercent: 0, fetchFrom: [`127.0.0.1:${port}`] })
    const failed = await until(await fetchIt('/a.iso'), 'failed')
    expect(failed.failure).toMatchObject({ code: 'quota', text: expect.stringMatching(/1\.9 MiB are needed and 977 KiB are left of the library's quota/) as string })
  })
})
