import { controlLinks, fanProperties } from './fans.ts'
import { pcieLinks } from './pcie.ts'
import { collection, link, machineHealth, type Branch, type Resource, type Subject } from './resource.ts'
import { managerLinks } from './services.ts'
import { powerWord, toTime } from './system.ts'

/** The Chassis and the Manager: where sensors hang, and the BMC itself. */
export function chassisBranch(subject: Subject): Branch {
  const { paths } = subject
  const { root } = paths
  const interfaces = `${paths.manager}/EthernetInterfaces`
  return new Map([
    [`${root}/Chassis`, () => collection(`${root}/Chassis`, 'ChassisCollection', 'Chassis', [paths.chassis])],
    [paths.chassis, () => chassis(subject)],
    [`${root}/Managers`, () => collection(`${root}/Managers`, 'ManagerCollection', 'Managers', [paths.manager])],
    [paths.manager, () => manager(subject)],
    [interfaces, () => collection(interfaces, 'EthernetInterfaceCollection', 'Interfaces', [`${interfaces}/1`])],
    [`${interfaces}/1`, () => ethernet(subject)],
    ...(subject.sshPort === undefined ? [] : [[`${paths.manager}/NetworkProtocol`, () => networkProtocol(subject)] as const]),
  ])
}

function chassis(subject: Subject): Resource {
  const { machine, dialect, paths } = subject
  const { identity } = machine
  const health = machineHealth(machine)
  return {
    '@odata.id': paths.chassis,
    '@odata.type': '#Chassis.v1_14_0.Chassis',
    Id: dialect.chassisId,
    Name: 'Chassis',
    ChassisType: 'RackMount',
    Manufacturer: identity.maker,
    Model: identity.model,
    SerialNumber: identity.serial,
    PartNumber: identity.partNumber,
    AssetTag: identity.assetTag,
    PowerState: powerWord(machine.power()),
    Status: { State: 'Enabled', Health: health, HealthRollup: health },
    ...(dialect.sensors === 'subsystems' ? {} : { Thermal: link(`${paths.chassis}/Thermal`), Power: link(`${paths.chassis}/Power`) }),
    ...(dialect.sensors === 'legacy'
      ? {}
      : {
          ThermalSubsystem: link(`${paths.chassis}/ThermalSubsystem`),
          PowerSubsystem: link(`${paths.chassis}/PowerSubsystem`),
          Sensors: link(`${paths.chassis}/Sensors`),
          EnvironmentMetrics: link(`${paths.chassis}/EnvironmentMetrics`),
        }),
    ...(dialect.log.under === 'Chassis' ? { LogServices: link(`${paths.chassis}/LogServices`) } : {}),
    ...controlLinks(subject),
    ...fanProperties(subject, 'chassis'),
    ...pcieLinks(paths.chassis),
    Links: { ComputerSystems: [link(paths.system)], ManagedBy: [link(paths.manager)] },
  }
}

/** Port 22 is the command line's; where the make has its console behind that, it is the port of the console. */
function networkProtocol({ paths, dialect, sshPort }: Subject): Resource {
  const path = `${paths.manager}/NetworkProtocol`
  return {
    '@odata.id': path,
    '@odata.type': '#ManagerNetworkProtocol.v1_8_0.ManagerNetworkProtocol',
    Id: 'NetworkProtocol',
    Name: 'Manager Network Protocol',
    SSH: { ProtocolEnabled: true, Port: dialect.hasSystemSerialConsole ? 22 : sshPort },
  }
}

function manager(subject: Subject): Resource {
  const { machine, dialect, paths, sshPort } = subject
  const { identity } = machine
  return {
    '@odata.id': paths.manager,
    '@odata.type': '#Manager.v1_9_0.Manager',
    Id: dialect.managerId,
    Name: 'Manager',
    ManagerType: 'BMC',
    Manufacturer: identity.maker,
    Model: identity.bmcModel,
    FirmwareVersion: identity.firmwareText,
    UUID: identity.uuid,
    DateTime: toTime(machine.bmcTime()),
    DateTimeLocalOffset: '+00:00',
    ...(dialect.hasLastResetTime ? { LastResetTime: toTime(machine.bmcStartedMs()) } : {}),
    PowerState: 'On',
    Status: { State: 'Enabled', Health: 'OK' },
    EthernetInterfaces: link(`${paths.manager}/EthernetInterfaces`),
    ...managerLinks(subject),
    ...(sshPort === undefined ? {} : { NetworkProtocol: link(`${paths.manager}/NetworkProtocol`), CommandShell: { ServiceEnabled: true, MaxConcurrentSessions: 5, ConnectTypesSupported: ['SSH', 'IPMI'] } }),
    ...(dialect.serialConsole ? { SerialConsole: dialect.serialConsole } : {}),
    ...(dialect.log.under === 'Managers' ? { LogServices: link(`${paths.manager}/LogServices`) } : {}),
    Links: { ManagerForServers: [link(paths.system)], ManagerForChassis: [link(paths.chassis)] },
  }
}

function ethernet({ machine, paths, address }: Subject): Resource {
  return {
    '@odata.id': `${paths.manager}/EthernetInterfaces/1`,
    '@odata.type': '#EthernetInterface.v1_6_0.EthernetInterface',
    Id: '1',
    Name: 'Manager Ethernet Interface',
    MACAddress: machine.identity.mac,
    HostName: `bmc-${machine.identity.serial.toLowerCase()}`,
    LinkStatus: 'LinkUp',
    SpeedMbps: 1000,
    FullDuplex: true,
    VLAN: { VLANEnable: false, VLANId: 0 },
    IPv4Addresses: [{ Address: address, SubnetMask: '255.0.0.0', AddressOrigin: 'Static', Gateway: '127.0.0.1' }],
    IPv6Addresses: [],
    IPv6DefaultGateway: '::',
    Status: { State: 'Enabled', Health: 'OK' },
  }
}
