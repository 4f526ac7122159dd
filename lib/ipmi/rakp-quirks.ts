import { isSameCode } from './cipher-suites.ts'
import { rakp2Code, rakp3Code, rakp4Code, type RakpExchange } from './rakp-codes.ts'
import { maxUsernameLength, nameOnlyLookup, privilegeLevels, type Privilege } from './rakp.ts'
import type { Workarounds } from './workarounds.ts'

/**
 * Where BMCs differ from IPMI 2.0 §13.17 to §13.28 in session setup, as FreeIPMI's workarounds of these names describe it. None of them
 * lets in a BMC that does not know the password.
 */

/**
 * The maximum privilege in Open Session. 0 asks for the highest; the role of RAKP 1 decides (what ipmitool and aiohmi do). Old Intel BMCs want
 * it named; those of `opensesspriv` hash it later in place of RAKP 1's role (Sun Fire 4100, Supermicro X8DTH, Intel S2600JF, Dell C5220).
 */
export function openSessionPrivilege(privilege: Privilege, workarounds: Workarounds): number {
  return workarounds.has('intel20') || hashesOpenSession(workarounds) ? privilegeLevels[privilege] : 0
}

const hashesOpenSession = (workarounds: Workarounds) => workarounds.has('opensesspriv') || workarounds.has('sun20')

/** RAKP 1's role byte: bit 4 looks the user up by name alone, else by name and role (IPMI 2.0 §13.20). */
export const roleByte = (privilege: Privilege, lookup: 'name' | 'name-and-role'): number => (lookup === 'name' ? nameOnlyLookup : 0) | privilegeLevels[privilege]

/** RAKP 3's code; Intel SE7520AF2 leaves the lookup bit and the padding of the name out of this one. */
export function makeRakp3Code(exchange: RakpExchange, username: Buffer, workarounds: Workarounds): Buffer {
  return rakp3Code(workarounds.has('intel20') ? { ...exchange, username, role: exchange.role & ~nameOnlyLookup } : exchange)
}

/** Intel SE7520AF2 wants the name padded with zeros, and cuts a password to 16 bytes where its HMAC is MD5. */
export function credentialsOf(
  { username, password }: { readonly username: Buffer; readonly password: Buffer },
  hash: string,
  workarounds: Workarounds,
): { readonly username: Buffer; readonly password: Buffer } {
  if (!workarounds.has('intel20')) return { username, password }
  const padded = Buffer.alloc(maxUsernameLength)
  padded.set(username)
  return { username: padded, password: hash === 'md5' ? password.subarray(0, 16) : password }
}

/** The code without the byte too many that Supermicro H8QME and Sun Fire 4100 put behind it. */
export function trimCode(code: Buffer, expectedLength: number, workarounds: Workarounds): Buffer {
  const isPadded = code.length === expectedLength + 1 && (workarounds.has('supermicro20') || workarounds.has('sun20'))
  return isPadded ? code.subarray(0, -1) : code
}

/** Is this the right code with a byte too many? Then `supermicro20` is what is needed. */
export const isPaddedCode = (expected: Buffer, code: Buffer): boolean =>
  expected.length > 0 && code.length === expected.length + 1 && isSameCode(expected, code.subarray(0, -1))

/** The integrity check value to expect in RAKP 4. Intel's goes by the integrity algorithm: none where packets are not signed. */
export function expectedCheckValue(exchange: RakpExchange, sik: Buffer, workarounds: Workarounds): Buffer {
  return workarounds.has('intel20') && exchange.suite.integrity === 0 ? Buffer.alloc(0) : rakp4Code(exchange, sik)
}

/** Has this RAKP 2 code been made with a privilege of Open Session (what was asked, what was granted) in place of RAKP 1's? */
export function provesOpenSessionPrivilege(exchange: RakpExchange, code: Buffer, privileges: readonly number[]): boolean {
  const bit = exchange.role & nameOnlyLookup
  return privileges.map((privilege) => bit | privilege).some((role) => role !== exchange.role && isSameCode(rakp2Code({ ...exchange, role }), code))
}
