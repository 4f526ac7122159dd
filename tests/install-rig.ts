import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prisma } from '#lib/db/client.ts'
import { hashLinkToken } from '#lib/db/image-links.ts'
import { addLinkCounts, findLinkByToken, findLinks } from '#lib/db/link-reads.ts'
import { createImageServer } from '#lib/media/http/image-server.ts'
import { imageFiles } from '#lib/media/image-files.ts'
import { permits as createPermits } from '#lib/media/permits.ts'
import { createCertificate } from '#simulator/redfish/certificate.ts'
import type { TestDatabase } from './database.ts'

/** A library with one image, served over HTTP and HTTPS as the depot does, for tests that install from it. */
export type InstallRig = { image: { id: string; name: string; sha256: string; bytes: number }; close: () => Promise<void> }

export async function makeInstallRig(test: TestDatabase, bytes = 3 * 2 ** 20): Promise<InstallRig> {
  const folder = mkdtempSync(join(tmpdir(), 'baseboard-images-'))
  const id = randomUUID()
  const body = randomBytes(bytes)
  const sha256 = createHash('sha256').update(body).digest('hex')
  const name = 'debian-13.iso'
  writeFileSync(join(folder, `${id}.iso`), body)
  await prisma().image.create({ data: { id, name, state: 'ready', bytes: BigInt(bytes), received: BigInt(bytes), checked: BigInt(bytes), sha256, by: 'ada', byKind: 'person' } })
  const { db } = test
  const permits = createPermits({ byToken: (token) => findLinkByToken(db, hashLinkToken(token)), byIds: (ids) => findLinks(db, ids), add: (counts) => addLinkCounts(db, counts) })
  const files = imageFiles(folder)
  const common = { permits, files, proof: randomUUID(), complain: (text: string) => console.error(text) }
  const servers = [createImageServer(common), createImageServer({ ...common, tls: createCertificate('depot') })]
  const ports = await Promise.all(
    servers.map((server) => new Promise<number>((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)))),
  )
  const doors = [{ protocol: 'http', port: ports[0] }, { protocol: 'https', port: ports[1] }]
  await prisma().depotState.create({ data: { doors, addresses: ['127.0.0.1'], mediaAddress: '127.0.0.1', findings: [], checkedAt: new Date() } })
  const beat = setInterval(() => void permits.flush().catch(() => {}), 100)
  return {
    image: { id, name, sha256, bytes },
    async close() {
      clearInterval(beat)
      for (const server of servers) {
        server.closeAllConnections()
        server.close()
      }
      await files.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
