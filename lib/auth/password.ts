import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { BaseboardError } from '#lib/domain/errors.ts'

/** Cost of one guess: 128 MiB and about a third of a second (OWASP Password Storage: scrypt N=2^17, r=8, p=1). */
const logN = 17
const blockSize = 8
const keyBytes = 32
const atOnce = 2
const mayWait = 32

let running = 0
const waiting: (() => void)[] = []

/** At most two hashes at once, so that a flood of sign-ins takes neither the memory nor the cores; beyond 32 waiting it says so. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= atOnce) {
    if (waiting.length >= mayWait) throw new BaseboardError('busy', 503, 'too many people are signing in at this moment: try again in a few seconds')
    await new Promise<void>((resolve) => waiting.push(resolve))
  } else {
    running += 1
  }
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next === undefined) running -= 1
    else next()
  }
}

function derive(password: string, salt: Buffer, logCost: number): Promise<Buffer> {
  const cost = 2 ** logCost
  const options = { N: cost, r: blockSize, p: 1, maxmem: 256 * cost * blockSize }
  return inTurn(
    () =>
      new Promise((resolve, reject) => {
        scrypt(password.normalize('NFKC'), salt, keyBytes, options, (error, key) => (error ? reject(error) : resolve(key)))
      }),
  )
}

/** The text that is kept of a password: `scrypt$logN$salt$key`, both in base64url. Only tests choose another cost. */
export async function hashPassword(password: string, logCost = logN): Promise<string> {
  const salt = randomBytes(16)
  return `scrypt$${logCost}$${salt.toString('base64url')}$${(await derive(password, salt, logCost)).toString('base64url')}`
}

/** A hash that no password has: checked for unknown people, so that they take as long as known ones. */
const nobody = `scrypt$${logN}$${randomBytes(16).toString('base64url')}$${randomBytes(keyBytes).toString('base64url')}`

/** Is this the password of this hash? Null (nobody of that name) takes as long and is false. */
export async function isPasswordOf(hash: string | null, password: string): Promise<boolean> {
  const [scheme, cost, salt, key] = (hash ?? nobody).split('$')
  if (scheme !== 'scrypt' || salt === undefined || key === undefined) throw new Error('a stored password hash is damaged')
  const derived = await derive(password, Buffer.from(salt, 'base64url'), Number(cost))
  const kept = Buffer.from(key, 'base64url')
  return kept.length === derived.length && timingSafeEqual(kept, derived) && hash !== null
}
