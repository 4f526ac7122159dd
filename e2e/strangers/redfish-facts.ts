import type { RedfishPart, RedfishPartKind } from '#lib/redfish/inventory-part.ts'
import { createModel } from '#lib/redfish/model.ts'
import { readAbilities } from '#lib/redfish/read-abilities.ts'
import { readHealth } from '#lib/redfish/read-health.ts'
import { readIdentity } from '#lib/redfish/read-identity.ts'
import type { InventoryReading } from '#lib/redfish/inventory-collector.ts'
import { readInventory } from '#lib/redfish/read-inventory.ts'
import { readLog } from '#lib/redfish/read-log.ts'
import { readPower } from '#lib/redfish/read-power.ts'
import { readSensors, type SensorSweep } from '#lib/redfish/read-sensors.ts'
import { readResetTypes } from '#lib/redfish/reset.ts'
import type { RedfishSession } from '#lib/redfish/session.ts'
import { createMemorySession } from '#lib/redfish/testing/memory-session.ts'
import { readRecording, toKey } from './replay-redfish.ts'

/** One facts file, as far as it is compared. */
export type Facts = {
  [field in 'model' | 'manufacturer' | 'serial' | 'asset' | 'sku' | 'bios' | 'bmc' | 'bmcModel' | 'power' | 'health' | 'redfishVersion']: string | null
} & {
  systems: { count: number; paths: string[] }
  processors: { count: number | null; model: string | null; cores: number | null; threads: number | null }
  accelerators: { models: (string | null)[] | null }
  memory: { modules: number | null; absentSlots: number | null; totalGiB: number | null; summaryGiB: number | null }
  drives: { count: number | null; totalBytes: number | null }
  nics: { count: number | null; macs: string[] | null }
  fans: { units: string[] | null; list: [string, number | null][] | null } | null
  temperatures: { list: [string, number | null][] | null } | null
  supplies: { count: number | null; absent: number | null; list: [string, string | null, number | null][] | null } | null
  watts: { now: number | null; average: number | null; peak: number | null; cap: number | null; capacity: number | null }
  powerCap: { limit: number | null; minimum: number | null; maximum: number | null; unit: string | null; inForce: boolean | null } | null
  resetTypes: string[] | null
  bootTargets: string[] | null
  virtualMedia: { id: string; mediaTypes: string[] | null }[] | null
  firmware: { count: number | null }
  biosAttributes: { count: number | null }
  healthReasons: string[]
  pcieDevices: { count: number | null }
  certificates: number | null
  licences: number | null
  bmcMac: string | null
  bmcAddress: string | null
  bmcTime: string | null
  logs: { path: string; entries: number | null }[] | null
  volumes: { count: number | null }
  adapters: { count: number | null }
  ports: { count: number | null; up: number | null }
  voltages: { count: number | null }
  bootOptions: { count: number | null; first: string | null }
  bootOverride: { enabled: string | null; target: string | null; mode: string | null }
  indicator: string | boolean | null
}

/** HPE's links differ from the keys of a recording in case, as they may from the BMC's own paths. */
function toSession(resources: Record<string, unknown>): RedfishSession {
  const byKey = new Map(Object.entries(resources).map(([path, body]) => [toKey(path), body]))
  const tree = new Proxy<Record<string, unknown>>({}, { get: (_, path) => (typeof path === 'string' ? byKey.get(toKey(path)) : undefined) })
  return createMemorySession(tree)
}

const sum = (values: (number | undefined)[]) => values.reduce<number>((total, value) => total + (value ?? 0), 0)
/** In no order: whose slots come first says nothing. */
const toSlots = (slots: readonly { id: string; mediaTypes: string[] | null }[]) => slots.map(({ id, mediaTypes }) => [id, ...(mediaTypes ?? [])].join(' ')).toSorted()
/** How many entries each log has, without the logs that hold no events and are not read on purpose (`read-log-services.ts`). */
const toLogs = (logs: [string, number][]) => Object.fromEntries(logs.filter(([path]) => !/\/(?:Journal|HostLogger|PostCodes|Dump|FDR|DebugTokenService|MetricReportLog)$/.test(path)))
const toIndicator = (told: string | boolean | null) => (typeof told === 'boolean' ? told : told === null ? undefined : told !== 'Off')
type Sensed = [string, number | null]
/** Without the noise of a float. */
const toTidy = (value: number | null | undefined) => (value === null || value === undefined ? null : Number(value.toPrecision(6)))
/** By name, as the order says nothing. */
const tidy = (list: readonly Sensed[]) => list.map(([name, value]) => [name, toTidy(value)]).toSorted((a, b) => String(a).localeCompare(String(b)))

const ofKind = ({ parts }: InventoryReading, kind: RedfishPartKind): RedfishPart[] => parts.filter((part) => part.kind === kind)
const readings = ({ sensors }: SensorSweep, kind: string) =>
  sensors.filter((sensor) => sensor.kind === kind && sensor.state !== 'Absent').map(({ name, reading }): Sensed => [name, reading ?? null])

/** The first IPv4 address of the BMC's interfaces, without its prefix. */
const toIpv4 = (interfaces: RedfishPart[]) =>
  interfaces.flatMap(({ addresses }) => addresses ?? []).map(({ address }) => address.split('/', 1)[0]!).find((address) => !address.includes(':'))

/** What our readers say of a recorded machine. */
export async function readFacts(machine: string): Promise<Record<string, unknown>> {
  const model = createModel(toSession(readRecording(machine).resources))
  const sweep = await readSensors(model)
  const [power, health, identity, resets] = [await readPower(model), await readHealth(model, sweep), await readIdentity(model), await readResetTypes(model)]
  const inventory = await readInventory(model)
  const { boot, media, bios, powerCap } = await readAbilities(model)
  const { services } = await readLog(model)
  const { system, otherSystems } = await model.tree()
  const of = (kind: RedfishPartKind) => ofKind(inventory, kind)
  return {
    model: identity.model,
    manufacturer: identity.manufacturer,
    serial: identity.serial,
    asset: identity.assetTag,
    sku: identity.sku,
    bios: identity.biosVersion,
    bmc: identity.bmc.firmwareVersion,
    bmcModel: identity.bmc.model,
    power: power.powerState,
    health: health.health,
    systems: [system, ...otherSystems].filter((path) => path !== undefined),
    processors: [of('processor').length, sum(of('processor').map(({ cores }) => cores)), sum(of('processor').map(({ threads }) => threads))],
    accelerators: of('accelerator').map(({ model: name }) => name ?? null),
    memory: [of('memory').length, inventory.absent.memory ?? 0, sum(of('memory').map(({ sizeBytes }) => sizeBytes)) / 2 ** 30],
    memorySummary: identity.memoryGiB,
    drives: [of('drive').length, sum(of('drive').map(({ sizeBytes }) => sizeBytes))],
    macs: [...new Set(of('nic').flatMap(({ mac }) => mac?.toUpperCase() ?? []))],
    fans: tidy(readings(sweep, 'fan')),
    temperatures: tidy(readings(sweep, 'temperature')),
    supplies: of('supply').map(({ serial, capacityWatts }) => [serial ?? null, capacityWatts ?? null]),
    watts: [sweep.draw?.reading, sweep.draw?.average, sweep.draw?.peak, sweep.draw?.limit, sweep.draw?.capacity].map(toTidy),
    powerCap: [powerCap?.limit, powerCap?.minimum, powerCap?.maximum, powerCap?.unit].map((value) => value ?? null),
    powerCapInForce: powerCap?.isActive,
    resets: resets.allowed,
    bootTargets: boot?.allowedTargets,
    bootOptions: [of('bootOption').length, of('bootOption').find(({ bootPlace }) => bootPlace === 1)?.name ?? null],
    virtualMedia: toSlots(media?.slots ?? []),
    firmware: of('firmware').length,
    biosAttributes: bios?.attributes,
    isExplained: health.reasons.length > 0,
    unwell: health.reasons.map(({ part }) => part),
    ports: [of('port').length, of('port').filter(({ linkUp }) => linkUp === true).length],
    pcieDevices: of('pcie').length,
    certificates: of('certificate').length,
    licences: of('licence').length,
    bmcMac: identity.bmc.interfaces[0]?.mac?.toUpperCase(),
    bmcAddress: toIpv4(of('bmcNic')),
    bmcTime: identity.time?.dateTime,
    logs: toLogs(services.map(({ service, entries }) => [service.path, entries.length])),
    counts: { volumes: of('volume').length, nics: of('nic').length, adapters: of('adapter').length, absentSupplies: inventory.absent.supply ?? 0 },
    fanUnits: [...new Set(sweep.sensors.filter(({ kind, state }) => kind === 'fan' && state !== 'Absent').flatMap(({ unit }) => unit ?? []))].toSorted(),
    bootOverride: [power.boot.enabled, power.boot.target, power.boot.mode].map((value) => value ?? null),
    indicator: power.indicator,
    voltages: sweep.sensors.filter(({ kind, reading, source }) => kind === 'voltage' && reading !== undefined && !sweep.supplies.some((supply) => source.startsWith(`${supply.source}/`))).length,
    processorModel: of('processor').at(0)?.model,
    redfishVersion: model.session.root.redfishVersion,
  }
}

/** The facts file in the same shape. A number that is null was not told, and nothing is what we then have. */
export function toExpected(facts: Facts): Record<string, unknown> {
  const { processors, memory, drives, watts, powerCap } = facts
  return {
    ...Object.fromEntries((['model', 'manufacturer', 'serial', 'asset', 'sku', 'bios', 'bmc', 'bmcModel', 'power', 'health'] as const).map((field) => [field, facts[field] ?? undefined])),
    systems: facts.systems.paths,
    processors: [processors.count ?? 0, processors.cores ?? 0, processors.threads ?? 0],
    accelerators: facts.accelerators.models ?? [],
    memory: [memory.modules ?? 0, memory.absentSlots ?? 0, memory.totalGiB ?? 0],
    memorySummary: memory.summaryGiB === 0 ? undefined : (memory.summaryGiB ?? undefined),
    drives: [drives.count ?? 0, drives.totalBytes ?? 0],
    macs: facts.nics.macs ?? [],
    fans: tidy(facts.fans?.list ?? []),
    temperatures: tidy(facts.temperatures?.list ?? []),
    supplies: (facts.supplies?.list ?? []).map(([, serial, capacity]) => [serial, capacity]),
    watts: [watts.now, watts.average, watts.peak, watts.cap, watts.capacity].map(toTidy),
    powerCap: [powerCap?.limit, powerCap?.minimum, powerCap?.maximum, powerCap?.unit].map((value) => value ?? null),
    powerCapInForce: powerCap?.inForce ?? undefined,
    resets: facts.resetTypes ?? [],
    bootTargets: facts.bootTargets ?? [],
    bootOptions: [facts.bootOptions.count ?? 0, facts.bootOptions.first],
    virtualMedia: toSlots(facts.virtualMedia ?? []),
    firmware: facts.firmware.count ?? 0,
    biosAttributes: facts.biosAttributes.count ?? undefined,
    isExplained: facts.healthReasons.length > 0,
    ports: [facts.ports.count ?? 0, facts.ports.up ?? 0],
    pcieDevices: facts.pcieDevices.count ?? 0,
    certificates: facts.certificates ?? 0,
    licences: facts.licences ?? 0,
    bmcMac: facts.bmcMac?.toUpperCase() ?? undefined,
    bmcAddress: facts.bmcAddress ?? undefined,
    bmcTime: facts.bmcTime ?? undefined,
    logs: toLogs((facts.logs ?? []).map(({ path, entries }) => [path, entries ?? 0])),
    counts: { volumes: facts.volumes.count ?? 0, nics: facts.nics.count ?? 0, adapters: facts.adapters.count ?? 0, absentSupplies: facts.supplies?.absent ?? 0 },
    fanUnits: (facts.fans?.units ?? []).map((unit) => (unit === 'Percent' ? '%' : unit)).toSorted(),
    bootOverride: [facts.bootOverride.enabled, facts.bootOverride.target, facts.bootOverride.mode],
    indicator: toIndicator(facts.indicator),
    voltages: facts.voltages.count ?? 0,
    processorModel: processors.model ?? undefined,
    redfishVersion: facts.redfishVersion ?? undefined,
  }
}
