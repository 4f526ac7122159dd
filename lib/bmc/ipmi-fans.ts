import { setTimeout as sleep } from 'node:timers/promises'
import { toFanObjection, type FanControl, type FanDuties, type FanOrder, type FanReading } from '#lib/domain/fan.ts'
import { getDeviceId, type DeviceId } from '#lib/ipmi/commands/app.ts'
import { toRawCommand } from '#lib/ipmi/commands/raw.ts'
import { IpmiError } from '#lib/ipmi/errors.ts'
import { decodeFru } from '#lib/ipmi/fru/decode.ts'
import { readFru } from '#lib/ipmi/fru/read.ts'
import { readableSensors, readSensor, type SensorValue } from '#lib/ipmi/sensor/read.ts'
import type { IpmiSession } from '#lib/ipmi/session.ts'
import { toReasonText, type Reason } from '#lib/redfish/reason.ts'
import type { FanAnswer } from './bmc.ts'
import { BmcError } from './errors.ts'
import { toBmcError } from './failure.ts'
import { toCandidates, wantsNames } from './fan-catalogue.ts'
import type { FanProfile } from './fan-profile.ts'
import { fillTemplate, uses, type FanTemplate, type TemplateValues } from './fan-template.ts'
import { perZone, toFanControl, zoneOf, type ProfileZone } from './ipmi-fan-control.ts'
import { toSensors } from './ipmi-sensors.ts'
import type { IpmiMemory, Sweeper } from './ipmi-sweep.ts'
import { sayBmc } from './reason.ts'
import { toOptionalText } from './text.ts'

/** What is known of the fans of one BMC. `absent`: why there is no way to them. */
export type FanFinding = { profile: FanProfile; zones: readonly ProfileZone[]; control: FanControl } | { absent: Reason }

export type IpmiFans = {
  find: () => Promise<FanFinding>
  read: (unverified?: string) => Promise<FanReading>
  set: (order: FanOrder, signal: AbortSignal | undefined) => Promise<FanAnswer>
}

const sensorsOfFans = 0x04
const sensorsOfTemperature = 0x01
const commandMs = 6_000
const recordsBudgetMs = 25_000
const unknown = sayBmc('ipmi-no-fans')

/** The fans of one BMC by the bytes of a profile. */
export function createIpmiFans(session: IpmiSession, address: string, sweeper: Sweeper, memory: IpmiMemory, profiles: readonly FanProfile[]): IpmiFans {
  let finding: Promise<FanFinding> | undefined

  const ask = (template: FanTemplate, values: TemplateValues, what: string): Promise<Buffer> =>
    session.send(toRawCommand(what, [template.netFn, template.cmd], 'read'), fillTemplate(template, values))

  const findOnce = () => (finding ??= find().catch((error: unknown) => {
    finding = undefined
    throw error
  }))

  async function find(): Promise<FanFinding> {
    const device = await session.send(getDeviceId, undefined)
    const known = memory.fans
    const key = toKey(device)
    if (known?.key === key) return known.finding
    const found = await findAnew(device)
    memory.fans = { key, finding: found }
    return found
  }

  async function findAnew(device: DeviceId): Promise<FanFinding> {
    const { manufacturerId, productId } = device
    const names = wantsNames(profiles, manufacturerId) ? await readNames() : []
    const candidates = toCandidates(profiles, { manufacturerId, productId, firmware: device.firmwareRevision, names })
    let refused: string | undefined
    for (const profile of candidates) {
      if (profile.closed !== undefined) return { absent: profile.closed }
      const zones = await toZones(profile)
      // A guess is not even asked a question before somebody has turned it on.
      const proven = profile.grade === 'C' ? { zones } : await prove(profile, zones)
      if ('zones' in proven) return { profile, zones: proven.zones, control: toFanControl(profile, proven.zones, toFirmware(device)) }
      refused = `${profile.name}: ${proven.refused}`
    }
    return { absent: refused ?? unknown }
  }

  async function readNames(): Promise<string[]> {
    const fru = await refusable(async () => decodeFru(await readFru(session, 0)))
    if (fru instanceof IpmiError) return []
    return [fru.board?.productName, fru.product?.productName, fru.board?.partNumber, fru.product?.partNumber].flatMap((text) => toOptionalText(text) ?? [])
  }

  async function toZones({ zones }: FanProfile): Promise<ProfileZone[]> {
    if (zones !== 'fan-sensors') return zones
    const fans = (await readRecords()).filter((record) => record.sensorType === sensorsOfFans)
    return fans.map(({ number, name }) => ({ id: `sensor-${number}`, name: toOptionalText(name, 60) ?? `Sensor ${number}`, byte: number }))
  }

  async function readRecords() {
    const records = await sweeper.records(recordsBudgetMs)
    if (records === 'records-not-read-yet') throw new BmcError('failed', address, `${address}: the sensor records are still being read`)
    return readableSensors(records)
  }

  /** What can be read without changing anything must be answered: the mode, and the duty of each zone; a zone that is refused is not there. */
  async function prove(profile: FanProfile, zones: readonly ProfileZone[]): Promise<{ zones: readonly ProfileZone[] } | { refused: string }> {
    const { readMode, readDuty } = profile
    if (readMode !== undefined) {
      const answer = await refusable(() => ask(readMode.send, { zone: zones[0]?.byte }, 'reading the fan mode'))
      if (answer instanceof IpmiError) return { refused: answer.detail }
    }
    if (readDuty === undefined || !uses(readDuty.send, 'zone')) return { zones }
    const there: ProfileZone[] = []
    let refused = 'no fan zone answers'
    for (const zone of zones) {
      const answer = await refusable(() => ask(readDuty.send, { zone: zone.byte }, 'reading the fan duty'))
      if (answer instanceof IpmiError) refused = answer.detail
      else there.push(zone)
    }
    return there.length > 0 || zones.length === 0 ? { zones: there } : { refused }
  }

  async function read(unverified?: string): Promise<FanReading> {
    const found = await findOnce()
    const sensors = (await readRecords()).filter(({ sensorType }) => sensorType === sensorsOfFans || sensorType === sensorsOfTemperature)
    const values: SensorValue[] = []
    for (const sensor of sensors) values.push(await readSensor(session, sensor, { thresholds: memory.thresholds }))
    const told = toSensors(values)
    const unread: string[] = []
    const isOpen = 'profile' in found && (found.profile.grade !== 'C' || unverified === found.profile.id)
    const mode = isOpen ? await readModeOf(found, unread) : null
    const duties = isOpen ? await readDutiesOf(found, unread) : {}
    const zones = 'profile' in found ? found.zones : []
    return {
      takenAt: new Date().toISOString(),
      mode,
      duties,
      fans: told.flatMap((sensor, i) => {
        if (sensor.kind !== 'fan') return []
        const zone = zones.find(({ id }) => id === `sensor-${values[i]!.number}`)?.id ?? zoneOf(sensor.name, zones)
        const own = sensor.unit === '%' ? sensor.reading : null
        return [{ name: sensor.name, rpm: sensor.unit === 'RPM' ? sensor.reading : null, percent: own ?? (zone === null ? null : (duties[zone] ?? null)), zone }]
      }),
      temperatures: told.flatMap(({ key, name, kind, reading }) => (kind === 'temperature' ? [{ key, name, celsius: reading }] : [])),
      unread,
    }
  }

  type Found = Exclude<FanFinding, { absent: Reason }>

  /** Of several zones in different modes the manual one counts: that is where a duty stands still. */
  async function readModeOf({ profile, zones }: Found, unread: string[]): Promise<string | null> {
    const { readMode, modes } = profile
    if (readMode === undefined) return null
    const seen = new Set<string>()
    for (const { zone } of perZone([readMode.send], zones)) {
      const answer = await refusable(() => ask(readMode.send, { zone: zone?.byte }, 'reading the fan mode'))
      const value = answer instanceof IpmiError ? answer.detail : toByteAt(answer, readMode)
      if (typeof value === 'string') unread.push(`fan mode: ${value}`)
      const mode = modes.find((one) => one.value === value)
      if (mode !== undefined) seen.add(mode.id)
      else if (typeof value === 'number') unread.push(`fan mode: ${value} is none of this profile`)
    }
    return [...seen].find((id) => id === profile.manual) ?? [...seen][0] ?? null
  }

  async function readDutiesOf({ profile, zones }: Found, unread: string[]): Promise<Record<string, number>> {
    const { readDuty } = profile
    if (readDuty === undefined) return {}
    const duties: Record<string, number> = {}
    const toPercent = (byte: number) => Math.min(100, readDuty.scale === '255' ? Math.round((byte * 100) / 255) : byte)
    for (const { zone } of perZone([readDuty.send], zones)) {
      const answer = await refusable(() => ask(readDuty.send, { zone: zone?.byte }, 'reading the fan duty'))
      if (answer instanceof IpmiError) unread.push(`fan duty: ${answer.detail}`)
      // One answer for all has their duties in the order of the zones.
      for (const [index, one] of (zone === undefined ? zones : [zone]).entries()) {
        const value = answer instanceof IpmiError ? undefined : toByteAt(answer, { ...readDuty, at: readDuty.at + index })
        if (typeof value === 'number') duties[one.id] = toPercent(value)
        else if (value !== undefined) unread.push(`fan duty of ${one.name}: ${value}`)
      }
    }
    return duties
  }

  async function set(order: FanOrder, signal: AbortSignal | undefined): Promise<FanAnswer> {
    const found = await findOnce()
    if ('absent' in found) throw new BmcError('unsupported', address, `${address}: ${toReasonText(found.absent)}`)
    const objection = toFanObjection(order, found.control)
    if (objection !== null) throw new BmcError('failed', address, `${address}: ${objection}`)
    if (signal?.aborted) throw new BmcError('failed', address, `${address}: stopped before anything was sent`)
    if (order.kind === 'duty') return setDuties(found, order.duties, signal)
    return setMode(found, order.kind === 'automatic' ? found.control.automatic! : order.mode, found.zones, signal)
  }

  async function setDuties(found: Found, duties: FanDuties, signal: AbortSignal | undefined): Promise<FanAnswer> {
    const { profile, zones } = found
    const wanted = zones.filter(({ id }) => duties[id] !== undefined)
    const { manual } = profile
    if (manual !== undefined && (await needsManual(found, manual))) {
      const wasManual = memory.fanMode === manual
      const answer = await setMode(found, manual, wanted, signal)
      if (answer.kind !== 'accepted') return answer
      if (!wasManual && !(await pause(profile.settleMs.mode, signal))) return { kind: 'rejected', text: `${address}: stopped after the fan mode was set and before the duty was` }
    }
    const percents = zones.map(({ id }) => duties[id] ?? 100)
    for (const { template, zone } of perZone(profile.setDuty!, wanted)) {
      const percent = zone === undefined ? undefined : duties[zone.id]
      const answer = await send(profile, template, { zone: zone?.byte, percent, percents, timeoutSeconds: profile.timeoutSeconds }, 'setting the fan duty', manual === undefined, signal)
      if (answer.kind !== 'accepted') return answer
    }
    return { kind: 'accepted' }
  }

  /** A mode that ends by itself is set each time anew; one that reads back as it should is left alone. */
  async function needsManual({ profile, zones }: Found, manual: string): Promise<boolean> {
    const hasTimeout = profile.modes.some(({ id, set: commands }) => id === manual && commands?.some((one) => uses(one, 'timeout')))
    if (hasTimeout || profile.readMode === undefined || uses(profile.readMode.send, 'zone')) return true
    const answer = await ask(profile.readMode.send, { zone: zones[0]?.byte }, 'reading the fan mode')
    const value = toByteAt(answer, profile.readMode)
    return !profile.modes.some((one) => one.id === manual && one.value === value)
  }

  async function setMode({ profile, zones }: Found, id: string, wanted: readonly ProfileZone[], signal: AbortSignal | undefined): Promise<FanAnswer> {
    const mode = profile.modes.find((one) => one.id === id)!
    for (const { template, zone } of perZone(mode.set!, id === profile.manual ? wanted : zones)) {
      const answer = await send(profile, template, { zone: zone?.byte, timeoutSeconds: profile.timeoutSeconds }, `setting the fan mode ${mode.name}`, true, signal)
      if (answer.kind !== 'accepted') return answer
    }
    memory.fanMode = id
    return { kind: 'accepted' }
  }

  /** One packet, once. `opens`: the command by which a firmware that was closed to this says so. */
  async function send(profile: FanProfile, template: FanTemplate, values: TemplateValues, what: string, opens: boolean, signal: AbortSignal | undefined): Promise<FanAnswer> {
    try {
      await session.send(toRawCommand(what, [template.netFn, template.cmd], 'control'), fillTemplate(template, values), { timeoutMs: commandMs, ...(signal && { signal }) })
      return { kind: 'accepted' }
    } catch (error) {
      const text = toBmcError(error, address).message
      if (!(error instanceof IpmiError)) return { kind: 'rejected', text }
      if (error.kind === 'reply-lost' || error.kind === 'malformed' || error.kind === 'protocol') return { kind: 'reply-lost', text }
      if (error.kind !== 'completion-code') throw error
      // With a user of less privilege, 0xD4 means just that.
      const isFinal = opens && profile.absentOn.includes(error.completionCode ?? 0) && session.privilege === 'administrator'
      return isFinal ? { kind: 'unsupported', text: `${text}: this firmware takes no such fan command` } : { kind: 'rejected', text }
    }
  }

  return { find: findOnce, read, set }
}

/** The byte that an answer is about, or a sentence that says why it is none. */
function toByteAt(answer: Buffer, { at, expect }: { at: number; expect?: readonly number[] | undefined }): number | string {
  if (expect !== undefined && !expect.every((byte, i) => answer[i] === byte)) return 'the answer does not begin as it should'
  return answer[at] ?? `the answer has only ${answer.length} bytes`
}

const toFirmware = ({ firmwareRevision, auxiliaryFirmwareRevision: auxiliary }: DeviceId) =>
  auxiliary === undefined || auxiliary.every((byte) => byte === 0) ? firmwareRevision : `${firmwareRevision} (${auxiliary.toString('hex')})`

const toKey = (device: DeviceId) => `${device.manufacturerId}/${device.productId}/${toFirmware(device)}`

async function refusable<T>(work: () => Promise<T>): Promise<T | IpmiError> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof IpmiError && (error.kind === 'completion-code' || error.kind === 'malformed')) return error
    throw error
  }
}

/** False when it was cut short. */
async function pause(ms: number, signal: AbortSignal | undefined): Promise<boolean> {
  return sleep(ms, true, { ...(signal && { signal }) }).catch(() => false)
}
