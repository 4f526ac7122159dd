import type { MachinePower } from '../machine.ts'
import { startProperties } from './boot-progress.ts'
import { bootResource } from './boot.ts'
import { hardwareLinks } from './hardware.ts'
import { collection, link, machineHealth, type Branch, type Resource, type Subject } from './resource.ts'
import { systemLinks } from './services.ts'

const powerWords: Record<MachinePower, string> = { on: 'On', off: 'Off', poweringOn: 'PoweringOn', poweringOff: 'PoweringOff' }

export const powerWord = (power: MachinePower) => powerWords[power]

/** The ComputerSystem, what it is made of, and its ActionInfo where the make has one. */
export function systemBranch(subject: Subject): Branch {
  const { paths, dialect } = subject
  const branch: Branch = new Map()
  branch.set(`${paths.root}/Systems`, () => collection(`${paths.root}/Systems`, 'ComputerSystemCollection', 'Systems', [paths.system]))
  branch.set(paths.system, () => computerSystem(subject))
  if (dialect.resetsIn === 'actionInfo') branch.set(`${paths.system}/ResetActionInfo`, () => resetActionInfo(subject))
  addProcessors(branch, subject)
  addMemory(branch, subject)
  return branch
}

function computerSystem(subject: Subject): Resource {
  const { machine, dialect, paths } = subject
  const { identity } = machine
  const health = machineHealth(machine)
  return {
    '@odata.id': paths.system,
    '@odata.type': '#ComputerSystem.v1_13_0.ComputerSystem',
    Id: dialect.systemId,
    Name: 'System',
    SystemType: 'Physical',
    Manufacturer: identity.maker,
    Model: identity.model,
    SerialNumber: identity.serial,
    SKU: identity.partNumber,
    PartNumber: identity.partNumber,
    AssetTag: identity.assetTag,
    UUID: identity.uuid,
    HostName: identity.hostName,
    BiosVersion: identity.biosVersion,
    PowerState: powerWord(machine.power()),
    Status: { State: machine.power() === 'off' ? 'Disabled' : 'Enabled', Health: health, HealthRollup: health },
    ...indicator(subject),
    ...(dialect.hasLastResetTime ? { LastResetTime: toTime(machine.bmcTime(machine.lastResetMs())) } : {}),
    ...startProperties(subject),
    Boot: bootResource(subject),
    ProcessorSummary: {
      Count: identity.cpus.length,
      Model: identity.cpus[0]?.model ?? null,
      Status: { State: 'Enabled', Health: 'OK' },
    },
    MemorySummary: {
      TotalSystemMemoryGiB: identity.dimms.reduce((sum, dimm) => sum + dimm.sizeMiB, 0) / 1024,
      Status: { State: 'Enabled', Health: 'OK' },
    },
    Processors: link(`${paths.system}/Processors`),
    Memory: link(`${paths.system}/Memory`),
    ...hardwareLinks(paths.system),
    ...systemLinks(subject),
    ...(dialect.hasSystemSerialConsole ? { SerialConsole: systemSerialConsole(subject.sshPort) } : {}),
    ...(dialect.log.under === 'Systems' ? { LogServices: link(`${paths.system}/LogServices`) } : {}),
    Links: { Chassis: [link(paths.chassis)], ManagedBy: [link(paths.manager)] },
    Actions: { '#ComputerSystem.Reset': resetAction(subject) },
  }
}

const systemSerialConsole = (sshPort: number | undefined) => ({
  IPMI: { ServiceEnabled: true },
  MaxConcurrentSessions: 15,
  SSH: { HotKeySequenceDisplay: 'Press ~. to exit console', Port: sshPort ?? 2200, ServiceEnabled: sshPort !== undefined },
})

/** ISO 8601 in UTC without fractions, as BMCs write it. */
export const toTime = (atMs: number) => `${new Date(atMs).toISOString().slice(0, 19)}+00:00`

function indicator({ machine, dialect }: Subject): Resource {
  const state = machine.indicator()
  const word = { off: 'Off', on: 'Lit', blinking: 'Blinking' }[state]
  return {
    ...(dialect.indicator === 'LocationIndicatorActive' ? {} : { IndicatorLED: word }),
    ...(dialect.indicator === 'IndicatorLED' ? {} : { LocationIndicatorActive: state !== 'off' }),
  }
}

function resetAction({ paths, dialect }: Subject): Resource {
  const target = `${paths.system}/Actions/ComputerSystem.Reset`
  return dialect.resetsIn === 'action'
    ? { target, 'ResetType@Redfish.AllowableValues': dialect.resets }
    : { target, '@Redfish.ActionInfo': `${paths.system}/ResetActionInfo` }
}

function resetActionInfo({ paths, dialect }: Subject): Resource {
  return {
    '@odata.id': `${paths.system}/ResetActionInfo`,
    '@odata.type': '#ActionInfo.v1_1_2.ActionInfo',
    Id: 'ResetActionInfo',
    Name: 'Reset Action Info',
    Parameters: [{ Name: 'ResetType', Required: true, DataType: 'String', AllowableValues: dialect.resets }],
  }
}

function addProcessors(branch: Branch, { machine, paths }: Subject): void {
  const base = `${paths.system}/Processors`
  const members = machine.identity.cpus.map((_, i) => `${base}/CPU${i + 1}`)
  branch.set(base, () => collection(base, 'ProcessorCollection', 'Processors', members))
  machine.identity.cpus.forEach((cpu, i) => {
    branch.set(members[i]!, () => ({
      '@odata.id': members[i],
      '@odata.type': '#Processor.v1_9_0.Processor',
      Id: `CPU${i + 1}`,
      Name: `CPU${i + 1}`,
      Socket: `CPU${i + 1}`,
      ProcessorType: 'CPU',
      Manufacturer: cpu.maker,
      Model: cpu.model,
      TotalCores: cpu.cores,
      TotalThreads: cpu.threads,
      MaxSpeedMHz: cpu.maxMhz,
      Status: { State: 'Enabled', Health: 'OK' },
    }))
  })
}

function addMemory(branch: Branch, { machine, paths }: Subject): void {
  const base = `${paths.system}/Memory`
  const members = machine.identity.dimms.map((_, i) => `${base}/${i + 1}`)
  branch.set(base, () => collection(base, 'MemoryCollection', 'Memory', members))
  machine.identity.dimms.forEach((dimm, i) => {
    branch.set(members[i]!, () => ({
      '@odata.id': members[i],
      '@odata.type': '#Memory.v1_9_0.Memory',
      Id: String(i + 1),
      Name: dimm.slot,
      DeviceLocator: dimm.slot,
      MemoryDeviceType: 'DDR4',
      CapacityMiB: dimm.sizeMiB,
      OperatingSpeedMhz: 3200,
      Manufacturer: dimm.maker,
      PartNumber: dimm.partNumber,
      SerialNumber: dimm.serial,
      Status: { State: 'Enabled', Health: 'OK' },
    }))
  })
}
