import type { BmcClock } from '#lib/domain/bmc-clock.ts'
import type { Capabilities, EndpointFacts, Identity, Protocol } from '#lib/domain/bmc.ts'
import type { BootSight, BootSource } from '#lib/domain/boot-progress.ts'
import type { BmcSetting, BmcSetup } from '#lib/domain/bmc-setup.ts'
import type { BootOrder, BootState } from '#lib/domain/boot.ts'
import type { FanOrder, FanReading } from '#lib/domain/fan.ts'
import type { HealthReason } from '#lib/domain/health.ts'
import type { Inventory } from '#lib/domain/inventory.ts'
import type { LogCursor, LogEntry } from '#lib/domain/log-entry.ts'
import type { MediaOrder, MediaProtocol, MediaRefusal, MediaState } from '#lib/domain/media.ts'
import type { PowerState, ResetType } from '#lib/domain/power.ts'
import type { IpmiCommand, RawChange } from '#lib/domain/raw.ts'
import type { PowerDraw, Sensor } from '#lib/domain/sensor.ts'
import type { AbilityReading } from './abilities.ts'
import type { IpmiOutcome } from './ipmi-raw.ts'
import type { RawOutcome, RawReply } from './redfish-raw.ts'
import type { FetchedResource } from './tree-recorder.ts'

/** What a power read says, with whatever else the same answer proves about the last restart. */
export type PowerReading = {
  state: PowerState
  /** When the host last restarted by the BMC's clock (Redfish LastResetTime), ISO 8601; evidence, never shown as ours. */
  lastResetAt?: string
  /** Why it last restarted, in the BMC's word (IPMI 2.0 §28.11); evidence of a cycle or reset. */
  restartCause?: string
  indicator?: boolean
  /** How far the host's start has come, where this reading tells it; most BMCs tell none. */
  progress?: BootSight & { source: BootSource }
  /** The power cap in watts, where it was asked for with this reading; null: none is in force. */
  cap?: number | null
  /** The boot override, where it was asked for with this reading; null: none is set. */
  boot?: BootState | null
  /** When the BMC itself last started, where it was asked for with this reading. */
  bmcStartedAt?: string
  /** Where the log stood at this reading; see `Bmc.readLogMark`. */
  logMark?: string
  /** What the log says of a restart since a mark, in words. */
  restartLogged?: string
}

/**
 * All that one sweep saw: sensors, what the BMC itself holds to be wrong, and the watts drawn now where it says. `unread` says in words
 * what could not be read or understood. Without reasons a node is well only where `isHealthKnown`: silence is no health.
 */
export type SensorSweep = {
  sensors: Sensor[]
  reasons: HealthReason[]
  isHealthKnown: boolean
  watts: number | null
  /** The same with average, peak and cap, where the BMC tells them. */
  draw?: PowerDraw
  unread: string[]
}

/** Who the node is; and, since the same answer tells it, the BMC's clock beside ours: null where it tells none. */
export type IdentityReading = { identity: Identity; clock: BmcClock | null }

/** One log of the BMC, as this reading found it. `wasCleared`: it is not a continuation of what was read before. */
export type LogSource = { name: string; wasCleared: boolean; isComplete: boolean; canClear: boolean; failure?: string }

/**
 * What is new in the logs of a BMC. Entries come in no order, and one may come again (it changed, or the log moved while it was
 * read): the key tells. Give `cursor` to the next reading; null means that there is nothing to go on from.
 */
export type LogReading = {
  entries: LogEntry[]
  cursor: LogCursor | null
  sources: LogSource[]
  /** What the newest of these entries that is of the host's start says, and when it happened by the BMC's clock. */
  progress?: BootSight & { at: string | null }
}

/** What came of a reset that was sent: the BMC said yes (with the words of its answer), said no, or the reply was lost. */
export type ResetAnswer =
  | { kind: 'accepted' }
  | { kind: 'rejected'; text: string }
  | { kind: 'reply-lost'; text: string }

/**
 * What came of telling the fans something. `unsupported`: this firmware refuses the command itself, and will again (0xC1, 0xD4, 0xCC, 0xC9
 * to a mode command; vendors have closed it); to be remembered until the firmware changes.
 */
export type FanAnswer = ResetAnswer | { kind: 'unsupported'; text: string }

/**
 * What came of a mount or an eject. `accepted` names the slot that now holds the image, or is empty, as it was read back. `rejected`: the slot
 * is as it was, as far as it can be read. `reply-lost`: only reading the state tells, later.
 */
export type MediaAnswer =
  | { kind: 'accepted'; slot: string; text: string }
  | { kind: 'rejected'; text: string; why: MediaRefusal; takes?: MediaProtocol[] }
  | { kind: 'reply-lost'; text: string }

/**
 * An open conversation with a BMC by one protocol. Every method rejects with a `BmcError`; every method has its own deadline,
 * and ends early when `signal` fires. `reset` puts at most one command on the wire, whatever happens.
 */
export interface Bmc {
  readonly protocol: Protocol
  readonly facts: EndpointFacts
  readIdentity(signal?: AbortSignal): Promise<IdentityReading>
  readCapabilities(signal?: AbortSignal): Promise<Capabilities>
  /**
   * What else it can do, for probes alone: it costs ten requests and more. Gives what was had within `budgetMs`, and rejects only for
   * another certificate.
   */
  readAbilities(budgetMs: number, signal?: AbortSignal): Promise<AbilityReading>
  readPower(signal?: AbortSignal): Promise<PowerReading>
  readSensors(signal?: AbortSignal): Promise<SensorSweep>
  /**
   * What is new in the BMC's logs since the cursor of an earlier reading (null: everything, the newest 5,000 of each log). A slow BMC's
   * log comes in several readings; a source that is not complete goes on in the next.
   */
  readLog(since: LogCursor | null, signal?: AbortSignal): Promise<LogReading>
  /** What the node is made of. Costs a GET per part, minutes on some BMCs: for every few hours. */
  readInventory(signal?: AbortSignal): Promise<Inventory>
  /** Clears one log, by its source's name; sent once. Read it before: what is cleared is gone. */
  clearLog(source: string, signal?: AbortSignal): Promise<ResetAnswer>
  /** Where the BMC's log stands, for `findRestart` later; undefined where it cannot be read so. IPMI alone has it. */
  readLogMark?(signal?: AbortSignal): Promise<string | undefined>
  /** What the log says of a restart since the mark: for machines that tell it nowhere else, which are most. */
  findRestart?(mark: string, signal?: AbortSignal): Promise<string | undefined>
  reset(type: ResetType, signal?: AbortSignal): Promise<ResetAnswer>
  setIndicator(on: boolean, signal?: AbortSignal): Promise<ResetAnswer>
  /** From what the node is made to start; null where no override is set. */
  readBoot(signal?: AbortSignal): Promise<BootState | null>
  /** The POST code that the host's firmware wrote last; undefined where the BMC tells none. Redfish alone has it: it costs a GET or two, for while a host starts. */
  readPostCode?(signal?: AbortSignal): Promise<string | undefined>
  /** Sets or clears the override as one command, of one packet or several that each leave once. */
  setBoot(order: BootOrder, signal?: AbortSignal): Promise<ResetAnswer>
  /**
   * Fans with speed and duty, the mode that they are in, and the temperatures beside. `unverified`: the grade C profile that is turned on for
   * this node; without it nothing of such a profile is sent, and mode and duty stay unknown.
   */
  readFans(signal?: AbortSignal, unverified?: string): Promise<FanReading>
  /**
   * Tells the fans what to do: every packet leaves once, a mode first and, after it has settled, the duties. Rejects where nothing left:
   * `unsupported` without a way to the fans, `failed` for what the control forbids (its floor, an unverified profile).
   */
  setFans(order: FanOrder, signal?: AbortSignal): Promise<FanAnswer>
  /** How much power the node may draw, in watts; null where no cap is in force. */
  readPowerCap(signal?: AbortSignal): Promise<number | null>
  /** Caps what the node draws, or lifts the cap (null), as one command whose packets each leave once. */
  setPowerCap(watts: number | null, signal?: AbortSignal): Promise<ResetAnswer>
  /** Resets the BMC itself, not the host. Its sessions end with it: close this conversation after. */
  resetBmc(signal?: AbortSignal): Promise<ResetAnswer>
  /** When the BMC itself has last started, by its own clock; undefined where it does not say. Redfish alone has it. */
  readBmcStart?(signal?: AbortSignal): Promise<string | undefined>
  /** The virtual drives, and what is in them. Redfish alone has them, as the two that follow. */
  readMedia?(signal?: AbortSignal): Promise<MediaState>
  /**
   * Mounts an image: ejects what is in the slot, then goes through the forms that this BMC may want, the next only after a refusal that
   * left the slot empty; follows the task to its end and reads the slot back. Takes up to six minutes. A BmcError: nothing was changed.
   */
  insertMedia?(order: MediaOrder, signal?: AbortSignal): Promise<MediaAnswer>
  /** Empties a slot; without one, that which a mount would take. Ejected while the host reads it, the image is lost to the host. */
  ejectMedia?(slot: string | undefined, signal?: AbortSignal): Promise<MediaAnswer>
  /** Whatever the BMC answers to a GET of this path, for a person to see, with its secrets hidden. Redfish alone has it. */
  look?(path: string, signal?: AbortSignal): Promise<RawReply>
  /** A resource as it came, its secrets too, in its turn after everything else: for a recording, which masks it before it is kept. */
  fetch?(path: string, signal?: AbortSignal): Promise<FetchedResource>
  /** How the BMC itself is set up: power restore, serial over LAN, clock, network, users, watchdog, filters. IPMI alone has it. */
  readSetup?(signal?: AbortSignal): Promise<BmcSetup>
  /** Sets one thing of it, by packets that each leave once. */
  changeSetup?(setting: BmcSetting, signal?: AbortSignal): Promise<ResetAnswer>
  /** An IPMI command that a person wrote, sent at most once. IPMI alone has it. */
  sendBytes?(command: IpmiCommand, signal?: AbortSignal): Promise<IpmiOutcome>
  /** A change that a person wrote, sent at most once. */
  change?(request: RawChange, signal?: AbortSignal): Promise<RawOutcome>
  /**
   * Listens to the BMC's event stream at this path until it ends: `idle` after long silence, `closed` by the BMC. Rejects with a BmcError:
   * `unsupported` and `garbled` where it is none that can be used. Redfish alone has it. Stop it before closing.
   */
  listen?(path: string, onEvent: () => void, signal: AbortSignal): Promise<'idle' | 'closed'>
  /** Ends the session at the BMC and frees what it held; never rejects. */
  close(): Promise<void>
}
