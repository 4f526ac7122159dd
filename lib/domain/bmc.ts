import * as z from 'zod/mini'
import { abilities, abilityName, sessionLimits } from './abilities.ts'
import { bmcClock } from './bmc-clock.ts'
import { keepFanRefusal } from './fan.ts'
import { cipherSuiteId } from './ipmi.ts'
import { ipmiPrivileges, workarounds } from './ipmi-words.ts'
import { protocol } from './protocol.ts'
import { told } from './reason.ts'

export { protocol, type Protocol } from './protocol.ts'

/** What an administrator asks for; `auto` keeps every protocol that answers. */
export const protocolChoice = z.enum(['auto', 'redfish', 'ipmi'])
export type ProtocolChoice = z.infer<typeof protocolChoice>

export const defaultPorts = { redfish: 443, ipmi: 623, ssh: 22 } as const

/** Why a BMC could not be spoken to, or a word of it not believed. Each is its own sentence on the page. */
export const bmcFailureKind = z.enum([
  'unreachable',
  'refused',
  'credentials',
  'certificate',
  'host-key',
  'cipher-suite',
  'downgrade',
  'not-a-bmc',
  'outside-networks',
  'session-limit',
  'console-busy',
  'garbled',
  'unsupported',
  'reply-lost',
  'no-credential',
  'failed',
])
export type BmcFailureKind = z.infer<typeof bmcFailureKind>

/** `text` names the address and the detail, in English, for logs and the "more" of a page; `address` is host:port. */
export const bmcFailure = z.object({ kind: bmcFailureKind, address: z.string(), text: z.string() })
export type BmcFailure = z.infer<typeof bmcFailure>

/** Who the node and its BMC are. Every field as the BMC wrote it, trimmed and bounded; absent when it did not say. */
export const identity = z.object({
  manufacturer: z.optional(z.string()),
  model: z.optional(z.string()),
  serial: z.optional(z.string()),
  assetTag: z.optional(z.string()),
  uuid: z.optional(z.string()),
  hostName: z.optional(z.string()),
  biosVersion: z.optional(z.string()),
  processors: z.optional(z.string()),
  memoryGiB: z.optional(z.number()),
  bmcModel: z.optional(z.string()),
  bmcFirmware: z.optional(z.string()),
  bmcMac: z.optional(z.string()),
})
export type Identity = z.infer<typeof identity>

/** One thing a BMC can or cannot do, by which protocol, and in the BMC's own words why not. */
export const capability = z.object({
  can: z.boolean(),
  via: z.optional(protocol),
  composed: z.optional(z.boolean()),
  ...told,
})
export type Capability = z.infer<typeof capability>

/** The ways that a serial console can travel, in the order in which they are tried. */
export const consoleWay = z.enum(['sol', 'ssh', 'websocket'])
export type ConsoleWay = z.infer<typeof consoleWay>

/**
 * One way to the host's serial console. `entry`: what is typed at the BMC's command line to enter it; absent where the port leads
 * straight to the serial line, and then nothing is typed. `exit`: the keys that leave it again. `reason`: why not, in the BMC's words.
 */
export const consoleRoute = z.object({
  way: consoleWay,
  can: z.boolean(),
  port: z.optional(z.number()),
  entry: z.optional(z.string()),
  exit: z.optional(z.string()),
  ...told,
})
export type ConsoleRoute = z.infer<typeof consoleRoute>

/**
 * What a probe found that this node can do: resets by type, the locate light, and the rest by name. Keys are added, never changed:
 * records of older versions lack the newer ones. `unread`: what this probe could not read, so that it may be from an earlier one.
 */
export const capabilities = z.object({
  probedAt: z.iso.datetime(),
  resets: z.record(z.string(), capability),
  indicator: capability,
  consoles: z.optional(z.array(consoleRoute)),
  ...abilities,
  sessions: z.optional(z.array(sessionLimits)),
  cipherSuites: z.optional(z.array(z.number())),
  unread: z.optional(z.array(abilityName)),
})
export type Capabilities = z.infer<typeof capabilities>

/** A record that could not tell the consoles this time keeps those of the one before. */
export const keepConsoles = (known: Capabilities | null, found: Capabilities): Capabilities =>
  found.consoles === undefined && known?.consoles !== undefined ? { ...found, consoles: known.consoles } : found

/** What a firmware refused its fans for good stays refused until a person asks anew; see `keepFanRefusal`. */
export function keepFans(known: Capabilities | null, found: Capabilities): Capabilities {
  const fans = keepFanRefusal(known?.fans, found.fans)
  return fans === found.fans ? found : { ...found, fans }
}

/**
 * What one protocol of a BMC told a probe, and when that was. `clock`: null where it tells none, absent where it was not asked or too slow
 * to say it.
 */
export const endpointFacts = z.object({
  probedAt: z.optional(z.iso.datetime()),
  clock: z.optional(z.nullable(bmcClock)),
  version: z.optional(z.string()),
  cipherSuiteId: z.optional(cipherSuiteId),
  /** With which IPMI privilege the login went. */
  privilege: z.optional(z.enum(ipmiPrivileges)),
  /** Workarounds that the login found to be needed. */
  workarounds: z.optional(z.array(z.enum(workarounds))),
  certificate: z.optional(z.string()),
  /** The certificate is signed by the site's CA for this address. */
  isVouchedFor: z.optional(z.boolean()),
  latencyMs: z.optional(z.number()),
})
export type EndpointFacts = z.infer<typeof endpointFacts>

/** `legacy`: also TLS 1.0 and 1.1 with old ciphers and small keys, for one old BMC. */
export const tlsPolicy = z.enum(['modern', 'legacy'])
export type TlsPolicy = z.infer<typeof tlsPolicy>

/** The management state of one protocol's port. `absent`: probed and not there, so not asked again until the next probe. */
export const endpointState = z.enum(['probing', 'ok', 'failed', 'absent'])
export const endpoint = z.object({
  protocol,
  port: z.number(),
  state: endpointState,
  failure: z.nullable(bmcFailure),
  facts: endpointFacts,
})
export type Endpoint = z.infer<typeof endpoint>

/** The answer of a probe, whole. `failure` is the one to show when no protocol works. */
export const probeResult = z.object({
  endpoints: z.array(endpoint),
  identity,
  capabilities: z.nullable(capabilities),
  failure: z.nullable(bmcFailure),
})
export type ProbeResult = z.infer<typeof probeResult>
