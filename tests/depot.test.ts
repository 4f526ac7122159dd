import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { json } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { depotFolderName, depotSocketName } from '#lib/config/relay.ts'
import { prisma } from '#lib/db/client.ts'
import { findImage, insertImage, listImages } from '#lib/db/images.ts'
import { writeSetting } from '#lib/db/settings.ts'
import { usualImageLimits } from '#lib/domain/image-space.ts'
import { makeIso } from '#lib/media/testing/make-iso.ts'
import { withDatabase } from './database.ts'

/** checklist 20, with the depot as a process of its own: killed in the middle of an upload, and with a disk that fills up. */

const test = withDatabase()
let dataFolder: string
let depot: ChildProcess | null = null

const door = () => join(dataFolder, depotFolderName, depotSocketName)
/** Of images; how they are served is kept beside them. */
const files = () => readdirSync(join(dataFolder, 'images')).filter((name) => /\.(iso|part)$/.test(name))
const sumOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

async function startDepot(): Promise<void> {
  const env = { ...process.env, DATABASE_URL: (await test.roles()).depot, DATA_DIR: dataFolder, DEPOT_HTTP_PORT: '0', DEPOT_HTTPS_PORT: '0', DEPOT_NFS_PORT: '0', DEPOT_PORTMAP_PORT: '0' }
  depot = spawn(process.execPath, ['--import', 'tsx', resolve(import.meta.dirname, '../depot.ts')], { env, stdio: ['ignore', 'inherit', 'inherit'] })
  await vi.waitFor(async () => expect((await ask('GET', '/health')).status).toBe(200), 30_000)
}

async function kill(): Promise<void> {
  if (depot === null || depot.exitCode !== null || depot.signalCode !== null) return
  const ended = new Promise((done) => depot!.once('exit', done))
  depot.kill('SIGKILL')
  await ended
}

type Answer = { status: number; body: Record<string, unknown> }
const ask = (method: string, path: string, body?: Buffer): Promise<Answer> =>
  new Promise((done, fail) => {
    const asked = request({ socketPath: door(), method, path, agent: false, headers: body === undefined ? {} : { 'content-length': body.length } }, (answer) => json(answer).then((said) => done({ status: answer.statusCode!, body: said as Answer['body'] }), fail))
    asked.once('error', fail)
    asked.end(body)
  })
const send = (id: string, offset: number, bytes: Buffer) => ask('PATCH', `/images/${id}/bytes?offset=${offset}`, bytes)
const begin = async (name: string, bytes: number) =>
  (await prisma().$transaction((tx) => insertImage(tx, { name, bytes, expectedSha256: null, mark: null, source: null, by: 'ada', byKind: 'person', ip: null, requestId: null })))!.id
const ready = (id: string) => vi.waitFor(async () => expect(await findImage(id)).toMatchObject({ state: 'ready' }), 30_000)

beforeEach(async () => {
  dataFolder = mkdtempSync(join(tmpdir(), 'depot-'))
  await prisma().image.deleteMany()
  await writeSetting('images', { ...usualImageLimits, reservePercent: 0 })
})
afterEach(async () => {
  await kill()
  rmSync(dataFolder, { recursive: true, force: true })
})

describe('the depot', { timeout: 120_000 }, () => {
  it('killed in the middle of a piece shows nothing, sweeps what nobody wants, and goes on with what somebody does', async () => {
    const iso = makeIso({ label: 'KILLED', bytes: 6 * 1024 * 1024 })
    await startDepot()
    const [kept, unwanted] = [await begin('kept.iso', iso.length), await begin('unwanted.iso', iso.length)]
    await send(kept, 0, iso.subarray(0, 1_000_000))
    // Half of a piece is written when it is killed.
    for (const id of [kept, unwanted]) {
      const asked = request({ socketPath: door(), method: 'PATCH', path: `/images/${id}/bytes?offset=${id === kept ? 1_000_000 : 0}`, agent: false, headers: { 'content-length': 3_000_000 } })
      asked.on('error', () => {})
      asked.write(iso.subarray(id === kept ? 1_000_000 : 0, 2_500_000))
    }
    await vi.waitFor(() => expect(files().sort()).toEqual([`${kept}.part`, `${unwanted}.part`].sort()))
    await sleep(100)
    await kill()
    await prisma().image.delete({ where: { id: unwanted } })
    expect((await listImages()).map(({ name, state }) => [name, state])).toEqual([['kept.iso', 'uploading']])

    await startDepot()
    await vi.waitFor(() => expect(files()).toEqual([`${kept}.part`]), 10_000)
    const { received } = (await findImage(kept))!
    expect(received).toBe(1_000_000)
    expect(await send(kept, received, iso.subarray(received))).toMatchObject({ status: 200, body: { state: 'checking' } })
    await ready(kept)
    expect((await findImage(kept))!.sha256).toBe(sumOf(iso))
    expect(files()).toEqual([`${kept}.iso`])
  })

  it('on a full disk stops with words, keeps what came, and goes on when there is room', async (context) => {
    const mount = join(dataFolder, 'images')
    mkdirSync(mount)
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=50m', 'tmpfs', mount]).status !== 0) return context.skip('needs the right to mount a tmpfs')
    try {
      await startDepot()
      const [first, second] = [makeIso({ bytes: 30 * 1024 * 1024 }), makeIso({ bytes: 40 * 1024 * 1024 })]
      const small = await begin('small.iso', first.length)
      await send(small, 0, first)
      await ready(small)
      const large = await begin('large.iso', second.length)
      const refused = await send(large, 0, second)
      expect(refused).toMatchObject({ status: 507, body: { code: 'disk-full', message: expect.stringMatching(/^large\.iso: .*are needed.*make room/) as string } })
      // One that does not say how long its piece is meets the end of the disk itself.
      const blind = await new Promise<Answer>((done, fail) => {
        const asked = request({ socketPath: door(), method: 'PATCH', path: `/images/${large}/bytes?offset=0`, agent: false }, (answer) => json(answer).then((said) => done({ status: answer.statusCode!, body: said as Answer['body'] }), fail))
        asked.on('error', () => {})
        for (let at = 0; at < second.length; at += 1024 * 1024) asked.write(second.subarray(at, at + 1024 * 1024))
        asked.end()
      })
      expect(blind).toMatchObject({ status: 507, body: { code: 'disk-full' } })
      expect(await findImage(large)).toMatchObject({ state: 'uploading' })
      expect((await findImage(small))!.state).toBe('ready')

      await prisma().image.delete({ where: { id: small } })
      await vi.waitFor(() => expect(files()).toEqual([`${large}.part`]), 10_000)
      const { received } = (await findImage(large))!
      expect(received).toBeGreaterThan(0)
      await send(large, received, second.subarray(received))
      await ready(large)
      expect((await findImage(large))!.sha256).toBe(sumOf(second))
    } finally {
      await kill()
      spawnSync('umount', [mount])
    }
  })
})
