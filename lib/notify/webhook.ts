import { isIP } from 'node:net'
import { Agent, request } from 'undici'
import { NotDelivered, toSaid, type Outgoing, type Target } from './outlet.ts'
import { demandTaken, toRequest } from './shapes.ts'
import { trust, vetHost } from './vetted.ts'

const mostBytes = 64 * 1024

type WebhookTarget = Exclude<Target, { kind: 'email' }>

/** Tells a webhook, once. Redirects are not followed: an answer that is none of 2xx is a failure. Throws NotDelivered. */
export async function postWebhook(target: WebhookTarget, outgoing: Outgoing, ca: string | undefined, signal: AbortSignal): Promise<void> {
  const url = demandUrl(target)
  // Its host is no secret, and why it cannot be reached is told by it.
  const secrets = [url.pathname + url.search, target.secret]
  const ip = await vetHost(url.hostname, signal)
  const family = isIP(ip)
  // The name is resolved once, above: a second answer of its name server could be another address.
  const lookup = (_name: string, options: { all?: boolean }, done: (error: null, address: unknown, family?: number) => void) =>
    options.all === true ? done(null, [{ address: ip, family }]) : done(null, ip, family)
  const agent = new Agent({ connect: { ...trust(ca), lookup: lookup as never }, pipelining: 0 })
  try {
    const { url: to, headers, body } = toRequest(target.kind, outgoing, target.url, target.secret)
    const answer = await request(to, {
      dispatcher: agent,
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', accept: 'application/json', 'user-agent': 'Baseboard', ...headers },
      body,
      signal,
    })
    demandTaken(target.kind, answer.statusCode, await readSome(answer.body), secrets)
  } catch (error) {
    throw error instanceof NotDelivered ? error : new NotDelivered(toReason(error, signal, secrets), false, { cause: error })
  } finally {
    void agent.destroy().catch(() => {})
  }
}

/** What was sealed is what an administrator typed, and is looked at again here: web may have been somebody else's. */
function demandUrl({ url, isPlain }: WebhookTarget): URL {
  const parsed = URL.canParse(url) ? new URL(url) : null
  if (parsed === null || !(parsed.protocol === 'https:' || (parsed.protocol === 'http:' && isPlain))) throw new NotDelivered('its address is not an https URL')
  return parsed
}

/** The beginning of an answer; of one that goes on and on no more is read. */
async function readSome(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    length += chunk.length
    if (length > mostBytes) break
  }
  return Buffer.concat(chunks).subarray(0, mostBytes).toString('utf8')
}

export function toReason(error: unknown, signal: AbortSignal, secrets: readonly (string | null)[]): string {
  if (signal.aborted) return (signal.reason as { name?: string } | undefined)?.name === 'TimeoutError' ? 'no answer in time' : 'Baseboard was stopped'
  const { message, code } = error instanceof Error ? (error as Error & { code?: string }) : { message: String(error), code: undefined }
  return toSaid(message === '' ? (code ?? 'failed') : message, secrets)
}
