import * as z from 'zod/mini'
import { cipherSuiteIds, ipmiPrivileges, workarounds } from './ipmi-words.ts'

export const cipherSuiteId = z.literal([...cipherSuiteIds])

/** The suites to try, in this order; null: 17, then 3, of those that the BMC lists. Without `insecure` only those that encrypt and sign. */
const suites = z.nullable(z.array(cipherSuiteId).check(z.minLength(1), z.maxLength(cipherSuiteIds.length)))
const workaroundList = z.array(z.enum(workarounds)).check(z.maxLength(workarounds.length))

/** How a person wants IPMI to be spoken with a node. */
export const ipmiSettings = z.object({
  suites: z.catch(suites, null),
  /** An administrator has allowed, for this one node, suites that do not encrypt or sign. */
  insecure: z.catch(z.boolean(), false),
  privilege: z.catch(z.enum(ipmiPrivileges), 'administrator'),
  workarounds: z.catch(workaroundList, []),
})
export type IpmiSettings = z.infer<typeof ipmiSettings>

/** The same as it is asked for: what is not named stays. */
export const ipmiPatch = z.strictObject({
  suites: z.optional(suites),
  insecure: z.optional(z.boolean()),
  privilege: z.optional(z.enum(ipmiPrivileges)),
  workarounds: z.optional(workaroundList),
})
export type IpmiPatch = z.infer<typeof ipmiPatch>

export const usualIpmi: IpmiSettings = ipmiSettings.parse({})

const kgBytes = 20

/**
 * The BMC's key K_G as ipmitool and FreeIPMI take it: text of up to 20 bytes, or 0x and its bytes in hex. Shorter ones end in zeros, which to
 * HMAC are the same. Gives it as 40 hex digits; null for what is no key, and for all zeros, which to a BMC mean that it has none.
 */
export function toKg(text: string): string | null {
  const hex = /^0x((?:[0-9a-f]{2})+)$/i.exec(text)?.[1]?.toLowerCase() ?? toHex(new TextEncoder().encode(text))
  if (hex.length > 2 * kgBytes || /^0*$/.test(hex)) return null
  return hex.padEnd(2 * kgBytes, '0')
}

const toHex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
