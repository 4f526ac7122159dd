import { toFanObjection, type FanControl, type FanOrder, type FanReading } from '#lib/domain/fan.ts'
import { getDeviceId, type DeviceId } from '#lib/ipmi/commands/app.ts'
import { IpmiError, refusable } from '#lib/ipmi/errors.ts'
import { decodeFru } from '#lib/ipmi/fru/decode.ts'
import { readFru } from '#lib/ipmi/fru/read.ts'
import { readableSensors, readSensor, type SensorValue } from '#lib/ipmi/sensor/read.ts'
import type { IpmiSession } from '#lib/ipmi/session.ts'
import { toReasonText, type Reason } from '#lib/redfish/reason.ts'
import type { FanAnswer } from './bmc.ts'
import { BmcError } from './errors.ts'
import { toCandidates, wantsNames } from './fan-catalogue.ts'
import type { FanProfile } from './fan-profile.ts'
import { namesZone, type FanTemplate, type TemplateValues } from './fan-template.ts'
import { askBytes, toByteAt } from './ipmi-fan-bytes.ts'
import { perZone, toFanControl, zoneOf, type ProfileZone } from './ipmi-fan-control.ts'
import { createFanOrders } from './ipmi-fan-orders.ts'
import { toSensors } from './ipmi-sensors.ts'
import type { IpmiMemory, Sweeper } from './ipmi-sweep.ts'
import { sayBmc } from './reason.ts'
import { toOptionalText } from './text.ts'

/** What is known of the fans of one BMC. `absent`: why there is no way to them. */
export type FanFinding = { profile: FanProfile; zones: readonly ProfileZone[]; control: FanControl } | { absent: Reason }

/** A way to the fans. */
export type FoundFans = Exclude<FanFinding, { absent: Reason }>

export type IpmiFans = {
  find: () => Promise<FanFinding>
  read: (unverified?: string) => Promise<FanReading>
  set: (order: FanOrder, signal: AbortSignal | undefined) => Promise<FanAnswer>
}

const sensorsOfFans = 0x04
const sensorsOfTemperature = 0x01
const recordsBudgetMs = 25_000
const unknown = sayBmc('ipmi-no-fans')

/** The fans of one BMC by the bytes of a profile. */
export function createIpmiFans(session: IpmiSession, address: string, sweeper: Sweeper, memory: IpmiMemory, profiles: readonly FanProfile[]): IpmiFans {
  let finding: Promise<FanFinding> | undefined
  const orders = createFanOrders(session, address, memory)

  const ask = (template: FanTemplate, values: TemplateValues, what: string) => askBytes(session, template, values, what)

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
    const fru = await refusable(readFru(session, 0).then(decodeFru))
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

  /** What can be read without changing anything must be answered; a zone for which it is refused is not there. */
  async function prove({ readMode, readDuty }: FanProfile, zones: readonly ProfileZone[]): Promise<{ zones: readonly ProfileZone[] } | { refused: string }> {
    const reads = [readMode, readDuty].filter((one) => one !== undefined)
    for (const { send } of reads.filter((one) => !namesZone(one.send))) {
      const answer = await refusable(ask(send, {}, 'reading the fans'))
      if (answer instanceof IpmiError) return { refused: answer.detail }
    }
    const perZone = reads.filter((one) => namesZone(one.send))
    if (perZone.length === 0) return { zones }
    const there: ProfileZone[] = []
    let refused = 'no fan zone answers'
    for (const zone of zones) {
      const answers: (Buffer | IpmiError)[] = []
      for (const { send } of perZone) answers.push(await refusable(ask(send, { zone: zone.byte }, 'reading a fan zone')))
      const refusal = answers.find((answer) => answer instanceof IpmiError)
      if (refusal === undefined) there.push(zone)
      else refused = refusal.detail
    }
    return there.length > 0 ? { zones: there } : { refused }
  }

  async function read(unverified?: string): Promise<FanReading> {
    const found = await findOnce()
    const sensors = (await readRecords()).filter(({ sensorType }) => sensorType === sensorsOfFans || sensorType === sensorsOfTemperature)
    const values: SensorValue[] = []
    for (const sensor of sensors) values.push(await readSensor(session, sensor, memory))
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
      switches: isOpen ? await readSwitchesOf(found.profile, unread) : {},
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

  /** Of several zones in different modes the manual one counts: that is where a duty stands still. */
  async function readModeOf({ profile, zones }: FoundFans, unread: string[]): Promise<string | null> {
    const { readMode, modes } = profile
    if (readMode === undefined) return null
    const seen = new Set<string>()
    for (const { zone } of perZone([readMode.send], zones)) {
      const answer = await refusable(ask(readMode.send, { zone: zone?.byte }, 'reading the fan mode'))
      const value = answer instanceof IpmiError ? answer.detail : toByteAt(answer, readMode)
      if (typeof value === 'string') unread.push(`fan mode: ${value}`)
      const mode = modes.find((one) => one.value === value)
      if (mode !== undefined) seen.add(mode.id)
      else if (typeof value === 'number') unread.push(`fan mode: ${value} is none of this profile`)
    }
    return [...seen].find((id) => modes.some((one) => one.id === id && one.kind === 'manual')) ?? [...seen][0] ?? null
  }

  async function readDutiesOf({ profile, zones }: FoundFans, unread: string[]): Promise<Record<string, number>> {
    const { readDuty } = profile
    if (readDuty === undefined) return {}
    const duties: Record<string, number> = {}
    const toPercent = (byte: number) => Math.min(100, readDuty.scale === '255' ? Math.round((byte * 100) / 255) : byte)
    for (const { zone } of perZone([readDuty.send], zones)) {
      const answer = await refusable(ask(readDuty.send, { zone: zone?.byte }, 'reading the fan duty'))
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

  async function readSwitchesOf({ switches }: FanProfile, unread: string[]): Promise<Record<string, boolean>> {
    const told: Record<string, boolean> = {}
    for (const { id, name, read: reading, on, off } of switches) {
      if (reading === undefined) continue
      const answer = await refusable(ask(reading.send, {}, `reading the switch ${id}`))
      const value = answer instanceof IpmiError ? answer.detail : toByteAt(answer, reading)
      if (value === on.value || value === off.value) told[id] = value === on.value
      else unread.push(`${name}: ${value}`)
    }
    return told
  }

  async function set(order: FanOrder, signal: AbortSignal | undefined): Promise<FanAnswer> {
    const found = await findOnce()
    if ('absent' in found) throw new BmcError('unsupported', address, `${address}: ${toReasonText(found.absent)}`)
    const objection = toFanObjection(order, found.control)
    if (objection !== null) throw new BmcError('failed', address, `${address}: ${objection}`)
    if (signal?.aborted) throw new BmcError('failed', address, `${address}: stopped before anything was sent`)
    return orders.send(found, order, signal)
  }

  return { find: findOnce, read, set }
}

const toFirmware = ({ firmwareRevision, auxiliaryFirmwareRevision: auxiliary }: DeviceId) =>
  auxiliary === undefined || auxiliary.every((byte) => byte === 0) ? firmwareRevision : `${firmwareRevision} (${auxiliary.toString('hex')})`

const toKey = (device: DeviceId) => `${device.manufacturerId}/${device.productId}/${toFirmware(device)}`
