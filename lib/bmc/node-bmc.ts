import type { Capabilities, Protocol, TlsPolicy } from '#lib/domain/bmc.ts'
import type { BmcSetting } from '#lib/domain/bmc-setup.ts'
import { toBootWord, type BootOrder } from '#lib/domain/boot.ts'
import type { MediaOrder } from '#lib/domain/media.ts'
import type { ActionOptions, Command } from '#lib/domain/operation.ts'
import type { FanOrder } from '#lib/domain/fan.ts'
import type { IpmiCommand, RawChange } from '#lib/domain/raw.ts'
import type { ResetType } from '#lib/domain/power.ts'
import { createRedfishMemory, toKnownService } from '#lib/redfish/memory.ts'
import { compositions, isComposable } from '#lib/domain/reset-rules.ts'
import type { Bmc, FanAnswer, MediaAnswer, ResetAnswer } from './bmc.ts'
import { BmcError } from './errors.ts'
import { toAddress, toBmcError } from './failure.ts'
import type { FanProfile } from './fan-profile.ts'
import { afterLogin, type IpmiAccess } from './ipmi-access.ts'
import type { IpmiOutcome } from './ipmi-raw.ts'
import { createIpmiMemory } from './ipmi-sweep.ts'
import type { SdrStore } from './known-sdrs.ts'
import { openBmc } from './open.ts'
import { answersPing, answersTcp } from './ping.ts'
import type { RawOutcome } from './redfish-raw.ts'
import { resolveVetted, type AllowsAddress } from './resolve.ts'

export type NodeBmcTarget = {
  address: string
  ports: Partial<Record<Protocol, number>>
  username: string
  password: string
  pin: string | null
  tls: TlsPolicy
  ca: string | undefined
  ipmi?: IpmiAccess | undefined
  allows: AllowsAddress
  fanProfiles?: readonly FanProfile[] | undefined
  /** Where what IPMI's sensors are is kept between processes. */
  sdrStore?: SdrStore | undefined
  /** The same of what Redfish sessions learn: JSON, which nobody needs to understand. */
  serviceStore?: ServiceStore | undefined
}

export type ServiceStore = { load: () => string | null; save: (json: string) => void }

/**
 * All conversations with one node's BMC: at most one by each protocol, opened when first needed and kept. Which protocol serves what
 * comes from the capability record; a function that one lacks goes by the other.
 */
export type NodeBmc = {
  /** Runs a reading by this protocol. A session that the BMC has forgotten is opened anew, once. */
  read: <T>(protocol: Protocol, reading: (bmc: Bmc) => Promise<T>, signal?: AbortSignal) => Promise<T>
  /** Sends one command, at most once, with what of the options belongs to it. A BmcError means that nothing left. */
  send: (command: Command, options: ActionOptions, via: Protocol, signal?: AbortSignal) => Promise<ResetAnswer>
  /** Is there anybody at this protocol's port now? Without a login, and within about a second. */
  answers: (protocol: Protocol, signal: AbortSignal) => Promise<boolean>
  /** Tells the fans something, at most once. A BmcError means that nothing left. */
  setFans: (order: FanOrder, via: Protocol, signal?: AbortSignal) => Promise<FanAnswer>
  /** Clears one log, at most once; read it just before. A BmcError means that nothing left. */
  clearLog: (source: string, via: Protocol, signal?: AbortSignal) => Promise<ResetAnswer>
  /** Sends a change that a person wrote, at most once; look at its path just before. A BmcError means that nothing left. */
  change: (request: RawChange, signal?: AbortSignal) => Promise<RawOutcome>
  /** Sets one thing of the BMC itself, at most once. A BmcError means that nothing left. */
  changeSetup: (setting: BmcSetting, signal?: AbortSignal) => Promise<ResetAnswer>
  /** Sends an IPMI command that a person wrote, at most once. A BmcError means that nothing left. */
  sendBytes: (command: IpmiCommand, signal?: AbortSignal) => Promise<IpmiOutcome>
  /** Mounts an image, and ejects one: see `Bmc`. A BmcError means that nothing was changed. */
  insertMedia: (order: MediaOrder, signal?: AbortSignal) => Promise<MediaAnswer>
  ejectMedia: (slot: string | undefined, signal?: AbortSignal) => Promise<MediaAnswer>
  /** Listens to the event stream with the session that polling has; with none it is `closed` at once. Rejects with a BmcError. */
  listen: (path: string, onEvent: () => void, signal: AbortSignal) => Promise<'idle' | 'closed'>
  /** Closes every conversation but this protocol's, when a function was served by the other. */
  rest: (primary: Protocol) => Promise<void>
  close: () => Promise<void>
}

/** A session that was not used for so long may be gone: BMCs drop idle IPMI sessions after 60 s. It is tried by a reading before a command. */
const idleMs = 20_000
const pingMs = 1_000

type Held = { bmc: Bmc; usedAtMs: number }

export function createNodeBmc(target: NodeBmcTarget, open = openBmc): NodeBmc {
  const held = new Map<Protocol, Held>()
  const opening = new Map<Protocol, Promise<Held>>()
  let isClosed = false
  // A first use trusts what it sees; later ones of this conversation must see the same.
  let { pin } = target
  let ipmi = target.ipmi ?? {}
  const memory = createIpmiMemory(target.sdrStore)
  const redfishMemory = createRedfishMemory({ known: toKnownService(target.serviceStore?.load()), keep: target.serviceStore?.save })

  const portOf = (protocol: Protocol) => target.ports[protocol] ?? 0
  const addressOf = (protocol: Protocol) => toAddress(target.address, portOf(protocol))

  async function openNow(protocol: Protocol, signal: AbortSignal | undefined): Promise<Held> {
    const ip = await resolveVetted(target.address, target.allows, signal)
    const bmc = await open(protocol, { ...target, ip, port: portOf(protocol), pin, ipmi, memory, redfishMemory }, signal)
    if (isClosed) {
      await bmc.close()
      throw new BmcError('failed', addressOf(protocol), `${addressOf(protocol)}: the conversation was closed`)
    }
    pin ??= bmc.facts.certificate ?? null
    ipmi = afterLogin(ipmi, bmc.facts.cipherSuiteId)
    const entry = { bmc, usedAtMs: performance.now() }
    held.set(protocol, entry)
    return entry
  }

  async function hold(protocol: Protocol, signal: AbortSignal | undefined): Promise<Held> {
    const known = held.get(protocol)
    if (known !== undefined) return known
    if (isClosed) throw new BmcError('failed', addressOf(protocol), `${addressOf(protocol)}: the conversation was closed`)
    const running = opening.get(protocol)
    if (running !== undefined) return running
    const attempt = openNow(protocol, signal).finally(() => opening.delete(protocol))
    opening.set(protocol, attempt)
    return attempt
  }

  async function drop(protocol: Protocol, entry: Held): Promise<void> {
    if (held.get(protocol) === entry) held.delete(protocol)
    await entry.bmc.close()
  }

  /** A BMC that starts anew knows none of its sessions, and may be of another firmware: the next reading looks where to sign in, and does. */
  function forget(): void {
    redfishMemory.forget()
    for (const [protocol, entry] of held) void drop(protocol, entry)
  }

  async function read<T>(protocol: Protocol, reading: (bmc: Bmc) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const wasOpen = held.has(protocol)
    const entry = await hold(protocol, signal)
    try {
      const result = await reading(entry.bmc)
      entry.usedAtMs = performance.now()
      return result
    } catch (error) {
      const failure = toBmcError(error, addressOf(protocol))
      if (signal?.aborted) throw failure
      if (isOverFor(failure)) void drop(protocol, entry)
      if (!wasOpen || failure.kind !== 'unreachable') throw failure
      const fresh = await hold(protocol, signal)
      return reading(fresh.bmc)
    }
  }

  /** A conversation that was just used or just tried, for a command. */
  async function ready(via: Protocol, signal: AbortSignal | undefined): Promise<Held> {
    const known = held.get(via)
    if (known === undefined || performance.now() - known.usedAtMs > idleMs) await read(via, (bmc) => bmc.readPower(signal), signal)
    return hold(via, signal)
  }

  /**
   * A session that others use as well may end before the command's turn has come. Then nothing has left, as the BmcError says, and another
   * session carries it: once, and for resets alone, which are one packet.
   */
  async function reset(entry: Held, type: ResetType, via: Protocol, signal: AbortSignal | undefined): Promise<ResetAnswer> {
    try {
      return await entry.bmc.reset(type, signal)
    } catch (error) {
      if (!(error instanceof BmcError) || signal?.aborted) throw error
      const isGone = held.get(via) !== entry
      if (!isGone && error.kind !== 'unreachable') throw error
      if (!isGone) void drop(via, entry)
      const fresh = await hold(via, signal)
      return fresh.bmc.reset(type, signal)
    }
  }

  async function send(command: Command, { boot, capWatts }: ActionOptions, via: Protocol, signal?: AbortSignal): Promise<ResetAnswer> {
    const entry = await ready(via, signal)
    const { bmc } = entry
    if (command === 'IndicatorOn' || command === 'IndicatorOff') return bmc.setIndicator(command === 'IndicatorOn', signal)
    if (command === 'ResetBmc') return bmc.resetBmc(signal).finally(forget)
    if (command === 'FullPowerCycle') return bmc.reset(command, signal).finally(forget)
    if (command === 'SetPowerCap' || command === 'LiftPowerCap') {
      if (command === 'SetPowerCap' && capWatts === undefined) throw new BmcError('failed', addressOf(via), `${addressOf(via)}: SetPowerCap without the watts`)
      return bmc.setPowerCap(command === 'SetPowerCap' ? capWatts! : null, signal)
    }
    if (command !== 'SetBoot') return reset(entry, command, via, signal)
    if (boot === undefined) throw new BmcError('failed', addressOf(via), `${addressOf(via)}: SetBoot without what to boot from`)
    return bmc.setBoot(boot, signal)
  }

  /** A session that has been idle is tried by a reading first: a mount is not sent twice. */
  async function withMedia(change: (bmc: Bmc) => Promise<MediaAnswer> | undefined, signal: AbortSignal | undefined): Promise<MediaAnswer> {
    if (target.ports.redfish === undefined) throw new BmcError('unsupported', addressOf('ipmi'), `${addressOf('ipmi')}: IPMI has no virtual media, and this node has no Redfish`)
    await read('redfish', async (bmc) => bmc.readMedia?.(signal), signal)
    const answer = change((await hold('redfish', signal)).bmc)
    if (answer === undefined) throw new BmcError('unsupported', addressOf('redfish'), `${addressOf('redfish')}: this is no Redfish service`)
    return answer
  }

  return {
    read,
    send,
    async answers(protocol, signal) {
      const at = { ip: await resolveVetted(target.address, target.allows, signal), port: portOf(protocol) }
      return protocol === 'ipmi' ? answersPing(at, pingMs, signal) : answersTcp(at, pingMs, signal)
    },
    setFans: async (order, via, signal) => (await ready(via, signal)).bmc.setFans(order, signal),
    clearLog: async (source, via, signal) => (await hold(via, signal)).bmc.clearLog(source, signal),
    async change(request, signal) {
      const { bmc } = await hold('redfish', signal)
      if (bmc.change === undefined) throw new BmcError('unsupported', addressOf('redfish'), `${addressOf('redfish')}: this is no Redfish service`)
      return bmc.change(request, signal)
    },
    async changeSetup(setting, signal) {
      const { bmc } = await ready('ipmi', signal)
      if (bmc.changeSetup === undefined) throw new BmcError('unsupported', addressOf('ipmi'), `${addressOf('ipmi')}: this is no IPMI session`)
      return bmc.changeSetup(setting, signal)
    },
    async sendBytes(command, signal) {
      const { bmc } = await ready('ipmi', signal)
      if (bmc.sendBytes === undefined) throw new BmcError('unsupported', addressOf('ipmi'), `${addressOf('ipmi')}: this is no IPMI session`)
      return bmc.sendBytes(command, signal)
    },
    insertMedia: (order, signal) => withMedia((bmc) => bmc.insertMedia?.(order, signal), signal),
    ejectMedia: (slot, signal) => withMedia((bmc) => bmc.ejectMedia?.(slot, signal), signal),
    async listen(path, onEvent, signal) {
      return (await held.get('redfish')?.bmc.listen?.(path, onEvent, signal)) ?? 'closed'
    },
    async rest(primary) {
      await Promise.all([...held].filter(([protocol]) => protocol !== primary).map(([protocol, entry]) => drop(protocol, entry)))
    },
    async close() {
      isClosed = true
      await Promise.all([...held].map(([protocol, entry]) => drop(protocol, entry)))
    },
  }
}

/** After these the session is of no use any more, or not to be trusted. */
function isOverFor({ kind }: BmcError): boolean {
  return kind === 'unreachable' || kind === 'refused' || kind === 'credentials' || kind === 'certificate' || kind === 'session-limit' || kind === 'garbled'
}

export type Plan = { commands: Command[]; via: Protocol } | { refused: string }

/** How a command is done on this node: by itself or by those that make it up, and by which protocol; or the BMC's reason why it cannot be. */
export function toPlan(command: Command, capabilities: Capabilities | null, { boot }: ActionOptions = {}): Plan {
  if (capabilities === null) return { refused: 'what this BMC can do is not known yet: it has not answered a probe' }
  if (command === 'SetBoot') return toBootPlan(capabilities.boot, boot)
  if (command === 'ResetBmc') return toBmcResetPlan(capabilities.bmcReset)
  if (command === 'SetPowerCap' || command === 'LiftPowerCap') return toPowerCapPlan(command, capabilities.powerCap)
  const isLight = command === 'IndicatorOn' || command === 'IndicatorOff'
  const capability = isLight ? capabilities.indicator : capabilities.resets[command]
  if (capability === undefined || !capability.can || capability.via === undefined) {
    return { refused: capability?.reason ?? `this BMC is not known to do ${command}` }
  }
  const isComposed = capability.composed === true && isComposable(command)
  return { commands: isComposed ? [...compositions[command]] : [command], via: capability.via }
}

/** What the probe says of an override; whether the BMC allows it now is read again before it is sent. */
function toBootPlan(ability: Capabilities['boot'], order: BootOrder | undefined): Plan {
  if (ability === undefined) return { refused: 'whether this BMC sets a boot override is not known yet: it was not asked' }
  if (ability.can !== true || ability.via === undefined || order === undefined) return { refused: ability.reason ?? 'this BMC is not known to set a boot override' }
  const isAllowed = order.target === 'none' || toBootWord(order.target, ability.targets, order.mode) !== undefined
  return isAllowed ? { commands: ['SetBoot'], via: ability.via } : { refused: `this BMC boots from ${ability.targets.join(', ')}, and from no ${order.target}` }
}

/** One that the BMC neither promises nor denies is tried: it says no itself. */
function toBmcResetPlan(ability: Capabilities['bmcReset']): Plan {
  if (ability === undefined) return { refused: 'whether this BMC resets itself is not known yet: it was not asked' }
  if (ability.can === false || ability.via === undefined) return { refused: ability.reason ?? 'this BMC is not known to reset itself' }
  return { commands: ['ResetBmc'], via: ability.via }
}

/** A cap that a reading shows and nothing denies is tried: only few BMCs say beforehand whether they take another. */
function toPowerCapPlan(command: Command, ability: Capabilities['powerCap']): Plan {
  if (ability === undefined) return { refused: 'whether this BMC caps power is not known yet: it was not asked' }
  if (ability.can === false || ability.via === undefined) return { refused: ability.reason ?? 'this BMC is not known to cap power' }
  if (ability.unit !== undefined && ability.unit !== 'W') return { refused: `this BMC caps in ${ability.unit}, not in watts` }
  return { commands: [command], via: ability.via }
}
