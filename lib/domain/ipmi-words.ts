/**
 * How IPMI may be spoken with one node, in words that need no check of what comes in: a page reads them before anything else. lib/ipmi has the
 * same suites, workarounds and privileges; a test compares them.
 */

/** Cipher suites, the strongest first (IPMI 2.0 table 22-20). */
export const cipherSuiteIds = [17, 3, 8, 12, 16, 2, 7, 11, 15, 1, 6, 0] as const
export type CipherSuiteId = (typeof cipherSuiteIds)[number]

/** What is used where nobody says otherwise, in this order. */
export const usualSuites: readonly CipherSuiteId[] = [17, 3]

/** Is the one a worse suite than the other? */
export const isWeaker = (one: CipherSuiteId, other: CipherSuiteId): boolean => cipherSuiteIds.indexOf(one) > cipherSuiteIds.indexOf(other)

/** Those that encrypt and sign; 8 and 12 rest on MD5. Any other one lets somebody on the network read, or act, along. */
const protectingSuites: ReadonlySet<CipherSuiteId> = new Set([17, 3, 8, 12])
export const isInsecure = (suite: CipherSuiteId): boolean => !protectingSuites.has(suite)

/** FreeIPMI's names and meanings (ipmipower(8), ipmiconsole(8), ipmi-sensors(8)). */
export const workarounds = [
  'authcap',
  'nochecksumcheck',
  'opensesspriv',
  'intel20',
  'supermicro20',
  'sun20',
  'integritycheckvalue',
  'solpayloadsize',
  'solport',
  'solstatus',
  'solchannelsupport',
  'serialalertsdeferred',
  'solpacketseq',
  'assumemaxsdrrecordcount',
  'discretereading',
  'ignorescanningdisabled',
  'assumebmcowner',
] as const
export type Workaround = (typeof workarounds)[number]

/**
 * In force anyway, so that to ask for them changes nothing: Open Session tells what a BMC's capabilities may get wrong, the console's status and
 * the channel's payloads are not asked, a console whose packets stay unanswered goes on with the next number by itself, and a discrete sensor
 * whose record has a unit gives a number.
 */
const builtIn = ['authcap', 'solstatus', 'solchannelsupport', 'solpacketseq', 'discretereading'] as const
type BuiltIn = (typeof builtIn)[number]
export const isBuiltIn = (workaround: Workaround): workaround is BuiltIn => builtIn.some((one) => one === workaround)
/** Those that make a difference. */
export const switches = workarounds.filter((one): one is Exclude<Workaround, BuiltIn> => !isBuiltIn(one))

/** The privilege to sign in with. An administrator who is not let in as such becomes operator by itself. */
export const ipmiPrivileges = ['administrator', 'operator', 'user'] as const
export type IpmiPrivilege = (typeof ipmiPrivileges)[number]
