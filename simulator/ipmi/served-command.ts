import type { CipherSuite } from '#lib/ipmi/cipher-suites.ts'
import type { Privilege } from '#lib/ipmi/rakp.ts'
import type { Machine } from '../machine.ts'
import type { SessionQuirk } from '../personas.ts'
import type { SensorModel } from '../sensors.ts'
import type { BootOptions } from './boot-commands.ts'
import type { FanFamily } from './fan-rules.ts'
import type { SolService } from './sol.ts'

/** What a command's answer is made from. */
export interface CommandContext {
  machine: Machine
  /** The address of this BMC, for Get LAN Configuration. */
  address: string
  username: string
  /** The UDP port of this BMC. */
  port: () => number
  /** The port that is named for the serial console, where it is another. */
  solPort: () => number | undefined
  sol: SolService
  boot: BootOptions
  fans: FanFamily
  cipherSuites: () => readonly number[]
  hasKg: () => boolean
  has: (quirk: SessionQuirk) => boolean
  /** Reservations of the two repositories (IPMI 2.0 §31.4, §33.11): a new one ends the one before. */
  reservations: { sdr: number; sel: number }
  /** Told of every command. */
  onCommand: (netFn: number, cmd: number) => void
  /** The session the command came in; undefined before there is one. */
  session: CommandSession | undefined
  sessions: { limit: number; active: () => number; close: (id: number) => boolean }
}

export interface CommandSession {
  id: number
  suite: CipherSuite
  /** The level it works at now, and the highest it may ask for (IPMI 2.0 table 6-3). */
  privilege: number
  maximumPrivilege: number
}

export interface Reply {
  completionCode: number
  data: Buffer
}

/** One command this BMC serves, as a value: adding one adds a value to a table. */
export interface ServedCommand {
  name: string
  netFn: number
  cmd: number
  /** The least level a session needs for it; null for the few that need no session (IPMI 2.0 appendix G). */
  privilege: Privilege | null
  /** Fewer bytes of data are answered with C7h and never reach `answer`. */
  leastLength?: number
  answer: (data: Buffer, context: CommandContext) => Reply
}

export const completion = {
  ok: 0x00,
  invalidCommand: 0xc1,
  reservationCancelled: 0xc5,
  wrongLength: 0xc7,
  outOfRange: 0xc9,
  tooManyBytes: 0xca,
  notPresent: 0xcb,
  invalidData: 0xcc,
  insufficientPrivilege: 0xd4,
  notInThisState: 0xd5,
} as const

const nothing = Buffer.alloc(0)

export const ok = (data: Buffer = nothing): Reply => ({ completionCode: completion.ok, data })
export const refuse = (completionCode: number): Reply => ({ completionCode, data: nothing })

/** IPMI's time: seconds since 1970 in 32 bits. */
export const toSeconds = (atMs: number) => Math.floor(atMs / 1000) >>> 0

export function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value & 0xffff)
  return bytes
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value >>> 0)
  return bytes
}

export const findSensor = (machine: Machine, number: number): SensorModel | undefined => machine.sensors[number - 1]
