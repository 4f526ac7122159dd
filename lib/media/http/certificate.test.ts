import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { keepCertificate, makeCertificate } from './certificate.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'certificate-'))))
afterEach(() => rmSync(folder, { recursive: true }))

it('makes one that a client who trusts it takes for its addresses, and for no other', async () => {
  const { cert, key } = makeCertificate(['10.4.0.2', '127.0.0.1'])
  const parsed = new X509Certificate(cert)
  expect(parsed.verify(parsed.publicKey)).toBe(true)
  expect([parsed.checkIP('10.4.0.2'), parsed.checkIP('10.4.0.3'), parsed.subject, parsed.ca]).toEqual(['10.4.0.2', undefined, 'CN=Baseboard images', true])
  const server = createServer({ cert, key }, (_, response) => response.end('here'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const status = (options: object) => new Promise((resolve) => request({ host: '127.0.0.1', port, agent: false, ...options }, (response) => resolve(response.resume().statusCode)).on('error', (error: NodeJS.ErrnoException) => resolve(error.code)).end())
  expect(await status({ ca: cert })).toBe(200)
  expect(await status({})).toBe('DEPTH_ZERO_SELF_SIGNED_CERT')
  server.close()
})

it('keeps one over restarts, until it ends or does not name an address', () => {
  const first = keepCertificate(folder, ['10.4.0.2'])
  expect(keepCertificate(folder, ['10.4.0.2'])).toEqual(first)
  const second = keepCertificate(folder, ['10.4.0.3'])
  expect(second.cert).not.toBe(first.cert)
  expect(readFileSync(join(folder, 'key.pem'), 'utf8')).toBe(second.key)
  expect(keepCertificate(folder, ['10.4.0.3'], new Date(Date.now() + 11 * 365 * 86_400_000)).cert).not.toBe(second.cert)
})
