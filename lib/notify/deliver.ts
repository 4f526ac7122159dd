import { sendMail } from './mail.ts'
import type { Outgoing, Target } from './outlet.ts'
import { postWebhook } from './webhook.ts'

/** All of it: the name, the connection, the answer. Mail servers greet slowly on purpose. */
const webhookMs = 10_000
const mailMs = 30_000

/**
 * Tells one receiver, once. `ca`: certificates (PEM) of the site's own authority. Gives what fell short although it was taken, mostly null.
 * Throws NotDelivered when it was not taken in time.
 */
export async function deliver(target: Target, outgoing: Outgoing, ca: string | undefined, stop: AbortSignal): Promise<string | null> {
  if (target.kind === 'email') return sendMail(target, outgoing, ca, AbortSignal.any([stop, AbortSignal.timeout(mailMs)]))
  await postWebhook(target, outgoing, ca, AbortSignal.any([stop, AbortSignal.timeout(webhookMs)]))
  return null
}
