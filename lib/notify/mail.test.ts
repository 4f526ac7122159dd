import { afterEach, describe, expect, it } from 'vitest'
import { createCertificate } from '#lib/redfish/testing/test-bmc.ts'
import type { MailServer } from '#lib/domain/receiver.ts'
import { sendMail } from './mail.ts'
import { NotDelivered, type Target } from './outlet.ts'
import { startSmtpReceiver, type SmtpOptions, type SmtpReceiver } from './testing/listeners.ts'
import { sample, toOutgoing } from './testing/sample.ts'

const certificate = createCertificate('127.0.0.1')
const open: SmtpReceiver[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})

async function start(options: SmtpOptions): Promise<SmtpReceiver> {
  const receiver = await startSmtpReceiver({ certificate, ...options })
  open.push(receiver)
  return receiver
}

const target = (port: number, server: Partial<MailServer>, changes: { password?: string; isPlain?: boolean } = {}): Extract<Target, { kind: 'email' }> => ({
  kind: 'email',
  server: { host: '127.0.0.1', port, security: 'tls', username: null, from: 'baseboard@example.org', to: ['ada@example.org', 'bob@example.org'], ...server },
  password: changes.password ?? null,
  isPlain: changes.isPlain ?? false,
})

const send = (to: Extract<Target, { kind: 'email' }>, language: 'en' | 'zh-CN' = 'en', ca: string | undefined = certificate.cert) =>
  sendMail(to, toOutgoing(sample, language), ca, AbortSignal.timeout(5_000)).then(
    (short) => short ?? 'taken',
    (error: unknown) => (error instanceof NotDelivered ? error.message : String(error)),
  )

describe('e-mail', () => {
  it.each([
    ['TLS from the first byte', 'implicit', 'tls'],
    ['STARTTLS', 'starttls', 'starttls'],
  ] as const)('goes by %s, with a password', async (_, tls, security) => {
    const server = await start({ tls, password: 'smtp-secret' })
    expect(await send(target(server.port, { security, username: 'baseboard' }, { password: 'smtp-secret' }))).toBe('taken')
    expect(server.mails).toHaveLength(1)
    const [mail] = server.mails
    expect(mail).toMatchObject({ from: 'baseboard@example.org', to: ['ada@example.org', 'bob@example.org'], user: 'baseboard', isSecure: true })
    expect(mail!.text).toMatch(/^Subject: Baseboard: BMC silent <@all> & co =\?UTF-8\?Q\?=C2=B7\?= 3 nodes$|^Subject: =\?UTF-8/m)
    expect(mail!.text).toContain('Message-ID: <0b0f3b1e-1111-4000-8000-000000000002@example.org>')
    expect(mail!.text).toContain('Auto-Submitted: auto-generated')
    expect(mail!.text).toContain('n1: 10.0.0.1:623 does not answer.')
  })

  it('goes in Chinese where that is read', async () => {
    const server = await start({ tls: 'implicit' })
    expect(await send(target(server.port, {}), 'zh-CN')).toBe('taken')
    // Quoted-printable (RFC 2045 §6.7): =XX is a byte, = at the end of a line joins it with the next.
    const decoded = server.mails[0]!.text.replaceAll('=\n', '').replace(/=([0-9A-F]{2})/g, (_, byte: string) => String.fromCharCode(parseInt(byte, 16)))
    expect(Buffer.from(decoded, 'latin1').toString()).toContain('n1: 10.0.0.1:623 没有响应。')
  })

  it('gives no password and no mail to a server without TLS, unless somebody allowed it', async () => {
    const server = await start({ tls: 'none', password: 'smtp-secret' })
    expect(await send(target(server.port, { security: 'starttls', username: 'u' }, { password: 'smtp-secret' }))).toMatch(/STARTTLS/)
    expect(await send(target(server.port, { security: 'none', username: 'u' }, { password: 'smtp-secret' }))).toBe('mail without TLS was not allowed for this receiver')
    expect([server.mails, server.said.filter((line) => line.startsWith('AUTH'))]).toEqual([[], []])
    expect(await send(target(server.port, { security: 'none', username: 'u' }, { password: 'smtp-secret', isPlain: true }))).toBe('taken')
    expect(server.mails[0]).toMatchObject({ isSecure: false })
  })

  it('gives nothing to a server that nobody vouches for', async () => {
    const server = await start({ tls: 'implicit', password: 'smtp-secret' })
    expect(await send(target(server.port, { username: 'u' }, { password: 'smtp-secret' }), 'en', createCertificate('other').cert)).toMatch(/certificate/)
    expect(server.said).toEqual([])
  })

  it('says why a server refuses, without the password that it repeats', async () => {
    const server = await start({ tls: 'implicit', password: 'right-secret' })
    const reason = await send(target(server.port, { username: 'u' }, { password: 'wrong-secret' }))
    expect(reason).toMatch(/535 5\.7\.8 wrong: …/)
    const picky = await start({ tls: 'implicit', refuse: (to) => (to.startsWith('bob') ? '550 5.1.1 no bob here' : null) })
    expect(await send(target(picky.port, {}))).toBe('the server took it for 1 of 2 people')
    expect(await send(target(1, {}))).toMatch(/ECONNREFUSED/)
    expect(await send(target(picky.port, { host: '169.254.169.254' }))).toMatch(/link-local/)
  })
})
