import { createServer, type AddressInfo, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { openRedfish } from './session.ts'
import { PROBE_DEADLINES, probeServiceRoot } from './probe.ts'
import { sendJson, startTestBmc, withSessions, type TestBmc } from './testing/test-bmc.ts'

let bmc: TestBmc | undefined
afterEach(async () => {
  delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']
  delete process.env['HTTPS_PROXY']
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
    expect(bmc.connections()).toBeGreaterThan(1)
    expect(bmc.bytes()).toBe(before)
  })

  it('refuses a pin that is no fingerprint instead of taking it for none', async () => {
    bmc = await startTestBmc(ok)
    await expect(openRedfish({ ...bmc.target, expectedFingerprint: '' })).rejects.toMatchObject({ kind: 'insecure' })
    expect(bmc.connections()).toBe(0)
  })
})

describe('checklist 12: the environment cannot weaken it', () => {
  it.each([
    ['NODE_TLS_REJECT_UNAUTHORIZED', '0'],
    ['HTTPS_PROXY', 'http://127.0.0.1:9'],
  ])('%s=%s', async (name, value) => {
    bmc = await startTestBmc(ok)
    process.env[name] = value
    const pinned = { ...bmc.target, expectedFingerprint: bmc.fingerprint }
    await (await openRedfish(pinned)).close()
    const before = bmc.bytes()
    bmc.swapCertificate()
    await expect(openRedfish(pinned)).rejects.toMatchObject({ kind: 'certificate-changed' })
    expect(bmc.bytes()).toBe(before)
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
