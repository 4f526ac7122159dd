import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prisma } from '#lib/db/client.ts'
import { writeSetting } from '#lib/db/settings.ts'
import { startServing } from '#lib/media/serving.ts'
import type { TestDatabase } from './database.ts'

/** A library with one image, served by HTTP, HTTPS and NFS as the depot does, for tests that install from it. */
export type InstallRig = { image: { id: string; name: string; sha256: string; bytes: number }; close: () => Promise<void> }

const freePort = () =>
  new Promise<number>((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => done(port))
    })
  })

export async function makeInstallRig(test: TestDatabase, bytes = 3 * 2 ** 20): Promise<InstallRig> {
  const folder = mkdtempSync(join(tmpdir(), 'baseboard-images-'))
  const id = randomUUID()
  const body = randomBytes(bytes)
  const sha256 = createHash('sha256').update(body).digest('hex')
  const name = 'debian-13.iso'
  writeFileSync(join(folder, `${id}.iso`), body)
  await prisma().image.create({ data: { id, name, state: 'ready', bytes: BigInt(bytes), received: BigInt(bytes), checked: BigInt(bytes), sha256, by: 'ada', byKind: 'person' } })
  await writeSetting('mediaAddress', '127.0.0.1')
  const ports = { DEPOT_HOST: '127.0.0.1', DEPOT_HTTP_PORT: await freePort(), DEPOT_HTTPS_PORT: await freePort(), DEPOT_NFS_PORT: await freePort(), DEPOT_PORTMAP_PORT: null, DEPOT_TLS_CERT: undefined, DEPOT_TLS_KEY: undefined }
  const serving = await startServing({ db: test.db, folder, ports, complain: (text) => console.error(text) })
  return {
    image: { id, name, sha256, bytes },
    async close() {
      await serving.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
