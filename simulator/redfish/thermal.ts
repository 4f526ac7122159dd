import { fanMaxRpm, inputWatts, supplyInputWatts, type SensorModel } from '../sensors.ts'
import { fanProperties } from './fans.ts'
import { sensorStatus, supplyHealth, type Branch, type Resource, type Subject } from './resource.ts'

const contexts: Record<SensorModel['place'], string> = {
  intake: 'Intake',
  exhaust: 'Exhaust',
  processor: 'CPU',
  memory: 'Memory',
  board: 'SystemBoard',
  fan: 'Fan',
  supply: 'PowerSupply',
  system: 'Chassis',
}

export const physicalContext = (sensor: SensorModel) => contexts[sensor.place]

/** Thermal and Power, the resources that DSP0268 deprecates and most installed machines have. */
export function legacyBranch(subject: Subject): Branch {
  const { chassis } = subject.paths
  return new Map([
    [`${chassis}/Thermal`, () => thermal(subject)],
    [`${chassis}/Power`, () => power(subject)],
  ])
}

const sensorsOf = ({ machine }: Subject, kind: SensorModel['kind']) => machine.sensors.filter((sensor) => sensor.kind === kind)

function thermal(subject: Subject): Resource {
  const path = `${subject.paths.chassis}/Thermal`
  return {
    '@odata.id': path,
    '@odata.type': '#Thermal.v1_6_0.Thermal',
    Id: 'Thermal',
    Name: 'Thermal',
    Temperatures: sensorsOf(subject, 'temperature').map((sensor, i) => temperature(subject, sensor, `${path}#/Temperatures`, i)),
    Fans: sensorsOf(subject, 'fan').map((sensor, i) => fan(subject, sensor, `${path}#/Fans`, i)),
    ...fanProperties(subject, 'thermal'),
  }
}

/** What every member of these arrays begins with. */
const member = (array: string, index: number) => ({ '@odata.id': `${array}/${index}`, MemberId: String(index) })

function temperature({ machine }: Subject, sensor: SensorModel, array: string, index: number): Resource {
  return {
    ...member(array, index),
    Name: sensor.name,
    SensorNumber: sensor.number,
    ReadingCelsius: machine.reading(sensor),
    PhysicalContext: physicalContext(sensor),
    ...legacyThresholds(sensor),
    Status: sensorStatus(machine, sensor),
  }
}

function fan(subject: Subject, sensor: SensorModel, array: string, index: number): Resource {
  return {
    ...member(array, index),
    Name: sensor.name,
    SensorNumber: sensor.number,
    ...legacyFan(subject, sensor),
    PhysicalContext: 'Fan',
    Status: sensorStatus(subject.machine, sensor),
  }
}

function legacyFan({ machine, dialect }: Subject, sensor: SensorModel): Resource {
  const reading = machine.reading(sensor)
  if (dialect.fanUnit === 'RPM') return { Reading: reading, ReadingUnits: 'RPM', ...legacyThresholds(sensor) }
  return { Reading: toPercent(reading), ReadingUnits: 'Percent' }
}

export const toPercent = (rpm: number | null) => (rpm === null ? null : Math.min(100, Math.round((rpm / fanMaxRpm) * 100)))

function legacyThresholds({ thresholds }: SensorModel): Resource {
  return {
    LowerThresholdFatal: thresholds.lowerFatal ?? null,
    LowerThresholdCritical: thresholds.lowerCritical ?? null,
    LowerThresholdNonCritical: thresholds.lowerCaution ?? null,
    UpperThresholdNonCritical: thresholds.upperCaution ?? null,
    UpperThresholdCritical: thresholds.upperCritical ?? null,
    UpperThresholdFatal: thresholds.upperFatal ?? null,
  }
}

function power(subject: Subject): Resource {
  const path = `${subject.paths.chassis}/Power`
  return {
    '@odata.id': path,
    '@odata.type': '#Power.v1_6_0.Power',
    Id: 'Power',
    Name: 'Power',
    PowerControl: [
      {
        ...member(`${path}#/PowerControl`, 0),
        Name: 'System Power Control',
        PowerConsumedWatts: inputWatts(subject.machine.conditions()),
        PowerCapacityWatts: 2600,
        PowerLimit: { LimitInWatts: subject.machine.powerCap.isActive ? subject.machine.powerCap.watts : null },
        Status: { State: 'Enabled', Health: 'OK' },
      },
    ],
    Voltages: sensorsOf(subject, 'voltage').map((sensor, i) => voltage(subject, sensor, `${path}#/Voltages`, i)),
    PowerSupplies: ([1, 2] as const).map((supply) => powerSupply(subject, supply, `${path}#/PowerSupplies`)),
  }
}

function voltage({ machine }: Subject, sensor: SensorModel, array: string, index: number): Resource {
  return {
    ...member(array, index),
    Name: sensor.name,
    SensorNumber: sensor.number,
    ReadingVolts: machine.reading(sensor),
    PhysicalContext: physicalContext(sensor),
    ...legacyThresholds(sensor),
    Status: sensorStatus(machine, sensor),
  }
}

function powerSupply(subject: Subject, supply: 1 | 2, array: string): Resource {
  const watts = supplyInputWatts(subject.machine.conditions(), supply)
  return {
    ...member(array, supply - 1),
    ...supplyFacts(subject, supply),
    PowerSupplyType: 'AC',
    LineInputVoltage: supplyHealth(subject.machine, supply) === 'OK' ? 230 : 0,
    PowerInputWatts: Math.round(watts),
    LastPowerOutputWatts: Math.round(watts * 0.93),
  }
}

/** What both generations of Redfish say about a power supply. */
export function supplyFacts({ machine }: Subject, supply: 1 | 2): Resource {
  const health = supplyHealth(machine, supply)
  return {
    Name: `PSU${supply}`,
    Manufacturer: 'DELTA',
    Model: 'DPS-1300AB-6',
    SerialNumber: `${machine.identity.serial}P${supply}`,
    FirmwareVersion: '01.04',
    PowerCapacityWatts: 1300,
    Status: { State: health === 'OK' ? 'Enabled' : 'UnavailableOffline', Health: health },
  }
}
