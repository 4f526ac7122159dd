import { toBmcClock } from '#lib/domain/bmc-clock.ts'
import type { Capabilities, EndpointFacts, Identity } from '#lib/domain/bmc.ts'
import { parseBmcTime } from '#lib/domain/log-time.ts'
import type { MediaOrder } from '#lib/domain/media.ts'
import type { PowerState } from '#lib/domain/power.ts'
import { isRedfishError, type RedfishError } from '#lib/redfish/errors.ts'
import type { Answer } from '#lib/redfish/exchange.ts'
import { readFanRoute, type FanRoute } from '#lib/redfish/fan-route.ts'
import { setIndicator } from '#lib/redfish/indicator.ts'
import { ejectMedia, insertMedia, type MediaOutcome } from '#lib/redfish/media-mount.ts'
import type { RedfishMemory } from '#lib/redfish/memory.ts'
import { createModel, readAside } from '#lib/redfish/model.ts'
import { readPowerCapPlace, setPowerCap, type PowerCapPlace } from '#lib/redfish/power-cap.ts'
import { readAbilities } from '#lib/redfish/read-abilities.ts'
import { readInventory } from '#lib/redfish/read-inventory.ts'
import { clearLog, readLogServices } from '#lib/redfish/read-log-services.ts'
import { readHealth } from '#lib/redfish/read-health.ts'
import { readIdentity, type Identity as RedfishIdentity } from '#lib/redfish/read-identity.ts'
import { readPostCode } from '#lib/redfish/read-post-code.ts'
import { readPower } from '#lib/redfish/read-power.ts'
import { readSensors } from '#lib/redfish/read-sensors.ts'
import type { Reason } from '#lib/redfish/reason.ts'
import { readManagerReset, readManagerStart, readResetTypes, reset, toManagerRestarts, type ResetCapability } from '#lib/redfish/reset.ts'
import type { RedfishSession } from '#lib/redfish/session.ts'
import { followTask, toTaskPath } from '#lib/redfish/task.ts'
import type { Bmc, FanAnswer, IdentityReading, MediaAnswer, PowerReading, ResetAnswer } from './bmc.ts'
import { toPowerProgress } from './boot-progress.ts'
import { toResetCapabilities } from './composition.ts'
import { BmcError } from './errors.ts'
import { toAddress, toBmcError } from './failure.ts'
import { toAbilities } from './redfish-abilities.ts'
import { prepareBoot, readBoot } from './redfish-boot.ts'
import { isClosed, setRedfishFans, toFanReading } from './redfish-fans.ts'
import { toInventory } from './redfish-inventory.ts'
import { readRedfishLog, toSource } from './redfish-log.ts'
import { readMedia, toMediaAnswer } from './redfish-media.ts'
import { change, fetchResource, look, type RawOutcome } from './redfish-raw.ts'
import { toSensorSweep } from './redfish-sensors.ts'
import { sayBmc, toTold } from './reason.ts'
import { openRedfishSession, tooLate } from './redfish-session.ts'
import type { BmcTarget } from './target.ts'
import { toOptionalText, toPlainText } from './text.ts'
import { within } from './within.ts'
import { withoutNothing } from './without-nothing.ts'

/**
 * How long each reading may take in all, the walk through the tree that the first one needs included. `bmcReset`: a BMC that goes without
 * a word must be seen silent before it is back.
 */
const limitMs = { power: 45_000, sensors: 60_000, identity: 60_000, abilities: 90_000, control: 90_000, bmcReset: 10_000, log: 75_000, inventory: 180_000, look: 60_000, media: 60_000, mount: 360_000 } as const
/** What these two may read before the limit, so that the requests under way still fit. */
const budgetMs = { log: 30_000, inventory: 120_000 } as const
/**
 * How long a task that the BMC made of a command is followed for the no that it may still bring. What goes on longer counts as accepted,
 * and reading the state tells what came of it.
 */
const followMs = 15_000

/** Signs in at a Redfish service. Rejects with a BmcError that names the typed address. */
export async function openRedfishBmc(target: BmcTarget, signal?: AbortSignal): Promise<Bmc> {
  const address = toAddress(target.address, target.port)
  const startedAt = performance.now()
  const { redfishMemory: memory } = target
  return createRedfishBmc(await openRedfishSession(target, signal, { memory }), memory, address, performance.now() - startedAt)
}

/** A BMC that answered in half a second is not waited for as long as one that needed four. */
const toPatience = (lastMs: number) => Math.min(limitMs.power, Math.max(8_000, lastMs * 5))

function createRedfishBmc(session: RedfishSession, memory: RedfishMemory | undefined, address: string, latencyMs: number): Bmc {
  const model = createModel(session, { memory })
  let power: PowerState = 'unknown'
  let powerLimitMs: number = limitMs.power
  let resets: ResetCapability | undefined
  let fanRoute: FanRoute | undefined

  async function ask<T>(what: keyof typeof limitMs, work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const ms = what === 'power' ? powerLimitMs : limitMs[what]
    try {
      return await within(work(), ms, signal, () => tooLate(address, `reading ${what}`, Math.round(ms)))
    } catch (error) {
      throw toBmcError(error, address)
    }
  }

  async function readPowerNow(): Promise<PowerReading> {
    const askedAt = performance.now()
    const given = await readPower(model)
    powerLimitMs = toPatience(performance.now() - askedAt)
    const progress = toPowerProgress(given.progress)
    power = given.powerState === undefined ? 'unknown' : powerStates[given.powerState]
    return {
      state: power,
      ...(given.lastResetTime === undefined ? {} : { lastResetAt: toPlainText(given.lastResetTime, 60) }),
      ...(progress === null ? {} : { progress }),
      ...(given.indicator === undefined ? {} : { indicator: given.indicator }),
    }
  }

  /** What fails before anything has left is a BmcError. When time is up nobody knows what the BMC goes on to do. */
  async function mount(work: (signal: AbortSignal) => Promise<MediaOutcome>, signal: AbortSignal | undefined, order?: MediaOrder): Promise<MediaAnswer> {
    const stop = new AbortController()
    const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal])
    const late = tooLate(address, 'the virtual drive', limitMs.mount).message
    try {
      return toMediaAnswer(await within(work(either), limitMs.mount, signal, () => new Error(late)), address, order)
    } catch (error) {
      if (error instanceof BmcError || (isRedfishError(error) && error.notSent)) throw toBmcError(error, address)
      const text = isRedfishError(error) ? toBmcError(error, address).message : signal?.aborted ? `${address}: stopped while the virtual drive was changed` : late
      return { kind: 'reply-lost', text }
    } finally {
      stop.abort()
    }
  }

  const readFanRouteNow = async () => (fanRoute = await readFanRoute(model, fanRoute))

  async function readSensorsNow() {
    const sweep = await readSensors(model)
    return toSensorSweep(sweep, await readHealth(model, sweep), power)
  }

  return {
    protocol: 'redfish',
    get facts() {
      return toFacts(session, latencyMs)
    },
    readPower: (signal) => ask('power', readPowerNow, signal),
    readSensors: (signal) => ask('sensors', readSensorsNow, signal),
    readIdentity: (signal) => ask('identity', async () => toIdentityReading(await readIdentity(model)), signal),
    readCapabilities: (signal) =>
      ask('identity', async () => {
        resets = await readResetTypes(model)
        return toCapabilities(resets, await readPower(model))
      }, signal),
    readAbilities: (budgetMs, signal) => ask('abilities', async () => toAbilities(await readAbilities(model, { budgetMs })), signal),
    readLog: (since, signal) => ask('log', () => readRedfishLog(readAside(model), since, budgetMs.log), signal),
    readInventory: (signal) => ask('inventory', async () => toInventory(await readInventory(model, { budgetMs: budgetMs.inventory })), signal),
    clearLog: (source, signal) =>
      control(session, address, signal, async () => {
        const { services } = await ask('log', () => readLogServices(model), signal)
        const service = services.find((one) => toSource(one) === source)
        if (service?.clearTarget === undefined) throw new BmcError('unsupported', address, `${address}: this BMC offers no clearing of the log ${source}`)
        return () => clearLog(session, service)
      }),
    reset: (type, signal) =>
      control(session, address, signal, async () => {
        const known = (resets ??= await ask('identity', () => readResetTypes(model), signal))
        const { target, allowed } = known
        if (target === undefined || !allowed.includes(type)) throw new BmcError('unsupported', address, `${address}: ${toLack(known)}`)
        return () => reset(session, target, type)
      }),
    setIndicator: (on, signal) => control(session, address, signal, async () => () => setIndicator(model, on)),
    readBoot: (signal) => ask('power', () => readBoot(model), signal),
    readPostCode: (signal) => ask('identity', async () => toOptionalText(await readPostCode(readAside(model)), 40), signal),
    setBoot: (order, signal) => control(session, address, signal, () => ask('identity', () => prepareBoot(model, order), signal)),
    readPowerCap: (signal) => ask('power', async () => (await readPowerCapPlace(model)).limit, signal),
    setPowerCap: (watts, signal) =>
      control(session, address, signal, async () => {
        const place = await ask('identity', () => readPowerCapPlace(model), signal)
        const range = toRangeObjection(place, watts)
        if (range !== undefined) throw new BmcError('unsupported', address, `${address}: ${range}`)
        return () => setPowerCap(model, place, watts)
      }),
    readFans: (signal) =>
      ask('sensors', async () => {
        const { sensors, unread } = await readSensorsNow()
        return toFanReading(await readFanRouteNow(), sensors, unread)
      }, signal),
    async setFans(order, signal) {
      try {
        return await setRedfishFans(await ask('identity', readFanRouteNow, signal), address, order, ({ path, body }) => control<FanAnswer>(session, address, signal, async () => () => session.patch(path, body), limitMs.control, toFanRefusal))
      } catch (error) {
        throw toBmcError(error, address)
      }
    },
    resetBmc: (signal) =>
      control(session, address, signal, async () => {
        const found = await ask('identity', () => readManagerReset(model), signal)
        const { target, stated } = found
        const [type] = toManagerRestarts(found)
        if (target === undefined || (type === undefined && stated !== 'unstated')) throw new BmcError('unsupported', address, `${address}: this BMC offers no reset of itself that starts it again`)
        return () => reset(session, target, type)
      }, limitMs.bmcReset),
    readMedia: (signal) => ask('media', () => readMedia(model), signal),
    insertMedia: (order, signal) => mount((over) => insertMedia(model, order, { signal: over }), signal, order),
    ejectMedia: (slot, signal) => mount((over) => ejectMedia(model, slot, { signal: over }), signal),
    readBmcStart: (signal) => ask('identity', async () => toOptionalText(await readManagerStart(model), 60), signal),
    look: (path, signal) => ask('look', () => look(session, path), signal),
    fetch: (path, signal) => ask('look', () => fetchResource(session, path), signal),
    async change(request, signal): Promise<RawOutcome> {
      const late = tooLate(address, 'the answer', limitMs.control).message
      try {
        return await within(change(session, address, request), limitMs.control, signal, () => new Error(late))
      } catch (error) {
        if (error instanceof BmcError) throw error
        return { kind: 'reply-lost', text: signal?.aborted ? `${address}: stopped while the answer was waited for` : late }
      }
    },
    async listen(path, onEvent, signal) {
      try {
        return await session.listen(path, { onEvent, signal })
      } catch (error) {
        throw toBmcError(error, address)
      }
    },
    close: () => session.close(),
  }
}

function toFacts(session: RedfishSession, latencyMs: number): EndpointFacts {
  const certificate = session.fingerprint?.replaceAll(':', '').toLowerCase()
  return {
    ...(session.root.redfishVersion === undefined ? {} : { version: toPlainText(session.root.redfishVersion, 30) }),
    ...(certificate === undefined ? {} : { certificate }),
    ...(session.isVouchedFor ? { isVouchedFor: true } : {}),
    latencyMs: Math.round(latencyMs),
  }
}

/** Paused is a host that is powered and halted. */
const powerStates = { On: 'on', Off: 'off', PoweringOn: 'poweringOn', PoweringOff: 'poweringOff', Paused: 'on' } as const

/** Why a BMC that tells the range of its cap would refuse this one. */
function toRangeObjection({ minimum, maximum }: PowerCapPlace, watts: number | null): string | undefined {
  if (watts === null) return undefined
  if (minimum !== undefined && watts < minimum) return `this BMC caps at ${minimum} W and more, not at ${watts} W`
  // Some tell a maximum of 0 for "not known".
  return maximum !== undefined && maximum > 0 && watts > maximum ? `this BMC caps at ${maximum} W and less, not at ${watts} W` : undefined
}

type Send = () => Promise<Answer>

/**
 * Sends what `prepare` gives, once. What fails while preparing, and what surely never left, is a BmcError; an answer of 4xx is the BMC's
 * no; everything else (no answer, a 5xx that may have come after the deed) is a lost reply, and only reading tells.
 */
async function control<A = ResetAnswer>(
  session: RedfishSession,
  address: string,
  signal: AbortSignal | undefined,
  prepare: () => Promise<Send>,
  withinMs: number = limitMs.control,
  toRefusal?: (error: RedfishError, text: string) => A | undefined,
): Promise<A | ResetAnswer> {
  const send = await prepare()
  if (signal?.aborted) throw new BmcError('failed', address, `${address}: stopped before anything was sent`)
  try {
    const answer = await within(send(), withinMs, signal, () => tooLate(address, 'the answer', withinMs))
    return await toControlAnswer(session, answer, address, signal)
  } catch (error) {
    const text = toBmcError(error, address).message
    if (!isRedfishError(error)) return { kind: 'reply-lost', text }
    const refusal = toRefusal?.(error, text)
    if (refusal !== undefined) return refusal
    if (error.status !== undefined && error.status >= 400 && error.status < 500) return { kind: 'rejected', text }
    if (error.notSent) throw toBmcError(error, address)
    return { kind: 'reply-lost', text }
  }
}

/** What a firmware refuses its fans for good, as IPMI's C1h, D4h, CCh and C9h do. */
const toFanRefusal = (error: RedfishError, text: string): FanAnswer | undefined => (isClosed(error) ? { kind: 'unsupported', text: `${text}: this firmware takes no such change of its fans` } : undefined)

/** An accepted command, unless it became a task and that soon fails. */
async function toControlAnswer(session: RedfishSession, answer: Answer, address: string, signal: AbortSignal | undefined): Promise<ResetAnswer> {
  const path = toTaskPath(answer)
  if (path === undefined) return { kind: 'accepted' }
  // That the task cannot be looked at says nothing of the command.
  const outcome = await followTask(session.at('urgent'), path, { deadlineMs: followMs, signal }).catch(() => undefined)
  if (outcome?.end !== 'failed' && outcome?.end !== 'cancelled') return { kind: 'accepted' }
  const said = [outcome.state, ...outcome.messages].filter((part) => part !== undefined).map((part) => toPlainText(part, 300))
  return { kind: 'rejected', text: `${address}: the BMC's task ended without success (${said.join(': ') || 'it does not say why'})` }
}

function toLack({ target, allowed, stated, doubt }: ResetCapability): Reason {
  if (doubt !== undefined) return doubt
  if (target === undefined) return sayBmc('reset-none')
  if (stated === 'unstated') return sayBmc('reset-unstated')
  return sayBmc('reset-only', { types: allowed.map((word) => toPlainText(word, 40)).join(', ') })
}

function toCapabilities(resets: ResetCapability, power: { indicator: boolean | undefined }): Capabilities {
  return {
    probedAt: new Date().toISOString(),
    resets: toResetCapabilities(resets.target === undefined ? [] : resets.allowed, 'redfish', toTold(toLack(resets))),
    indicator: power.indicator === undefined ? { can: false, ...toTold(sayBmc('light-none')) } : { can: true, via: 'redfish' },
  }
}

function toIdentityReading(given: RedfishIdentity): IdentityReading {
  const { time } = given
  const toldMs = time && parseBmcTime(time.dateTime, toZone(time.localOffset))
  return { identity: toIdentity(given), clock: toldMs === undefined ? null : toBmcClock(toldMs, time!) }
}

/** DateTimeLocalOffset where DateTime itself has none; Cray writes 0. */
const toZone = (localOffset: string | undefined) => (/^[+-]\d\d:\d\d$/.test(localOffset ?? '') ? localOffset : undefined)

/** The identity without what is missing. */
export function toIdentity(given: RedfishIdentity): Identity {
  const { processors, bmc } = given
  const { count, model } = processors
  return withoutNothing({
    manufacturer: toOptionalText(given.manufacturer),
    model: toOptionalText(given.model),
    serial: toOptionalText(given.serial),
    assetTag: toOptionalText(given.assetTag),
    uuid: toOptionalText(given.uuid, 60)?.toLowerCase(),
    hostName: toOptionalText(given.hostName),
    biosVersion: toOptionalText(given.biosVersion),
    processors: toOptionalText([count !== undefined && count > 0 ? `${count} ×` : undefined, model].filter((part) => part !== undefined).join(' ')),
    memoryGiB: given.memoryGiB,
    bmcModel: toOptionalText(bmc.model),
    bmcFirmware: toOptionalText(bmc.firmwareVersion),
    bmcMac: toOptionalText(bmc.interfaces[0]?.mac, 40),
  } satisfies Record<keyof Identity, unknown>)
}

