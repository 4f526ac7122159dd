import { createHash } from 'node:crypto'
import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makeIso } from '../lib/media/testing/make-iso.ts'
import { residentMibOf } from './process-cost.ts'

/**
 * An upload through the whole product, as a browser sends it: how much memory web and the depot take for it (it must be none that grows
 * with the image), and how fast it goes. Linux: reads /proc.
 */
const { values } = parseArgs({ options: { gib: { type: 'string', default: '4' }, piece: { type: 'string', default: '48' } } })
const mib = 1024 * 1024
const bytes = Math.round(Number(values.gib) * 1024) * mib
const pieceBytes = Number(values.piece) * mib
const root = process.cwd()
const allowedMib = 96

const port = await new Promise<number>((done) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const { port } = probe.address() as AddressInfo
    probe.close(() => done(port))
  })
})
const dataDir = mkdtempSync(join(tmpdir(), 'image-upload-'))
chmodSync(dataDir, 0o755)
const env = { ...process.env, PORT: String(port), DATA_DIR: dataDir, DEPOT_HTTP_PORT: '0', DEPOT_HTTPS_PORT: '0', DEPOT_NFS_PORT: '0', DEPOT_PORTMAP_PORT: '0' }
const product = spawn(process.execPath, ['--import', 'tsx', 'start.ts'], { cwd: root, env, stdio: ['pipe', 'pipe', 'inherit'] })
const url = `http://127.0.0.1:${port}`

/** The processes of this product, by the file that each began with. */
const pidOf = (entry: string): number =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
        return line.includes(entry) && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`DATA_DIR=${dataDir}`) && readlinkSync(`/proc/${pid}/exe`) === process.execPath
      } catch {
        return false
      }
    })!

try {
  await new Promise<void>((done) => product.stdout.on('data', (chunk: Buffer) => chunk.toString().includes('ready in') && done()))
  const token = execFileSync(process.execPath, ['--import', 'tsx', 'token.ts', '--name', 'bench', '--role', 'admin'], { cwd: root, env, encoding: 'utf8' }).trim()
  const headers = { authorization: `Bearer ${token}` }
  const ask = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(`${url}${path}`, { ...init, headers: { ...headers, ...init.headers } })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (answer.status === 204 ? null : await answer.json()) as { id: string; state: string; sha256: string; received: number }
  }
  const pids = { web: pidOf('dist/server.js'), depot: pidOf('dist/depot.js') }

  // The head of a true image, then the same mebibytes again and again: its sum is known without keeping it.
  const head = makeIso({ label: 'BENCH', bytes: mib })
  head.writeUInt32LE(bytes / 2048, 16 * 2048 + 80)
  head.writeUInt32BE(bytes / 2048, 16 * 2048 + 84)
  const body = Buffer.alloc(pieceBytes, head)
  const hash = createHash('sha256')
  const announce = (name: string, size: number) => ask('/api/images', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name, bytes: size }) })
  const send = async (id: string, offset: number, piece: Uint8Array<ArrayBuffer>) =>
    ask(`/api/images/${id}/bytes`, { method: 'PATCH', headers: { 'content-type': 'application/octet-stream', 'upload-offset': String(offset) }, body: piece })
  const ready = async (id: string) => {
    for (;;) {
      const image = await ask(`/api/images/${id}`)
      if (image.state === 'ready') return image
      if (image.state === 'failed') throw new Error(JSON.stringify(image))
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  const idle = { web: residentMibOf(pids.web), depot: residentMibOf(pids.depot) }
  // Once small, so that what is loaded on first use is not counted.
  const small = Buffer.from(makeIso({ bytes: 64 * mib }))
  const first = await announce('first.iso', small.length)
  for (let at = 0; at < small.length; at += 16 * mib) await send(first.id, at, new Uint8Array(small.subarray(at, at + 16 * mib)))
  await ready(first.id)

  const before = { web: residentMibOf(pids.web), depot: residentMibOf(pids.depot) }
  const most = { ...before }
  const watch = setInterval(() => {
    for (const name of ['web', 'depot'] as const) most[name] = Math.max(most[name], residentMibOf(pids[name]))
  }, 100)
  const { id } = await announce('large.iso', bytes)
  const startedAt = performance.now()
  for (let at = 0; at < bytes; at += pieceBytes) {
    const piece = new Uint8Array(body.subarray(0, Math.min(pieceBytes, bytes - at)))
    hash.update(piece)
    await send(id, at, piece)
  }
  const sentMs = performance.now() - startedAt
  const image = await ready(id)
  clearInterval(watch)
  const sumMs = performance.now() - startedAt - sentMs
  if (image.sha256 !== hash.digest('hex')) throw new Error('the sum is another one')
  const grown = { web: most.web - before.web, depot: most.depot - before.depot }
  for (const name of ['web', 'depot'] as const) {
    console.log(`${name}: ${idle[name].toFixed(0)} MiB idle, ${before[name].toFixed(0)} MiB after a first upload of 64 MiB, ${most[name].toFixed(0)} MiB at most: ${grown[name].toFixed(0)} MiB for ${bytes / mib} MiB ${grown[name] <= allowedMib ? 'met' : 'short'}`)
  }
  console.log(`sent at ${(bytes / mib / (sentMs / 1000)).toFixed(0)} MiB/s, checked and summed in ${(sumMs / 1000).toFixed(1)} s`)
  process.exitCode = Math.max(grown.web, grown.depot) <= allowedMib ? 0 : 1
} finally {
  product.kill('SIGTERM')
  await new Promise((done) => product.once('exit', done))
  rmSync(dataDir, { recursive: true, force: true })
}
