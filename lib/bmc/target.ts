import type { TlsPolicy } from '#lib/domain/bmc.ts'
import type { RedfishMemory } from '#lib/redfish/memory.ts'
import type { FanProfile } from './fan-profile.ts'
import type { IpmiAccess } from './ipmi-access.ts'
import type { IpmiMemory } from './ipmi-sweep.ts'

/** Where one protocol of a BMC listens and how to sign in there. */
export type BmcTarget = {
  /** What the administrator typed: the host that errors name. */
  address: string
  /** The vetted IP address that is connected to; see `resolveVetted`. */
  ip: string
  port: number
  username: string
  password: string
  /** SHA-256 of the certificate, 64 hex digits; null trusts what is seen first. Only Redfish has one. */
  pin: string | null
  /** How old the TLS of this BMC may be; `modern` unless a person chose otherwise. */
  tls?: TlsPolicy | undefined
  /** Certificates (PEM) of the site's own authority, which may vouch for a certificate that is not the pinned one. */
  ca?: string | undefined
  /** How IPMI is spoken with it; as usual where nothing is said. */
  ipmi?: IpmiAccess | undefined
  /** What an earlier IPMI session learned of the same BMC. */
  memory?: IpmiMemory | undefined
  /** What an earlier Redfish session learned of it; a probe has none, and looks afresh. */
  redfishMemory?: RedfishMemory | undefined
  /** The fan profiles to choose from; those that come with Baseboard where none are given. */
  fanProfiles?: readonly FanProfile[] | undefined
}
