import { inputWatts, supplyInputWatts, type SensorModel } from '../sensors.ts'
import { toLimitResource } from './power-cap.ts'
import { collection, link, sensorStatus, supplyHealth, type Branch, type Resource, type Subject } from './resource.ts'
import { physicalContext, supplyFacts, toPercent } from './thermal.ts'

/** ThermalSubsystem, PowerSubsystem, Sensors and EnvironmentMetrics: the form that replaced Thermal and Power (DSP2046). */
export function subsystemsBranch(subject: Subject): Branch {
  const branch: Branch = new Map()
  addSensors(branch, subject)
  addThermal(branch, subject)
  addPower(branch, subject)
  return branch
}

const units = {
  temperature: { ReadingType: 'Temperature', ReadingUnits: 'Cel' },
  fan: { ReadingType: 'Rotational', ReadingUnits: 'RPM' },
  voltage: { ReadingType: 'Voltage', ReadingUnits: 'V' },
  power: { ReadingType: 'Power', ReadingUnits: 'W' },
}

type Numeric = SensorModel & { kind: keyof typeof units }
const isNumeric = (sensor: SensorModel): sensor is Numeric => sensor.kind !== 'supply'

const idOf = (sensor: SensorModel) => `${sensor.kind}_${sensor.name.replaceAll(' ', '_')}`

function addSensors(branch: Branch, { machine, paths }: Subject): void {
  const base = `${paths.chassis}/Sensors`
  const sensors = machine.sensors.filter(isNumeric)
  const members = sensors.map((sensor) => `${base}/${idOf(sensor)}`)
  branch.set(base, () => collection(base, 'SensorCollection', 'Sensors', members))
  sensors.forEach((sensor, i) => {
    branch.set(members[i]!, () => ({
      '@odata.id': members[i],
      '@odata.type': '#Sensor.v1_2_0.Sensor',
      Id: idOf(sensor),
      Name: sensor.name,
      ...units[sensor.kind],
      Reading: machine.reading(sensor),
      PhysicalContext: physicalContext(sensor),
      Thresholds: thresholds(sensor),
      Status: sensorStatus(machine, sensor),
    }))
  })
}

function thresholds({ thresholds }: SensorModel): Resource {
  const words = {
    LowerFatal: thresholds.lowerFatal,
    LowerCritical: thresholds.lowerCritical,
    LowerCaution: thresholds.lowerCaution,
    UpperCaution: thresholds.upperCaution,
    UpperCritical: thresholds.upperCritical,
    UpperFatal: thresholds.upperFatal,
  }
  const present = Object.entries(words).filter(([, value]) => value !== undefined)
  return Object.fromEntries(present.map(([word, value]) => [word, { Reading: value }]))
}

function addThermal(branch: Branch, { machine, paths }: Subject): void {
  const base = `${paths.chassis}/ThermalSubsystem`
  const sensorsBase = `${paths.chassis}/Sensors`
  const fans = machine.sensors.filter((sensor) => sensor.kind === 'fan')
  const fanPaths = fans.map((sensor) => `${base}/Fans/${sensor.name}`)
  branch.set(base, () => ({
    '@odata.id': base,
    '@odata.type': '#ThermalSubsystem.v1_0_0.ThermalSubsystem',
    Id: 'ThermalSubsystem',
    Name: 'Thermal Subsystem',
    Fans: link(`${base}/Fans`),
    ThermalMetrics: link(`${base}/ThermalMetrics`),
    Status: { State: 'Enabled', Health: 'OK' },
  }))
  branch.set(`${base}/Fans`, () => collection(`${base}/Fans`, 'FanCollection', 'Fans', fanPaths))
  fans.forEach((sensor, i) => {
    branch.set(fanPaths[i]!, () => ({
      '@odata.id': fanPaths[i],
      '@odata.type': '#Fan.v1_3_0.Fan',
      Id: sensor.name,
      Name: sensor.name,
      SpeedPercent: {
        Reading: toPercent(machine.reading(sensor)),
        SpeedRPM: machine.reading(sensor),
        DataSourceUri: `${sensorsBase}/${idOf(sensor)}`,
      },
      Status: sensorStatus(machine, sensor),
    }))
  })
  branch.set(`${base}/ThermalMetrics`, () => ({
    '@odata.id': `${base}/ThermalMetrics`,
    '@odata.type': '#ThermalMetrics.v1_0_0.ThermalMetrics',
    Id: 'ThermalMetrics',
    Name: 'Thermal Metrics',
    TemperatureReadingsCelsius: machine.sensors
      .filter((sensor) => sensor.kind === 'temperature')
      .map((sensor) => ({ Reading: machine.reading(sensor), DeviceName: sensor.name, DataSourceUri: `${sensorsBase}/${idOf(sensor)}` })),
  }))
}

function addPower(branch: Branch, subject: Subject): void {
  const { machine, paths } = subject
  const base = `${paths.chassis}/PowerSubsystem`
  const supplies = ([1, 2] as const).map((supply) => ({ supply, path: `${base}/PowerSupplies/${supply}` }))
  branch.set(base, () => ({
    '@odata.id': base,
    '@odata.type': '#PowerSubsystem.v1_1_0.PowerSubsystem',
    Id: 'PowerSubsystem',
    Name: 'Power Subsystem',
    CapacityWatts: 2600,
    PowerSupplies: link(`${base}/PowerSupplies`),
    Status: { State: 'Enabled', Health: 'OK' },
  }))
  branch.set(`${base}/PowerSupplies`, () =>
    collection(`${base}/PowerSupplies`, 'PowerSupplyCollection', 'Power Supplies', supplies.map(({ path }) => path)))
  for (const { supply, path } of supplies) {
    branch.set(path, () => ({
      '@odata.id': path,
      '@odata.type': '#PowerSupply.v1_1_0.PowerSupply',
      Id: String(supply),
      ...supplyFacts(subject, supply),
      LineInputStatus: supplyHealth(machine, supply) === 'OK' ? 'Normal' : 'LossOfInput',
      Metrics: link(`${path}/Metrics`),
    }))
    branch.set(`${path}/Metrics`, () => ({
      '@odata.id': `${path}/Metrics`,
      '@odata.type': '#PowerSupplyMetrics.v1_0_0.PowerSupplyMetrics',
      Id: 'Metrics',
      Name: `PSU${supply} Metrics`,
      InputPowerWatts: { Reading: Math.round(supplyInputWatts(machine.conditions(), supply)) },
      InputVoltage: { Reading: supplyHealth(machine, supply) === 'OK' ? 230 : 0 },
    }))
  }
  branch.set(`${paths.chassis}/EnvironmentMetrics`, () => ({
    '@odata.id': `${paths.chassis}/EnvironmentMetrics`,
    '@odata.type': '#EnvironmentMetrics.v1_2_0.EnvironmentMetrics',
    Id: 'EnvironmentMetrics',
    Name: 'Environment Metrics',
    PowerWatts: { Reading: inputWatts(machine.conditions()) },
    PowerLimitWatts: toLimitResource(machine.powerCap),
  }))
}
