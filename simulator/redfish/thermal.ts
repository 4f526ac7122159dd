import { fanMaxRpm, inputWatts, supplyInputWatts, type SensorModel } from '../sensors.ts'
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

function thermal(subject: Subject): Resource {
  const { machine, paths } = subject
  const path = `${paths.chassis}/Thermal`
  const of = (kind: SensorModel['kind']) => machine.sensors.filter((sensor) => sensor.kind === kind)
  return {
    '@odata.id': path,
    '@odata.type': '#Thermal.v1_6_0.Thermal',
    Id: 'Thermal',
    Name: 'Thermal',
    Temperatures: of('temperature').map((sensor, i) => ({
      '@odata.id': `${path}#/Temperatures/${i}`,
      MemberId: String(i),
      Name: sensor.name,
      SensorNumber: sensor.number,
      ReadingCelsius: machine.reading(sensor),
      PhysicalContext: physicalContext(sensor),
      ...legacyThresholds(sensor),
      Status: sensorStatus(machine, sensor),
    })),
    Fans: of('fan').map((sensor, i) => ({
      '@odata.id': `${path}#/Fans/${i}`,
      MemberId: String(i),
      Name: sensor.name,
      SensorNumber: sensor.number,
      ...legacyFan(subject, sensor),
      PhysicalContext: 'Fan',
      Status: sensorStatus(machine, sensor),
    })),
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
  const { machine, paths } = subject
  const path = `${paths.chassis}/Power`
  const voltages = machine.sensors.filter((sensor) => sensor.kind === 'voltage')
  return {
    '@odata.id': path,
    '@odata.type': '#Power.v1_6_0.Power',
    Id: 'Power',
    Name: 'Power',
    PowerControl: [
      {
        '@odata.id': `${path}#/PowerControl/0`,
        MemberId: '0',
        Name: 'System Power Control',
        PowerConsumedWatts: inputWatts(machine.conditions()),
        PowerCapacityWatts: 2600,
        Status: { State: 'Enabled', Health: 'OK' },
      },
    ],
    Voltages: voltages.map((sensor, i) => ({
      '@odata.id': `${path}#/Voltages/${i}`,
      MemberId: String(i),
      Name: sensor.name,
      SensorNumber: sensor.number,
      ReadingVolts: machine.reading(sensor),
      PhysicalContext: physicalContext(sensor),
      ...legacyThresholds(sensor),
      Status: sensorStatus(machine, sensor),
    })),
    PowerSupplies: ([1, 2] as const).map((supply) => ({
      '@odata.id': `${path}#/PowerSupplies/${supply - 1}`,
      MemberId: String(supply - 1),
      ...supplyFacts(subject, supply),
      PowerSupplyType: 'AC',
      LineInputVoltage: supplyHealth(machine, supply) === 'OK' ? 230 : 0,
      PowerInputWatts: Math.round(supplyInputWatts(machine.conditions(), supply)),
      LastPowerOutputWatts: Math.round(supplyInputWatts(machine.conditions(), supply) * 0.93),
    })),
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
