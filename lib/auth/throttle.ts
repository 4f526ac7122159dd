import { createHash } from 'node:crypto'
import { BaseboardError } from '#lib/domain/errors.ts'
import { prisma } from '#lib/db/client.ts'
import { countAttempt, forgetOldAttempts, forgiveAttempts } from '#lib/db/throttle.ts'

const windowMs = 15 * 60_000
const perAccount = 10
const perAddress = 30

/** A wait before the next try, in whole seconds: the route answers 429 with `Retry-After`. */
export class TooManyAttempts extends BaseboardError {
  readonly retryAfterSeconds: number

  constructor(retryAfterSeconds: number) {
    super('too-many-attempts', 429, `too many failed sign-ins: try again in ${Math.ceil(retryAfterSeconds / 60)} min`)
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** Names are hashed, so that a key has a bounded length and a password typed into the wrong box is not kept. */
const accountKey = (name: string) => `account:${createHash('sha256').update(name).digest('hex').slice(0, 32)}`

/** One person on IPv6 has 2^64 addresses: the network counts (RFC 6177 §2). */
function addressKey(ip: string | null): string {
  if (ip === null || !ip.includes(':')) return `address:${ip ?? 'unknown'}`
  const [head = '', tail = ''] = ip.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0')
  return `address:${[...left, ...zeros, ...right].slice(0, 4).join(':')}::/64`
}

/**
 * Counts an attempt to sign in, before it is judged, by account and by address; throws TooManyAttempts when there were too many
 * in a quarter of an hour. Gives what to call after a right password.
 */
export async function admitAttempt(name: string, ip: string | null): Promise<{ forgive: () => Promise<void> }> {
  const account = accountKey(name)
  const address = addressKey(ip)
  await forgetOldAttempts(prisma(), new Date(Date.now() - windowMs))
  const byAddress = await countAttempt(prisma(), address, windowMs)
  if (byAddress.attempts > perAddress) throw new TooManyAttempts(secondsLeft(byAddress.windowAt))
  const byAccount = await countAttempt(prisma(), account, windowMs)
  if (byAccount.attempts > perAccount) throw new TooManyAttempts(secondsLeft(byAccount.windowAt))
  return { forgive: () => forgiveAttempts(prisma(), account, address) }
}

const secondsLeft = (windowAt: Date) => Math.max(1, Math.ceil((windowAt.getTime() + windowMs - Date.now()) / 1000))
