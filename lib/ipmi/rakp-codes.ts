import { hmac, type CipherSuite } from './cipher-suites.ts'

/** Everything the two sides know after RAKP 1 and 2, from which all codes and keys follow. */
export type RakpExchange = {
  readonly suite: CipherSuite
  readonly consoleSessionId: number
  readonly managedSystemSessionId: number
  readonly consoleRandom: Buffer
  readonly managedSystemRandom: Buffer
  readonly guid: Buffer
  readonly role: number
  readonly username: Buffer
  /** The user's password, K[UID]. */
  readonly password: Buffer
  /** K[G] of the BMC; without one the password takes its place (IPMI 2.0 §13.31). */
  readonly kg?: Buffer
}

/** RAKP 2's key exchange authentication code (IPMI 2.0 §13.31). */
export function rakp2Code(exchange: RakpExchange): Buffer {
  return hmac(
    exchange.suite,
    exchange.password,
    uint32(exchange.consoleSessionId),
    uint32(exchange.managedSystemSessionId),
    exchange.consoleRandom,
    exchange.managedSystemRandom,
    exchange.guid,
    roleAndName(exchange),
  )
}

/** RAKP 3's key exchange authentication code. */
export function rakp3Code(exchange: RakpExchange): Buffer {
  return hmac(exchange.suite, exchange.password, exchange.managedSystemRandom, uint32(exchange.consoleSessionId), roleAndName(exchange))
}

/** The session integrity key. */
export function sessionIntegrityKey(exchange: RakpExchange): Buffer {
  return hmac(exchange.suite, exchange.kg ?? exchange.password, exchange.consoleRandom, exchange.managedSystemRandom, roleAndName(exchange))
}

/** RAKP 4's integrity check value. */
export function rakp4Code(exchange: RakpExchange, sik: Buffer): Buffer {
  const whole = hmac(exchange.suite, sik, exchange.consoleRandom, uint32(exchange.managedSystemSessionId), exchange.guid)
  return whole.subarray(0, exchange.suite.checkValueLength)
}

function roleAndName(exchange: RakpExchange): Buffer {
  return Buffer.concat([Buffer.of(exchange.role, exchange.username.length), exchange.username])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeUInt32LE(value)
  return bytes
}
