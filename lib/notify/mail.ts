import { isIP } from 'node:net'
import { createTransport } from 'nodemailer'
import { NotDelivered, type Outgoing, type Target } from './outlet.ts'
import { trust, vetHost } from './vetted.ts'
import { toReason } from './webhook.ts'
import { toText, toWords } from './words.ts'

type MailTarget = Extract<Target, { kind: 'email' }>

/** Permanent refusals of the message itself, not of us: too large, its content (RFC 3463 §3: 5.3.4 and 5.6.x, 5.7.1 is policy and may change). */
const isFinal = (text: string) => /\b5\.(3\.4|6\.\d)\b/.test(text)

/**
 * Sends one mail to all of a receiver's people, by its server. Gives what fell short (null: nothing) when the server took it for some of them
 * only: sending it again would tell those twice. Throws NotDelivered.
 */
export async function sendMail(target: MailTarget, outgoing: Outgoing, ca: string | undefined, signal: AbortSignal): Promise<string | null> {
  const { host, port, security, username, from, to } = target.server
  if (security === 'none' && !target.isPlain) throw new NotDelivered('mail without TLS was not allowed for this receiver')
  const ip = await vetHost(host, signal)
  const words = toWords(outgoing.message, outgoing.language, outgoing.site)
  const transport = createTransport({
    host: ip,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    tls: { ...trust(ca), ...(isIP(host) === 0 ? { servername: host } : {}) },
    ...(username === null ? {} : { auth: { user: username, pass: target.password ?? '' } }),
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  try {
    const sent = await transport.sendMail({
      from: { name: 'Baseboard', address: from },
      to: [...to],
      subject: `Baseboard: ${words.title}`,
      text: `${toText(words)}\n`,
      // The same at every try: whoever gets it twice can see that it is one.
      messageId: `<${outgoing.id}@${from.split('@')[1]}>`,
      date: outgoing.at,
      headers: { 'Auto-Submitted': 'auto-generated' },
      signal,
    })
    return sent.rejected.length === 0 ? null : `the server took it for ${sent.accepted.length} of ${to.length} people`
  } catch (error) {
    if (error instanceof NotDelivered) throw error
    const reason = toReason(error, signal, [target.password, target.password === null ? null : Buffer.from(target.password).toString('base64')])
    throw new NotDelivered(reason, isFinal(reason), { cause: error })
  } finally {
    transport.close()
  }
}
