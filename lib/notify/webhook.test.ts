import { afterEach, describe, expect, it } from 'vitest'
import { createCertificate } from '#lib/redfish/testing/test-bmc.ts'
import { NotDelivered, type Target } from './outlet.ts'
import { startHttpReceiver, type HttpReceiver } from './testing/listeners.ts'
import { sample, toOutgoing } from './testing/sample.ts'
import { postWebhook } from './webhook.ts'

const certificate = createCertificate('127.0.0.1')
const open: HttpReceiver[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})

async function start(...args: Parameters<typeof startHttpReceiver>): Promise<HttpReceiver> {
  const receiver = await startHttpReceiver(...args)
  open.push(receiver)
  return receiver
}

type Webhook = Exclude<Target, { kind: 'email' }>
const target = (url: string, changes: Partial<Webhook> = {}): Webhook => ({ kind: 'json', url, secret: null, isPlain: false, ...changes })

/** How it ended: `taken`, or why not. */
const post = (to: Webhook, ca?: string, signal: AbortSignal = AbortSignal.timeout(5_000)) =>
  postWebhook(to, toOutgoing(sample), ca, signal).then(
    () => 'taken',
    (error: unknown) => (error instanceof NotDelivered ? error.message : String(error)),
  )

describe('a webhook', () => {
  it('gets one POST over TLS that the site vouches for', async () => {
    const { url, received } = await start((_, response) => response.writeHead(204).end(), certificate)
    expect(await post(target(`${url}/hook?a=1`, { secret: 's' }), certificate.cert)).toBe('taken')
    expect(received).toHaveLength(1)
    expect(received[0]).toMatchObject({ path: '/hook?a=1', headers: { 'content-type': 'application/json; charset=utf-8', 'idempotency-key': toOutgoing(sample).id } })
    expect(JSON.parse(received[0]!.body)).toMatchObject({ version: 1, kind: 'firing', range: 'n[1-3]' })
  })

  it('gets not one byte of it when nobody vouches for its certificate', async () => {
    const { url, received } = await start((_, response) => response.end(), certificate)
    expect(await post(target(url))).toMatch(/self-signed certificate/)
    expect(received).toEqual([])
  })

  it('is not asked in plain text unless somebody allowed it', async () => {
    const { url, received, connections } = await start((_, response) => response.end('ok'))
    expect(await post(target(url))).toBe('its address is not an https URL')
    expect([received.length, connections()]).toEqual([0, 0])
    expect(await post(target(url, { isPlain: true }))).toBe('taken')
  })

  it('leads nowhere else', async () => {
    const elsewhere = await start((_, response) => response.end())
    const { url } = await start((_, response) => response.writeHead(307, { location: `${elsewhere.url}/secret` }).end())
    expect(await post(target(url, { isPlain: true }))).toBe('HTTP 307')
    expect(elsewhere.connections()).toBe(0)
  })

  it.each(['http://169.254.169.254/latest', 'http://[fe80::1]/', 'http://0.0.0.0/', 'http://224.0.0.1/', 'http://[::ffff:169.254.169.254]/', 'http://2852039166/', 'ftp://127.0.0.1/', 'not a url'])('is not %s', async (url) => {
    expect(await post(target(url, { isPlain: true }))).toMatch(/not sent to link-local|not an https URL/)
  })

  it('that never answers is given up when the time is over, and one that is stopped says so', async () => {
    const { url } = await start(() => {})
    expect(await post(target(url, { isPlain: true }), undefined, AbortSignal.timeout(300))).toBe('no answer in time')
    expect(await post(target(url, { isPlain: true }), undefined, AbortSignal.abort())).toBe('Baseboard was stopped')
  })

  it('that answers without end is read for 64 kB', async () => {
    let written = 0
    const { url } = await start((_, response) => {
      response.writeHead(500)
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(16_384))) written += 16_384
        if (!response.destroyed) response.once('drain', more)
      }
      more()
    })
    expect(await post(target(url, { isPlain: true }))).toBe(`HTTP 500: ${'x'.repeat(300)}`)
    expect(written).toBeLessThan(20_000_000)
  })

  it('that is not there is named without its path', async () => {
    const { url, close } = await start(() => {})
    open.splice(0)
    await close()
    const reason = await post(target(`${url}/s3cr3t-token`, { isPlain: true }))
    expect(reason).toMatch(/ECONNREFUSED 127\.0\.0\.1:\d+/)
    expect(reason).not.toMatch(/s3cr3t/)
    expect(await post(target('https://no-such-host.invalid/s3cr3t'))).toBe('the name no-such-host.invalid does not resolve')
  })
})
