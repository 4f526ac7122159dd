import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request as httpRequest, type IncomingHttpHeaders, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { imageFiles, type ImageFiles } from '../image-files.ts'
import { permits, type Permits } from '../permits.ts'
import { linkOf, sourceOf } from '../testing/links.ts'
import { createImageServer } from './image-server.ts'

/** checklist 27: an image is served by an unguessable, expiring link to its BMC, and to nobody else. */

const token = 'abcdefghijklmnopqrstuv2345'
const size = 3_000_000
const image = randomBytes(size)
let folder: string
let [link, source] = [linkOf({}), sourceOf([])]
let links: Permits
let files: ImageFiles
let server: Server
let complaints: string[]
let agent: Agent

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'image-server-'))
  writeFileSync(join(folder, `${link.imageId}.iso`), image)
})
afterAll(() => rmSync(folder, { recursive: true }))
beforeEach(async () => {
  link = linkOf({ bytes: size })
  source = sourceOf([{ token, link }])
  links = permits(source)
  files = imageFiles(folder)
  complaints = []
  server = createImageServer({ permits: links, files, proof: 'proof', complain: (text) => complaints.push(text) })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  agent = new Agent({ keepAlive: true })
})
afterEach(async () => {
  agent.destroy()
  server.closeAllConnections()
  server.close()
  await files.close()
})

type Reply = { status: number; headers: IncomingHttpHeaders; body: Buffer }
const port = () => (server.address() as AddressInfo).port

function get(path: string, options: { method?: string; headers?: Record<string, string>; localAddress?: string } = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const asked = httpRequest({ host: '127.0.0.1', port: port(), path, agent, ...options }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) }))
      response.on('error', reject)
    })
    asked.on('error', reject).end()
  })
}

const path = `/i/${token}/debian.iso`

describe('a BMC', () => {
  it('reads the whole image, and parts of it, on one connection', async () => {
    let connections = 0
    server.on('connection', () => (connections += 1))
    expect((await get(path)).body.equals(image)).toBe(true)
    expect((await get(path, { headers: { range: 'bytes=1000-70999' } })).body.equals(image.subarray(1000, 71_000))).toBe(true)
    const head = await get(path, { method: 'HEAD' })
    expect([head.status, head.headers['content-length'], head.body.length]).toEqual([200, String(size), 0])
    expect(connections).toBe(1)
    await links.flush()
    expect(source.told).toEqual([expect.objectContaining({ bytes: size + 70_000, requests: 3, via: 'http' })])
  })

  it('gets several parts in one answer', async () => {
    const { status, headers, body } = await get(path, { headers: { range: 'bytes=0-99999,2000000-2299999' } })
    expect(status).toBe(206)
    expect(body.length).toBe(Number(headers['content-length']))
    expect(body.includes(image.subarray(0, 100_000))).toBe(true)
    expect(body.includes(image.subarray(2_000_000, 2_300_000))).toBe(true)
  })

  it('may be one of many that read at once', async () => {
    const offsets = Array.from({ length: 40 }, (_, i) => i * 70_000)
    const parts = await Promise.all(offsets.map((start) => get(path, { headers: { range: `bytes=${start}-${start + 65_535}` } })))
    expect(parts.every(({ body }, i) => body.equals(image.subarray(offsets[i]!, offsets[i]! + 65_536)))).toBe(true)
  })

  it('that leaves in the middle costs nothing and is no fault', async () => {
    await new Promise<void>((resolve) => {
      const socket = connect(port(), '127.0.0.1', () => socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`))
      socket.once('data', () => socket.destroy())
      socket.once('close', () => resolve())
    })
    expect((await get(path, { headers: { range: 'bytes=0-9' } })).body.equals(image.subarray(0, 10))).toBe(true)
    expect(complaints).toEqual([])
  })
})

describe('everybody else gets 404 without a word', () => {
  const denied = { status: 404, body: Buffer.alloc(0) }

  it.each([
    ['another token', `/i/zzzzzzzzzzzzzzzzzzzzzzzzzz/debian.iso`],
    ['another name', `/i/${token}/other.iso`],
    ['no name', `/i/${token}/`],
    ['the folder of links', '/i/'],
    ['the root', '/'],
    ['a climb', `/i/${token}/..%2fdebian.iso`],
    ['the file itself', `/11111111-1111-4111-8111-111111111111.iso`],
    ['a query', `${path}?x=1`],
    ['a wrong proof', '/health/poof'],
  ])('for %s', async (_what, wrong) => {
    expect(await get(wrong)).toMatchObject(denied)
    expect(await get(wrong, { method: 'POST' })).toMatchObject(denied)
  })

  it('from another address', async () => {
    expect(await get(path, { localAddress: '127.0.0.9' })).toMatchObject(denied)
    expect(await get(path, { localAddress: '127.0.0.9', headers: { 'x-forwarded-for': '127.0.0.1', forwarded: 'for=127.0.0.1' } })).toMatchObject(denied)
    expect((await get(path)).status).toBe(200)
  })

  it('with a link that expired, or was revoked while the connection stayed', async () => {
    expect((await get(path)).status).toBe(200)
    link.revokedAt = new Date()
    await links.flush()
    expect(await get(path)).toMatchObject(denied)
  })

  it('for an image whose file is gone, which is said here', async () => {
    link.imageId = '99999999-9999-4999-8999-999999999999'
    expect(await get(path)).toMatchObject(denied)
    expect(complaints).toEqual(['image 99999999-9999-4999-8999-999999999999: its file is missing'])
  })
})

it('answers 503 while the database is away and the link is not known', async () => {
  source.away = true
  expect(await get(path)).toMatchObject({ status: 503, headers: { 'retry-after': '5' } })
})

it('proves itself to the depot', async () => {
  expect(await get('/health/proof')).toMatchObject({ status: 200 })
})

it('never sends chunks, compression, a redirect or a cookie', async () => {
  for (const headers of [{}, { range: 'bytes=0-9' }, { 'accept-encoding': 'gzip, br' }]) {
    const reply = await get(path, { headers: headers as Record<string, string> })
    for (const name of ['transfer-encoding', 'content-encoding', 'location', 'set-cookie', 'vary']) expect(reply.headers).not.toHaveProperty(name)
  }
})

it('says of a file that is shorter than it was that it is, and breaks the answer off', async () => {
  const short = '88888888-8888-4888-8888-888888888888'
  writeFileSync(join(folder, `${short}.iso`), image)
  link.imageId = short
  expect((await get(path, { method: 'HEAD' })).status).toBe(200)
  writeFileSync(join(folder, `${short}.iso`), image.subarray(0, 1000))
  await expect(get(path)).rejects.toThrow()
  expect(complaints[0]).toMatch(/the file ends at 1000, before its 3000000 bytes/)
})
