import type { Capabilities } from '#lib/domain/bmc.ts'
import type { HealthReason } from '#lib/domain/health.ts'
import type { ResetType } from '#lib/domain/power.ts'
import type { PowerDraw } from '#lib/domain/sensor.ts'
import { coldReset, getDeviceId, type DeviceId } from '#lib/ipmi/commands/app.ts'
import { chassisControl, chassisIdentify, getChassisStatus, getSystemRestartCause, type ChassisAction, type ChassisStatus } from '#lib/ipmi/commands/chassis.ts'
import { getPowerReading, type PowerReading as DcmiPower } from '#lib/ipmi/commands/dcmi.ts'
import { getMacAddress } from '#lib/ipmi/commands/transport.ts'
import { openSession } from '#lib/ipmi/connect.ts'
import { IpmiError, isRefusal } from '#lib/ipmi/errors.ts'
import { decodeFru } from '#lib/ipmi/fru/decode.ts'
import { readFru } from '#lib/ipmi/fru/read.ts'
import { changePowerLimit, readPowerLimit } from '#lib/ipmi/power-limit.ts'
import type { Sender } from '#lib/ipmi/sdr/repository.ts'
import { clearSel } from '#lib/ipmi/sel/read.ts'
import type { IpmiSession } from '#lib/ipmi/session.ts'
import type { Bmc, IdentityReading, PowerReading, ResetAnswer, SensorSweep } from './bmc.ts'
import { toResetCapabilities } from './composition.ts'
import { BmcError } from './errors.ts'
import { toAddress, toBmcError } from './failure.ts'
import { shippedFanProfiles } from './fan-catalogue.ts'
import { readIpmiAbilities } from './ipmi-abilities.ts'
import { readBoot, setBoot } from './ipmi-boot.ts'
import { createIpmiFans } from './ipmi-fans.ts'
import { toIdentity } from './ipmi-identity.ts'
import { toIpmiTarget, toLoginFacts } from './ipmi-access.ts'
import { readFrus, toInventory } from './ipmi-inventory.ts'
import { readSelLog, selSource } from './ipmi-log.ts'
import { readLanPart } from './ipmi-network.ts'
import { readSelClock } from './ipmi-sel-clock.ts'
import { sendBytes } from './ipmi-raw.ts'
import { toReasons, toSensors, toSystemWatts } from './ipmi-sensors.ts'
import { changeSetup, readSetup } from './ipmi-setup.ts'
import { createIpmiMemory, createSweeper } from './ipmi-sweep.ts'
import { sayBmc, toTold } from './reason.ts'
import { findRestart, readLogMark } from './restart-log.ts'
import type { BmcTarget } from './target.ts'
import { within } from './within.ts'

/** `bmcReset`: a BMC that goes without a word must be seen silent, and some are back within ten seconds. */
const limitMs = { power: 15_000, sensors: 60_000, identity: 60_000, control: 6_000, bmcReset: 2_000, log: 60_000, inventory: 90_000 } as const
/** What a sweep may read before the limit, so that its last readings still fit. */
const sweepBudgetMs = 35_000
const recordsBudgetMs = 25_000
const logBudgetMs = 25_000
const inventoryBudgetMs = 50_000

/** Chassis Control (IPMI 2.0 §28.3) in Redfish's words; there is no graceful restart. */
const chassisActions: Partial<Record<ResetType, ChassisAction>> = {
  On: 'power-up',
  ForceOff: 'power-down',
  PowerCycle: 'power-cycle',
  ForceRestart: 'hard-reset',
  Nmi: 'diagnostic-interrupt',
  GracefulShutdown: 'soft-shutdown',
}

/** Signs in over RMCP+. Rejects with a BmcError that names the typed address. */
export async function openIpmiBmc(target: BmcTarget, signal?: AbortSignal): Promise<Bmc> {
  const address = toAddress(target.address, target.port)
  const startedAt = performance.now()
  try {
    const session = await openSession(toIpmiTarget(target), signal === undefined ? {} : { signal })
    return createIpmiBmc(session, address, performance.now() - startedAt, target)
  } catch (error) {
    throw toBmcError(error, address)
  }
}

function createIpmiBmc(session: IpmiSession, address: string, latencyMs: number, target: BmcTarget): Bmc {
  const optional = createOptional()
  /** For everything but the power state, its witnesses and commands: those go first in the session, whatever is being read. */
  const aside = createAside(session)
  const memory = target.memory ?? createIpmiMemory()
  const sweeper = createSweeper(aside(undefined), memory)
  const fans = createIpmiFans(session, address, sweeper, memory, target.fanProfiles ?? shippedFanProfiles)

  async function ask<T>(what: keyof typeof limitMs, work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const seconds = limitMs[what] / 1000
    const tooLate = () => new BmcError('unreachable', address, `${address}: reading ${what} took longer than ${seconds} s`)
    try {
      return await within(work(), limitMs[what], signal, tooLate)
    } catch (error) {
      throw toBmcError(error, address)
    }
  }

  async function readPower(): Promise<PowerReading> {
    const status = await session.send(getChassisStatus, undefined)
    const restart = await optional('restart cause', () => session.send(getSystemRestartCause, undefined))
    return {
      state: status.isPowerOn ? 'on' : 'off',
      ...(restart === undefined || restart.cause === 'unknown' ? {} : { restartCause: restart.cause }),
      ...(status.identify === undefined ? {} : { indicator: status.identify !== 'off' }),
    }
  }

  async function readSensors(signal: AbortSignal | undefined): Promise<SensorSweep> {
    const quietly = aside(signal)
    const values = await sweeper.sweep(sweepBudgetMs, signal)
    if (values === 'records-not-read-yet') throw new BmcError('failed', address, `${address}: the sensor records are still being read`)
    const sensors = toSensors(values)
    const chassis = toChassisReasons(await quietly.send(getChassisStatus, undefined))
    const power = await optional('power reading', () => quietly.send(getPowerReading, undefined))
    const meter = power?.isActive === true ? toDraw(power) : undefined
    const limit = meter && (await optional('power limit', () => readPowerLimit(quietly)))
    const draw = meter && { ...meter, ...(limit != null && { limit: limit.limitWatts }) }
    // The chassis status alone states faults of power, cooling and drives (IPMI 2.0 §28.2): it has just been answered.
    return { sensors, reasons: [...toReasons(values, sensors), ...chassis], isHealthKnown: true, watts: draw?.watts ?? toSystemWatts(sensors), ...(draw && { draw }), unread: [] }
  }

  async function readIdentity(signal: AbortSignal | undefined): Promise<IdentityReading> {
    const quietly = aside(signal)
    const device = await optional('device id', () => quietly.send(getDeviceId, undefined))
    const fru = await optional('FRU', async () => decodeFru(await readFru(quietly, 0)))
    const mac = await optional('MAC address', () => quietly.send(getMacAddress, undefined))
    return { identity: toIdentity(device, fru, mac?.macAddress), clock: (await readClock()).clock }
  }

  /** In its turn at once: what is compared is the time of its answer. */
  const readClock = () => readSelClock(session, optional)

  /** Entries are kept for good, so that they wait for the names of their sensors. */
  async function readRecords() {
    const records = await sweeper.records(recordsBudgetMs)
    if (records === 'records-not-read-yet') throw new BmcError('failed', address, `${address}: the sensor records are still being read`)
    return records
  }

  async function readInventory(signal: AbortSignal | undefined) {
    const quietly = aside(signal)
    const device = await optional('device id', () => quietly.send(getDeviceId, undefined))
    const lan = await readLanPart((what, command) => optional(what, () => quietly.send(command, undefined)))
    return toInventory(await readFrus(quietly, await readRecords(), inventoryBudgetMs), device, lan)
  }

  return {
    protocol: 'ipmi',
    facts: { version: '2.0', ...toLoginFacts(session, target), latencyMs: Math.round(latencyMs) },
    readPower: (signal) => ask('power', readPower, signal),
    readSensors: (signal) => ask('sensors', () => readSensors(signal), signal),
    readIdentity: (signal) => ask('identity', () => readIdentity(signal), signal),
    readCapabilities: (signal) =>
      ask('identity', async () => readCapabilities(aside(signal)), signal),
    readAbilities: (budgetMs, signal) => ask('identity', () => readIpmiAbilities({ ...aside(signal), privilege: session.privilege }, budgetMs, fans), signal),
    readLog: (since, signal) => ask('log', async () => readSelLog(aside(signal), since, await readRecords(), logBudgetMs, async () => (await readClock()).zoneMinutes), signal),
    readInventory: (signal) => ask('inventory', () => readInventory(signal), signal),
    async clearLog(source, signal) {
      if (source !== selSource) throw new BmcError('unsupported', address, `${address}: IPMI has one log, ${selSource}`)
      return control(address, () => clearSel(session, { timeoutMs: limitMs.control, ...(signal && { signal }) }))
    },
    readLogMark: (signal) => ask('power', () => readLogMark(session), signal),
    findRestart: (mark, signal) => ask('power', () => findRestart(session, mark), signal),
    async reset(type, signal) {
      const action = chassisActions[type]
      if (action === undefined) throw new BmcError('unsupported', address, `${address}: IPMI has no ${type}`)
      return control(address, () => session.send(chassisControl, { action }, { timeoutMs: limitMs.control, ...(signal && { signal }) }))
    },
    setIndicator: (on, signal) =>
      control(address, () => session.send(chassisIdentify, on ? 'indefinite' : { seconds: 0 }, { timeoutMs: limitMs.control, ...(signal && { signal }) })),
    readBoot: (signal) => ask('power', () => readBoot(session), signal),
    setBoot: (order, signal) => control(address, () => setBoot(session, order, { timeoutMs: limitMs.control, ...(signal && { signal }) })),
    readFans: (signal, unverified) => ask('sensors', () => fans.read(unverified), signal),
    async setFans(order, signal) {
      try {
        return await fans.set(order, signal)
      } catch (error) {
        throw toBmcError(error, address)
      }
    },
    readPowerCap: (signal) => ask('power', async () => (await readPowerLimit(session))?.limitWatts ?? null, signal),
    setPowerCap: (watts, signal) => control(address, () => changePowerLimit(session, watts, { timeoutMs: limitMs.control, ...(signal && { signal }) })),
    readSetup: (signal) => ask('identity', async () => readSetup(aside(signal), (await readClock()).zoneMinutes), signal),
    async changeSetup(setting, signal) {
      // Outside of what is controlled: where this reading fails nothing has left.
      const zoneMinutes = setting.what === 'clock' ? await ask('identity', async () => (await readClock()).zoneMinutes, signal) : 0
      return control(address, () => changeSetup(session, setting, zoneMinutes, { timeoutMs: limitMs.control, ...(signal && { signal }) }))
    },
    sendBytes: (command, signal) => sendBytes(session, address, command, { timeoutMs: limitMs.control, ...(signal && { signal }) }),
    resetBmc: (signal) => control(address, () => session.send(coldReset, undefined, { timeoutMs: limitMs.bmcReset, ...(signal && { signal }) })),
    close: () => session.close(),
  }
}

/**
 * A session for readings that give way. When `signal` has fired nothing further is asked; what is under way is waited for, because many
 * BMCs do one thing at a time and would answer the command that comes next with "busy".
 */
function createAside(session: IpmiSession): (signal: AbortSignal | undefined) => Sender {
  return (signal) => ({
    workarounds: session.workarounds,
    async send(command, request, options) {
      if (signal?.aborted) throw new IpmiError('aborted', `${command.name}: not asked, because something else comes first`)
      return session.send(command, request, { ...options, yields: true })
    },
  })
}

async function readCapabilities(session: Sender): Promise<Capabilities> {
  return toCapabilities(await session.send(getDeviceId, undefined), await session.send(getChassisStatus, undefined))
}

/** What a BMC refused once it will refuse again: it is not asked twice in one session. Errors of the session itself are thrown. */
function createOptional() {
  const refused = new Set<string>()
  return async <T>(what: string, ask: () => Promise<T>): Promise<T | undefined> => {
    if (refused.has(what)) return undefined
    try {
      return await ask()
    } catch (error) {
      if (!isRefusal(error)) throw error
      refused.add(what)
      return undefined
    }
  }
}

/** A refusal is the BMC's no; a lost reply, and an answer that cannot be read, prove nothing. Anything else never left. */
async function control(address: string, send: () => Promise<void>): Promise<ResetAnswer> {
  try {
    await send()
    return { kind: 'accepted' }
  } catch (error) {
    const failure = toBmcError(error, address)
    const kind = error instanceof IpmiError ? error.kind : 'reply-lost'
    if (kind === 'completion-code') return { kind: 'rejected', text: failure.message }
    if (kind === 'reply-lost' || kind === 'malformed' || kind === 'protocol') return { kind: 'reply-lost', text: failure.message }
    throw failure
  }
}

function toCapabilities(device: DeviceId, chassis: ChassisStatus): Capabilities {
  const native = device.supports.chassis ? Object.keys(chassisActions) : []
  const lacks = toTold(sayBmc(device.supports.chassis ? 'ipmi-no-command' : 'ipmi-no-chassis'))
  const light = chassis.identify === undefined ? toTold(sayBmc('light-untold')) : {}
  return {
    probedAt: new Date().toISOString(),
    resets: toResetCapabilities(native, 'ipmi', lacks),
    indicator: device.supports.chassis ? { can: true, via: 'ipmi', ...light } : { can: false, ...lacks },
  }
}

/** The meter of DCMI; 0 W is not reported. */
function toDraw({ currentWatts, averageWatts, maximumWatts, periodMs }: DcmiPower): PowerDraw | undefined {
  if (currentWatts <= 0) return undefined
  const minutes = Math.round(periodMs / 60_000)
  return { watts: currentWatts, ...(averageWatts > 0 && { average: averageWatts }), ...(maximumWatts > 0 && { peak: maximumWatts }), ...(minutes > 0 && { minutes }) }
}

/** Faults that the chassis states by itself (IPMI 2.0 §28.2). Intrusion and lockout are no faults, and often set for ever. */
function toChassisReasons(status: ChassisStatus): HealthReason[] {
  const faults: [boolean, string][] = [
    [status.hasPowerOverload, 'power overload'],
    [status.hasPowerFault, 'power fault'],
    [status.hasPowerControlFault, 'power control fault'],
    [status.hasDriveFault, 'drive fault'],
    [status.hasCoolingFault, 'cooling or fan fault'],
  ]
  return faults.flatMap(([isSet, text]): HealthReason[] => (isSet ? [{ level: 'critical', code: 'reported', part: 'Chassis', text }] : []))
}
