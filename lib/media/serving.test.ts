import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { request as secureRequest } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { openDatabase, prisma, type Database } from '#lib/db/client.ts'
import { readDepotState, type DepotState } from '#lib/db/depot-state.ts'
import { createImageLink, readImageLink, revokeImageLink } from '#lib/db/image-links.ts'
import { writeSetting } from '#lib/db/settings.ts'
import { toImageUrl } from '#lib/domain/image-link.ts'
import { withDatabase } from '../../tests/database.ts'
import { startServing, type Serving } from './serving.ts'

/** The depot's doors under its own role: from the conductor's link to the bytes, and to what a person reads of it. */

const test = withDatabase()
const image = randomBytes(512_000)
let depot: Database
let conductor: Database
let folder: string
let serving: Serving | undefined
let imageId: string
let nodeId: string

beforeAll(async () => {
  const urls = await test.roles()
  depot = openDatabase(urls.depot)
  conductor = openDatabase(urls.conductor)
  nodeId = (await prisma().node.create({ data: { name: 'n1', address: '127.0.0.1', protocol: 'redfish' } })).id
  imageId = (await prisma().image.create({ data: { name: 'debian-12.iso', state: 'ready', bytes: image.length, by: 'ada', byKind: 'person' } })).id
  return () => Promise.all([depot.close(), conductor.close()])
})
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'serving-'))
  writeFileSync(join(folder, `${imageId}.iso`), image)
  await prisma().setting.deleteMany({ where: { key: 'mediaAddress' } })
})
afterEach(async () => {
  await serving?.close()
  serving = undefined
  rmSync(folder, { recursive: true })
})

const start = async (ports: Partial<Parameters<typeof startServing>[0]['ports']> = {}) =>
  (serving = await startServing({
    db: depot,
    folder,
    ports: { DEPOT_HOST: '127.0.0.1', DEPOT_HTTP_PORT: 0, DEPOT_HTTPS_PORT: 0, DEPOT_NFS_PORT: null, DEPOT_PORTMAP_PORT: null, DEPOT_TLS_CERT: undefined, DEPOT_TLS_KEY: undefined, ...ports },
    complain: (text) => console.error(text),
  }))

async function until(isSo: (state: DepotState) => boolean): Promise<DepotState> {
  for (;;) {
    const state = await readDepotState(test.db)
    if (state !== null && isSo(state)) return state
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const get = (url: string): Promise<{ status: number; body: Buffer }> =>
  new Promise((resolve, reject) => {
    const asked = (url.startsWith('https') ? secureRequest : request)(url, { agent: false, rejectUnauthorized: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => resolve({ status: response.statusCode!, body: Buffer.concat(chunks) }))
    })
    asked.on('error', reject).end()
  })

it('serves by HTTP and HTTPS what a link allows, tells what was read, and stops when it is revoked', async () => {
  const { doors, flush } = await start()
  for (const protocol of ['http', 'https'] as const) {
    const { port } = doors().find((door) => door.protocol === protocol)!
    const { id, token, name } = await createImageLink({ imageId, nodeId, bmcAddress: '127.0.0.1', protocol, minutes: 5 }, conductor)
    const url = toImageUrl({ protocol, address: '127.0.0.1', port }, token, name)
    const { status, body } = await get(url)
    expect([status, body.equals(image)]).toEqual([200, true])
    await flush()
    expect(await readImageLink(id)).toMatchObject({ bytesServed: image.length, requests: 1, touchedPercent: 100, lastVia: protocol, refusedAddress: null })
    await revokeImageLink(id, conductor)
    for (let status = 200; status !== 404; ) status = (await get(url)).status
  }
})

it('has NFS at a port of its own, and says that BMCs do not find it without a portmapper', async () => {
  await start({ DEPOT_NFS_PORT: 0 })
  expect(serving!.doors().map(({ protocol }) => protocol)).toEqual(['http', 'https', 'nfs'])
  expect((await readDepotState(test.db))!.findings).toContainEqual({ code: 'portmapper-off', protocol: 'nfs', port: 111, text: null })
})

it('keeps its certificate over a restart', async () => {
  const certificate = () => readFileSync(join(folder, 'serving', 'cert.pem'), 'utf8')
  await writeSetting('mediaAddress', '127.0.0.1')
  await start()
  const first = certificate()
  await serving!.close()
  await start()
  expect(certificate()).toBe(first)
})

it('says that nobody has set the address, and looks again when somebody does', async () => {
  await start()
  expect(await readDepotState(test.db)).toMatchObject({ mediaAddress: null, findings: [expect.objectContaining({ code: 'unset' })] })
  await writeSetting('mediaAddress', '127.0.0.1')
  const state = await until(({ mediaAddress }) => mediaAddress === '127.0.0.1')
  expect(state.findings).toEqual([{ code: 'loopback', protocol: null, port: null, text: null }])
  expect(state.doors.map(({ protocol }) => protocol)).toEqual(['http', 'https'])
})

it('says of an address that is not ours that nothing answers there', async () => {
  await start({ DEPOT_HTTPS_PORT: null })
  // An address of this machine at which it does not listen: what a wrong one looks like without a packet leaving.
  await writeSetting('mediaAddress', '127.0.0.77')
  const { findings, doors } = await until(({ mediaAddress }) => mediaAddress === '127.0.0.77')
  expect(findings).toContainEqual({ code: 'unreachable', protocol: 'http', port: doors[0]!.port, text: 'ECONNREFUSED' })
})

it('says that another server answers there', async () => {
  const other = createServer((_, response) => response.writeHead(404).end())
  await start({ DEPOT_HTTPS_PORT: null })
  const { port } = serving!.doors()[0]!
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.78', resolve))
  await writeSetting('mediaAddress', '127.0.0.78')
  const { findings } = await until(({ mediaAddress }) => mediaAddress === '127.0.0.78')
  expect(findings).toContainEqual({ code: 'another-server', protocol: 'http', port, text: null })
  other.close()
})

it('goes on with its other doors when a port is taken', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as AddressInfo
  await start({ DEPOT_HTTP_PORT: port })
  expect(serving!.doors().map(({ protocol }) => protocol)).not.toContain('http')
  expect((await readDepotState(test.db))!.findings).toContainEqual({ code: 'port-in-use', protocol: 'http', port, text: null })
  other.close()
})
