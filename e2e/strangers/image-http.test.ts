import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createImageServer } from '#lib/media/http/image-server.ts'
import { imageFiles } from '#lib/media/image-files.ts'
import { permits } from '#lib/media/permits.ts'
import { linkOf, sourceOf } from '#lib/media/testing/links.ts'
import { isInstalled } from './ipmi-sim.ts'

/** nginx and our server with the same file under the same path: the same answer to everything that a BMC may ask, byte for byte. */

const token = 'abcdefghijklmnopqrstuv2345'
const path = `/i/${token}/debian.iso`
const imageId = '11111111-1111-4111-8111-111111111111'
const size = 300_001
const image = randomBytes(size)
const modified = new Date('2026-11-30T10:00:00Z')

const stamp = Math.floor(modified.getTime() / 1000)
const etag = `"${stamp.toString(16)}-${size.toString(16)}"`
const date = modified.toUTCString()
const [older, newer] = [new Date((stamp - 1) * 1000).toUTCString(), new Date((stamp + 1) * 1000).toUTCString()]

const ranges = [
  'bytes=0-0', 'bytes=0-499', 'bytes=500-999', `bytes=${size - 1}-${size - 1}`, `bytes=${size - 1}-`, 'bytes=0-', 'bytes=65536-131071', `bytes=100-${size * 2}`, `bytes=0-${size - 1}`, `bytes=0-${size}`,
  'bytes=-1', 'bytes=-2048', `bytes=-${size}`, `bytes=-${size + 1}`, 'bytes=-0', 'BYTES=1-2', 'Bytes=1-2', 'bytes= 1-2', 'bytes=1 - 2', 'bytes=- 5', 'bytes=1-2 ',
  `bytes=${size}-`, `bytes=${size}-${size}`, 'bytes=999999999-', 'bytes=99999999999999999999-', 'bytes=1-99999999999999999999', 'bytes=7-3', 'bytes=u-u', 'bytes=1', 'bytes=-', 'bytes=--1', 'bytes=1-2-3', 'bytes=1x-2', 'bytes=0x1-2', 'bytes=+1-2',
  'bytes', 'bytes=', 'bytes=,', 'bytes=1-2,', 'bytes=,1-2', 'bytes=1-2,x', 'items=0-1', 'bytes:0-1', 'bytes=0-0,-1', 'bytes=0-1, 500-502 ,-1', 'bytes=500-502,0-1', 'bytes=0-99,50-149', `bytes=${size}-,5-6`, 'bytes=-0,5-6', 'bytes=7-3,5-6', 'bytes=0-3,7-3',
  `bytes=0-200000,100000-${size - 1}`, 'bytes=0-,0-0', 'bytes=0-0,0-0', `bytes=${Array.from({ length: 200 }, (_, i) => `${i * 1000}-${i * 1000 + 9}`).join(',')}`, 'bytes=5-9,0-70000', 'bytes=0-0,0-', 'bytes=-1,-2,-3',
]

const conditions: Record<string, string>[] = [
  { 'if-none-match': etag }, { 'if-none-match': `W/${etag}` }, { 'if-none-match': '*' }, { 'if-none-match': `"x", ${etag}` }, { 'if-none-match': `"x",W/${etag} , "y"` }, { 'if-none-match': '"x"' }, { 'if-none-match': etag.slice(1, -1) },
  { 'if-modified-since': date }, { 'if-modified-since': newer }, { 'if-modified-since': older }, { 'if-modified-since': 'yesterday' }, { 'if-modified-since': date, 'if-none-match': '"x"' }, { 'if-modified-since': older, 'if-none-match': etag },
  { 'if-match': etag }, { 'if-match': '*' }, { 'if-match': `W/${etag}` }, { 'if-match': '"x"' }, { 'if-match': `"x", ${etag}` }, { 'if-match': '"x"', range: 'bytes=0-1' },
  { 'if-unmodified-since': date }, { 'if-unmodified-since': newer }, { 'if-unmodified-since': older }, { 'if-unmodified-since': 'yesterday' }, { 'if-unmodified-since': older, range: 'bytes=0-1' },
  ...[etag, `W/${etag}`, '"x"', date, older, newer, 'yesterday', '', '"', etag.slice(0, -1)].flatMap((value): Record<string, string>[] => [
    { 'if-range': value, range: 'bytes=0-1' }, { 'if-range': value, range: 'bytes=0-1,5-6' }, { 'if-range': value, range: 'bytes=999999999-' }, { 'if-range': value },
  ]),
  { 'if-none-match': etag, range: 'bytes=0-1' }, { 'if-none-match': '"x"', range: 'bytes=0-1' },
  { 'accept-encoding': 'gzip, deflate, br' }, { 'user-agent': 'httpfs2.c 0.1.5', range: 'bytes=0-2047' }, { connection: 'close' }, { connection: 'close', range: 'bytes=0-1' }, { te: 'trailers' }, { expect: '' },
]

type Ask = { method: string; headers: Record<string, string>; version?: '1.0' | '1.1' }
const asks: Ask[] = [
  ...['GET', 'HEAD'].flatMap((method) => [{ method, headers: {} }, ...ranges.map((range) => ({ method, headers: { range } })), ...conditions.map((headers) => ({ method, headers }))]),
  ...['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'].map((method) => ({ method, headers: { 'content-length': '0' } })),
  ...[{} as Record<string, string>, { range: 'bytes=5-9' }, { connection: 'keep-alive', range: 'bytes=5-9' }, { range: 'bytes=0-0,5-9' }].flatMap((headers) => ['GET', 'HEAD'].map((method): Ask => ({ method, headers, version: '1.0' }))),
]

type Reply = { status: number; headers: Record<string, string>; body: Buffer }

/** Asks by hand, on a connection of its own that is told to close unless the row says otherwise: no client in between mends anything. */
function ask(port: number, { method, headers, version = '1.1' }: Ask, target = path): Promise<Reply & { raw: string }> {
  const lines = Object.entries({ host: '127.0.0.1', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${method} ${target} HTTP/${version}\r\n${lines.join('')}\r\n`))
    const chunks: Buffer[] = []
    const finish = () => {
      const reply = parse(Buffer.concat(chunks), method)
      if (reply === null) return
      socket.destroy()
      resolve(reply)
    }
    socket.on('data', (chunk) => (chunks.push(chunk), finish()))
    socket.on('end', () => (finish(), reject(new Error(`${method} ${JSON.stringify(headers)}: the answer ends early`))))
    socket.on('error', reject)
  })
}

/** A whole answer, or null while some of it is missing. Neither server may use chunks, so its length is what it says. */
function parse(bytes: Buffer, method: string): (Reply & { raw: string }) | null {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return null
  const [first = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]))
  const status = Number(first.split(' ')[1])
  const length = method === 'HEAD' || status === 304 ? 0 : Number(headers['content-length'])
  if (bytes.length < end + 4 + length) return null
  return { status, headers, body: bytes.subarray(end + 4, end + 4 + length), raw: first }
}

/** What counts of an answer: all but the date, the server's name, the text of a refusal, and the boundary, which is each server's own. */
function essence({ status, headers, body }: Reply, method: string) {
  const boundary = /boundary=(\S+)/.exec(headers['content-type'] ?? '')?.[1]
  const plain = (text: string) => (boundary === undefined ? text : text.replaceAll(boundary, 'BOUNDARY'))
  const isRefusal = status >= 400
  const kept = ['content-range', 'etag', 'last-modified', 'accept-ranges', 'connection', 'content-encoding', 'transfer-encoding', 'location', 'set-cookie', ...(isRefusal ? [] : ['content-type', 'content-length'])]
  return {
    status,
    ...Object.fromEntries(kept.filter((name) => headers[name] !== undefined).map((name) => [name, plain(headers[name]!)])),
    body: isRefusal || method === 'HEAD' ? null : createHash('sha256').update(plain(body.toString('latin1')), 'latin1').digest('hex'),
  }
}

const hasNginx = isInstalled('nginx')
if (!hasNginx) console.log('image-http: skipped, nginx is not installed (apt-get install nginx-light)')

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

describe.skipIf(!hasNginx)('beside nginx', () => {
  let folder: string
  let nginx: ChildProcess
  let ours: Server
  const files = () => imageFiles(folder)
  let opened: ReturnType<typeof imageFiles>
  let [nginxPort, ourPort] = [0, 0]

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'image-http-'))
    chmodSync(folder, 0o755)
    mkdirSync(join(folder, 'i', token), { recursive: true })
    for (const file of [join(folder, `${imageId}.iso`), join(folder, 'i', token, 'debian.iso')]) {
      writeFileSync(file, image)
      utimesSync(file, modified, modified)
    }
    nginxPort = await freePort()
    writeFileSync(
      join(folder, 'nginx.conf'),
      `daemon off; pid ${folder}/nginx.pid; error_log stderr crit; worker_processes 1; ${process.getuid?.() === 0 ? 'user root;' : ''}
      events {} http { access_log off; default_type application/octet-stream; ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
      server { listen 127.0.0.1:${nginxPort}; root ${folder}; } }\n`,
    )
    nginx = spawn('nginx', ['-c', join(folder, 'nginx.conf'), '-p', folder], { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` } })
    opened = files()
    const link = linkOf({ imageId, bytes: size })
    ours = createImageServer({ permits: permits(sourceOf([{ token, link }])), files: opened, proof: 'x', complain: (text) => console.error(text) })
    await new Promise<void>((resolve) => ours.listen(0, '127.0.0.1', resolve))
    ourPort = (ours.address() as AddressInfo).port
    for (let i = 0; ; i += 1) {
      if (await ask(nginxPort, { method: 'HEAD', headers: {} }).then(() => true, () => false)) break
      if (i > 100) throw new Error('nginx does not answer')
      await sleep(50)
    }
  })
  afterAll(async () => {
    nginx?.kill('SIGTERM')
    ours?.closeAllConnections()
    ours?.close()
    await opened?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test(`all ${asks.length} answers are the same`, async () => {
    const different: unknown[] = []
    for (const one of asks) {
      const [theirs, mine] = await Promise.all([ask(nginxPort, one), ask(ourPort, one)])
      const [a, b] = [essence(theirs, one.method), essence(mine, one.method)]
      if (JSON.stringify(a) !== JSON.stringify(b)) different.push({ asked: one, nginx: a, ours: b })
    }
    expect(different).toEqual([])
  })

  test('curl resumes, asks in parts and keeps its connection', async () => {
    const run = promisify(execFile)
    const url = (port: number) => `http://127.0.0.1:${port}${path}`
    const sum = (data: string | Buffer) => createHash('sha256').update(data).digest('hex')
    const get = async (port: number, ...args: string[]) => sum((await run('curl', ['-s', ...args, url(port)], { encoding: 'buffer', maxBuffer: 1 << 24 })).stdout)
    expect(await get(ourPort)).toBe(sum(image))
    expect(await get(ourPort, '-C', '1000')).toBe(sum(image.subarray(1000)))
    for (const args of [['-r', '0-9'], ['-r', '-10'], ['-r', '100-'], ['-z', date]]) expect(await get(ourPort, ...args)).toBe(await get(nginxPort, ...args))
    const { stderr } = await run('curl', ['-sv', '-o', '/dev/null', url(ourPort), '-o', '/dev/null', url(ourPort)])
    expect(stderr.match(/Connected to/g)).toHaveLength(1)
    expect(stderr).toMatch(/Re-using existing connection/)
  })
})
