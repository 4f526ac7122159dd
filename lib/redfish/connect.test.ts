import { execFile } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { openRedfish } from './session.ts'
import { PROBE_DEADLINES, probeServiceRoot } from './probe.ts'
import { createCertificate, impostorCertificate, sendJson, startTestBmc, withSessions, type TestBmc } from './testing/test-bmc.ts'

let bmc: TestBmc | undefined
afterEach(async () => {
  await bmc?.close()
})

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

const ok = withSessions((_request, response) => sendJson(response, { Name: 'x' }))

describe('checklist 11: the pin', () => {
  it('trusts the first certificate it sees and tells its fingerprint', async () => {
    bmc = await startTestBmc(ok)
    const session = await openRedfish(bmc.target)
    expect(session.fingerprint).toBe(bmc.fingerprint)
    await session.close()
  })

  it('accepts the pinned certificate, however the pin is spelt', async () => {
    bmc = await startTestBmc(ok)
    const spelling = `sha256:${bmc.fingerprint.replaceAll(':', '').toLowerCase()}`
    const session = await openRedfish({ ...bmc.target, expectedFingerprint: spelling })
    expect(await session.get('/redfish/v1/Systems')).toEqual({ Name: 'x' })
    await session.close()
  })

  it('sends not one byte of HTTP to another certificate', async () => {
    bmc = await startTestBmc(ok)
    const pinned = { ...bmc.target, expectedFingerprint: bmc.fingerprint }
    bmc.swapCertificate()
    const error = await openRedfish(pinned).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ kind: 'certificate-changed', notSent: true })
    expect(String(error)).toMatch(
      new RegExp(`127.0.0.1:${bmc.target.port}: certificate changed: pinned ${bmc.fingerprint}, presented [0-9A-F:]{95}$`),
    )
    expect(bmc.bytes()).toBe(0)
    expect(bmc.requests).toEqual([])
  })

  it('stops a running conversation when the certificate changes at a reconnect, although the first was only seen', async () => {
    bmc = await startTestBmc(ok)
    const session = await openRedfish(bmc.target, { retryDelayMs: 1 })
    const before = bmc.bytes()
    bmc.swapCertificate()
    bmc.cut()
    await expect(session.get('/redfish/v1/Systems')).rejects.toMatchObject({ kind: 'certificate-changed' })
    await session.close()
    expect(bmc.bytes()).toBe(before)
  })

  it('refuses a pin that is no fingerprint instead of taking it for none', async () => {
    bmc = await startTestBmc(ok)
    await expect(openRedfish({ ...bmc.target, expectedFingerprint: '' })).rejects.toMatchObject({ kind: 'insecure' })
    expect(bmc.connections()).toBe(0)
  })
})

describe('checklist 12: the environment cannot weaken it', () => {
  it('not with certificates unchecked, an authority of its own, a proxy and old TLS, all at once', async () => {
    bmc = await startTestBmc(ok)
    bmc.swapCertificate()
    let proxied = 0
    const proxy = createServer((socket) => {
      proxied++
      socket.destroy()
    })
    const proxyUrl = `http://127.0.0.1:${await listen(proxy)}`
    const folder = mkdtempSync(join(tmpdir(), 'baseboard-'))
    const extra = join(folder, 'impostor.pem')
    writeFileSync(extra, impostorCertificate.cert)
    const env = {
      PATH: process.env['PATH'],
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
      NODE_EXTRA_CA_CERTS: extra,
      SSL_CERT_FILE: extra,
      HTTPS_PROXY: proxyUrl,
      https_proxy: proxyUrl,
      ALL_PROXY: proxyUrl,
      NODE_USE_ENV_PROXY: '1',
      NODE_OPTIONS: '--use-openssl-ca --tls-min-v1.0',
    } as unknown as NodeJS.ProcessEnv
    const script = join(import.meta.dirname, 'testing/try-impostor.ts')
    const args = ['--import', 'tsx', script, String(bmc.target.port), bmc.fingerprint, createCertificate('authority').cert]
    const { stdout } = await promisify(execFile)(process.execPath, args, { env })
    expect(stdout.trim()).toBe('certificate-changed')
    expect([bmc.bytes(), bmc.requests, proxied]).toEqual([0, [], 0])
    proxy.close()
    rmSync(folder, { recursive: true })
  })
})

describe('an authority of the site', () => {
  const certificates = [createCertificate('renewed'), createCertificate('elsewhere', '10.9.9.9')] as const
  const [renewed, elsewhere] = certificates
  const authority = { certificates: `${renewed.cert}\n${elsewhere.cert}`, name: '127.0.0.1' }

  it('vouches for a certificate that is not the pinned one, and another must then be vouched for too', async () => {
    bmc = await startTestBmc(ok)
    const target = { ...bmc.target, expectedFingerprint: bmc.fingerprint, authority }
    const before = await openRedfish(target, { retryDelayMs: 1 })
    expect(before.isVouchedFor).toBe(false)
    bmc.swapCertificate(renewed)
    bmc.cut()
    expect(await before.get('/redfish/v1/Systems')).toEqual({ Name: 'x' })
    expect([before.isVouchedFor, before.fingerprint]).toEqual([true, new X509Certificate(renewed.cert).fingerprint256])
    bmc.swapCertificate()
    bmc.cut()
    await expect(before.get('/redfish/v1/Systems')).rejects.toMatchObject({ kind: 'certificate-changed' })
    await before.close()
  })

  it.each([
    ['made out to another address', elsewhere],
    ['of somebody else', impostorCertificate],
  ])('does not vouch for a certificate %s', async (_name, shown) => {
    bmc = await startTestBmc(ok)
    bmc.swapCertificate(shown)
    const target = { ...bmc.target, expectedFingerprint: bmc.fingerprint, authority }
    await expect(openRedfish(target)).rejects.toMatchObject({ kind: 'certificate-changed' })
    expect(bmc.bytes()).toBe(0)
  })
})

describe('what cannot be reached', () => {
  it('names a refused connection', async () => {
    bmc = await startTestBmc(ok)
    const { target } = bmc
    await bmc.close()
    const probe = await probeServiceRoot(target)
    expect(probe).toMatchObject({ found: false, error: { kind: 'refused', notSent: true } })
    expect(probe.found ? '' : probe.error.message).toBe(`127.0.0.1:${target.port}: connection refused`)
  })

  it('tells a port that speaks no TLS from one that is silent', async () => {
    const plain = createServer((socket) => socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    const silent = createServer((socket) => socket.on('error', () => {}))
    const overPlain = await probeServiceRoot({ host: '127.0.0.1', port: await listen(plain) })
    const overSilent = await probeServiceRoot({ host: '127.0.0.1', port: await listen(silent) }, { ...PROBE_DEADLINES, connectMs: 200 })
    expect(overPlain).toMatchObject({ found: false, error: { kind: 'tls', message: expect.stringMatching('does not speak TLS') } })
    const late = { kind: 'timeout', message: expect.stringMatching('no connection within 200 ms') }
    expect(overSilent).toMatchObject({ found: false, error: late })
    plain.close()
    silent.close()
  })

  it('names the TLS version as the reason, and reaches the old BMC by the legacy policy alone', async () => {
    bmc = await startTestBmc(ok, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' })
    const modern = await probeServiceRoot(bmc.target)
    expect(modern).toMatchObject({ found: false, error: { kind: 'tls', message: expect.stringMatching('legacy TLS policy') } })
    const legacy = await probeServiceRoot({ ...bmc.target, tls: 'legacy' })
    expect(legacy).toMatchObject({ found: true, fingerprint: bmc.fingerprint })
  })

  it('gives an IPv6 address its brackets and a name that is none its own error', async () => {
    const over6 = await probeServiceRoot({ host: '::1', port: 1 })
    expect(over6.found ? '' : over6.error.address).toBe('[::1]:1')
    expect(await probeServiceRoot({ host: 'a b', port: 443 })).toMatchObject({ found: false, error: { kind: 'unreachable' } })
  })

  it('never sends a password over plain HTTP unasked', async () => {
    await expect(openRedfish({ host: '127.0.0.1', port: 9, username: 'a', password: 'b', scheme: 'http' })).rejects.toMatchObject({
      kind: 'insecure',
      notSent: true,
    })
  })
})
