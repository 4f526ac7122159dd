import { describe, expect, it } from 'vitest'
import { toPowerPart } from './legacy-power.ts'
import { toThermalPart } from './legacy-thermal.ts'
import { createMemorySession, createSmallTree } from './testing/memory-session.ts'
import { createModel } from './model.ts'
import { readPower } from './read-power.ts'
import { readSensors } from './read-sensors.ts'
import { toSensorPart } from './sensor-resource.ts'

const THERMAL = '/redfish/v1/Chassis/c/Thermal'
const POWER = '/redfish/v1/Chassis/c/Power'
const SENSORS = '/redfish/v1/Chassis/c/Sensors'
const enabled = { State: 'Enabled', Health: 'OK' }

describe('legacy documents', () => {
  it('takes a number written as a string, and no number for a part that is not there', () => {
    const { sensors } = toThermalPart(
      {
        Temperatures: [
          { Name: 'CPU', ReadingCelsius: '59.000000', Status: enabled },
          { Name: 'Slot', ReadingCelsius: 0, Status: { State: 'Absent' } },
          { Name: 'Riser', ReadingCelsius: 0, Status: { State: 'UnavailableOffline' } },
          { Name: 'Bad', ReadingCelsius: 'n/a', Status: enabled },
          { Name: 'Below', ReadingCelsius: -51 },
        ],
      },
      THERMAL,
    )
    expect(sensors.map(({ name, reading }) => [name, reading])).toEqual([
      ['CPU', 59],
      ['Slot', undefined],
      ['Riser', undefined],
      ['Bad', undefined],
      ['Below', -51],
    ])
  })

  it('keeps the unit a fan comes in, and names none it does not know', () => {
    const fans = [
      { FanName: 'a', Reading: 35, ReadingUnits: 'Percent' },
      { FanName: 'b', Reading: 4602, ReadingUnits: 'RPM' },
      { FanName: 'c', CurrentReading: 20, Units: 'Percent' },
      { FanName: 'd', ReadingRPM: 0 },
      { FanName: 'e', Reading: 3000 },
      { FanName: 'f', Reading: 50 },
    ]
    expect(toThermalPart({ Fans: fans }, THERMAL).sensors.map(({ name, reading, unit }) => [name, reading, unit])).toEqual([
      ['a', 35, '%'],
      ['b', 4602, 'RPM'],
      ['c', 20, '%'],
      ['d', 0, 'RPM'],
      ['e', 3000, 'RPM'],
      ['f', 50, undefined],
    ])
  })

  it('says of a temperature without a number that its name is nonsense, and leaves out one that tells neither (Cray, BlueField)', () => {
    const part = toThermalPart({ Temperatures: [{ Name: {} }, { Name: null, Status: enabled }, { Name: [null], ReadingCelsius: 40 }] }, THERMAL)
    expect(part.sensors.map(({ name, reading }) => [name, reading])).toEqual([['Temperature', 40]])
    expect(part.garbled).toEqual(['the name of 1 of 3 Temperatures cannot be understood'])
  })

  it('takes thresholds that are all zero for none, and one that is zero for itself', () => {
    const none = { Name: 'a', UpperThresholdCritical: 0, LowerThresholdCritical: 0, UpperThresholdFatal: null }
    const some = { Name: 'b', UpperThresholdCritical: 100, LowerThresholdCritical: 0, UpperThresholdNonCritical: '97' }
    const { sensors } = toThermalPart({ Temperatures: [none, some] }, THERMAL)
    expect(sensors.map((sensor) => sensor.thresholds)).toEqual([{}, { upperCritical: 100, lowerCritical: 0, upperCaution: 97 }])
  })

  it('gives every entry an id of its own, although the BMC repeats one or has none', () => {
    const entries = [{ '@odata.id': `${THERMAL}#/Fans/0` }, { '@odata.id': `${THERMAL}#/Fans/0` }, {}]
    expect(toThermalPart({ Fans: entries }, THERMAL).sensors.map((sensor) => sensor.source)).toEqual([
      `${THERMAL}#/Fans/0`,
      `${THERMAL}#/Fans/1`,
      `${THERMAL}#/Fans/2`,
    ])
  })

  it.each([
    ['three entries are not summed (Lenovo)', [{ PowerConsumedWatts: 416 }, { PowerConsumedWatts: 111 }, { PowerConsumedWatts: 12 }], 416],
    ['0 is not reported', [{ PowerConsumedWatts: 0 }], undefined],
    ['null is not reported', [{ PowerConsumedWatts: null }], undefined],
    ['nothing', [], undefined],
    ['a string', [{ PowerConsumedWatts: '78' }], 78],
  ])('watts: %s', (_name, PowerControl, watts) => {
    expect(toPowerPart({ PowerControl }, POWER).draw?.reading).toBe(watts)
  })

  it.each(['CPU1VCOREPG', 'SystemBoardPS1PGFail', 'SystemBoardPS1PGFAIL'])('a power-good signal whose name is nonsense is known by its id (Dell): %s', (id) => {
    const entry = { '@odata.id': `/redfish/v1/Chassis/c/Sensors/Voltages/iDRAC.Embedded.1%23${id}`, ReadingVolts: 1 }
    const { sensors } = toPowerPart({ Voltages: [{ ...entry, Name: {} }, { ...entry, '@odata.id': '/redfish/v1/Chassis/c/Sensors/Voltages/12V', Name: {} }] }, POWER)
    expect(sensors.map(({ kind, reading }) => [kind, reading])).toEqual([['state', undefined], ['voltage', 1]])
  })

  it('takes nothing without a name and a number for a voltage, and says when its name is nonsense', () => {
    const told = [{ Name: 'VSHORT', ReadingVolts: null }, { Name: {}, ReadingVolts: 12 }]
    const part = toPowerPart({ Voltages: [...told, { ReadingVolts: null }, { Name: {}, ReadingVolts: null }] }, POWER)
    expect(part.sensors.map(({ name, reading }) => [name, reading])).toEqual([['VSHORT', undefined], ['Voltage', 12]])
    expect(part.garbled).toEqual(['the name of 1 of 4 Voltages cannot be understood'])
  })

  it('does not believe a last output that is the capacity', () => {
    const PowerSupplies = [
      { Name: 'a', PowerCapacityWatts: 750, LastPowerOutputWatts: 750 },
      { Name: 'b', PowerCapacityWatts: 750, LastPowerOutputWatts: 51 },
    ]
    expect(toPowerPart({ PowerSupplies }, POWER).supplies.map((supply) => supply.outputWatts)).toEqual([undefined, 51])
  })

  it('does not take for a supply what says nothing, not even a name', () => {
    const nothing = [{ MemberId: '0', Name: 'nil' }, { Name: 'nil', LineInputVoltage: 230 }, { Status: { State: 'Absent' } }]
    expect(toPowerPart({ PowerSupplies: nothing }, POWER).supplies.map(({ source }) => source)).toEqual([`${POWER}#/PowerSupplies/1`, `${POWER}#/PowerSupplies/2`])
  })
})

describe('Sensor resources', () => {
  it.each([
    [{ Reading: 26568, ReadingUnits: 'RPM', ReadingType: 'Rotational' }, ['fan', 26568, 'RPM']],
    [{ Reading: 24.312, ReadingUnits: 'Cel' }, ['temperature', 24.312, '°C']],
    [{ Reading: 40, ReadingUnits: 'C', ReadingType: 'Temperature' }, ['temperature', 40, '°C']],
    // Lenovo's type contradicts its unit.
    [{ Reading: 115, ReadingUnits: 'Watts', ReadingType: 'Current' }, ['power', 115, 'W']],
    [{ Reading: 1.5, ReadingType: 'Voltage' }, ['voltage', 1.5, 'V']],
    [{ Reading: 0, ReadingUnits: '', ReadingType: 'Temperature' }, ['state', undefined, undefined]],
    [{ Reading: 40, ReadingUnits: '%', ReadingType: 'Humidity' }, ['humidity', 40, '%']],
    [{ Reading: 60, ReadingUnits: '%', PhysicalContext: 'Fan' }, ['fan', 60, '%']],
    [{ Reading: 7.5, ReadingUnits: '%' }, ['percent', 7.5, '%']],
  ])('%j', (body, [kind, reading, unit]) => {
    expect(toSensorPart(body, `${SENSORS}/x`).sensors).toMatchObject([{ kind, reading, unit, source: `${SENSORS}/x` }])
  })

  it('leaves out what it does not know', () => {
    expect(toSensorPart({ Reading: 100, ReadingUnits: 'CFM' }, `${SENSORS}/x`).sensors).toEqual([])
  })
})

describe('a sweep', () => {
  const modern = {
    [SENSORS]: { Members: [`${SENSORS}/t`, `${SENSORS}/p`, 'https://evil/redfish/v1/x'].map((path) => ({ '@odata.id': path })) },
    [`${SENSORS}/t`]: { Name: 'Inlet', Reading: 21, ReadingUnits: 'Cel', Status: enabled },
    [`${SENSORS}/p`]: { Name: 'total_power', Reading: 300, ReadingUnits: 'W', Status: enabled },
  }

  it('asks only for its sources from the second time on', async () => {
    const session = createMemorySession(createSmallTree({ Sensors: SENSORS }, modern))
    const model = createModel(session)
    const first = await readSensors(model)
    expect(first.sensors.map((sensor) => sensor.name)).toEqual(['Inlet', 'total_power'])
    expect(first.draw?.reading).toBe(300)
    session.requests.length = 0
    expect(await readSensors(model)).toEqual(first)
    expect(session.requests).toEqual([`GET ${SENSORS}/t`, `GET ${SENSORS}/p`])
  })

  it('has each quantity once where a BMC offers it twice, and by the fewer requests', async () => {
    const thermal = { Temperatures: [{ Name: 'Inlet', ReadingCelsius: 21, Status: enabled }] }
    const session = createMemorySession(createSmallTree({ Thermal: THERMAL, Sensors: SENSORS }, { ...modern, [THERMAL]: thermal }))
    const { sensors } = await readSensors(createModel(session))
    expect(sensors.map((sensor) => sensor.name)).toEqual(['Inlet'])
    expect(session.requests).not.toContain(`GET ${SENSORS}`)
  })

  it('looks anew when a source has gone', async () => {
    const session = createMemorySession(createSmallTree({ Sensors: SENSORS }, { ...modern }))
    const model = createModel(session)
    await readSensors(model)
    session.resources[SENSORS] = { Members: [{ '@odata.id': `${SENSORS}/t2` }] }
    session.resources[`${SENSORS}/t2`] = session.resources[`${SENSORS}/t`]
    delete session.resources[`${SENSORS}/t`]
    expect((await readSensors(model)).sensors.map((sensor) => sensor.source)).toEqual([`${SENSORS}/t2`])
  })

  it('looks anew when the host has been switched on: its sensors come with it', async () => {
    const session = createMemorySession(createSmallTree({ Sensors: SENSORS }, { ...modern, [SENSORS]: { Members: [] } }))
    const model = createModel(session)
    const system = session.resources['/redfish/v1/Systems/s'] as Record<string, unknown>
    system['PowerState'] = 'Off'
    await readPower(model)
    expect((await readSensors(model)).sensors).toEqual([])
    session.resources[SENSORS] = modern[SENSORS]
    expect((await readSensors(model)).sensors).toEqual([])
    system['PowerState'] = 'On'
    await readPower(model)
    expect((await readSensors(model)).sensors).toHaveLength(2)
  })

  it('looks anew when its picture has grown old', async () => {
    let now = 0
    const session = createMemorySession(createSmallTree({ Sensors: SENSORS }, { ...modern }))
    const model = createModel(session, { lifetimes: { settledMs: 1000, unsettledMs: 100, settlingMs: 500 }, now: () => now })
    await readSensors(model)
    now = 999
    session.requests.length = 0
    await readSensors(model)
    expect(session.requests).toHaveLength(2)
    now = 1000
    await readSensors(model)
    expect(session.requests).toContain(`GET ${SENSORS}`)
  })

  it('is shared by those who ask while it runs', async () => {
    const session = createMemorySession(createSmallTree({ Sensors: SENSORS }, { ...modern }))
    const model = createModel(session)
    const [one, two] = await Promise.all([readSensors(model), readSensors(model)])
    expect(one).toBe(two)
    expect(session.requests.filter((request) => request === `GET ${SENSORS}/t`)).toHaveLength(1)
  })

  it('follows no tree without end', async () => {
    const chassis = Array.from({ length: 64 }, (_, at) => `/redfish/v1/Chassis/${at}`)
    const more: Record<string, unknown> = { '/redfish/v1/Chassis': { Members: chassis.map((path) => ({ '@odata.id': path })) } }
    for (const path of chassis) {
      const members = Array.from({ length: 500 }, (_, at) => `${path}/Sensors/${at}`)
      more[path] = { Sensors: { '@odata.id': `${path}/Sensors` } }
      more[`${path}/Sensors`] = { Members: members.map((member) => ({ '@odata.id': member })) }
      for (const member of members) more[member] = { Name: 'v', Reading: 1, ReadingUnits: 'V' }
    }
    const session = createMemorySession(createSmallTree({}, more))
    expect((await readSensors(createModel(session))).sensors).toHaveLength(1024)
    expect(session.requests.length).toBeLessThan(1300)
  })

  it('keeps what could be read when one resource fails, and says which did not', async () => {
    const session = createMemorySession(createSmallTree({ Sensors: SENSORS }, { ...modern }))
    const model = createModel(session)
    await readSensors(model)
    session.resources[`${SENSORS}/p`] = 500
    const sweep = await readSensors(model)
    expect(sweep.sensors.map((sensor) => sensor.name)).toEqual(['Inlet'])
    expect(sweep.draw).toBeUndefined()
    // One member of the collection is no link, in every sweep.
    expect(sweep.failures).toMatchObject([{ kind: 'garbled' }, { kind: 'http', status: 500 }])
    session.resources[`${SENSORS}/t`] = 500
    await expect(readSensors(model)).rejects.toMatchObject({ kind: 'http', status: 500 })
  })

  it('does not take a component for the node: watts of a chassis the host does not name', async () => {
    const gpu = { '@odata.id': '/redfish/v1/Chassis/gpu' }
    const tree = createSmallTree(
      {},
      {
        '/redfish/v1/Chassis': { Members: [{ '@odata.id': '/redfish/v1/Chassis/c' }, gpu] },
        '/redfish/v1/Chassis/gpu': { EnvironmentMetrics: { '@odata.id': '/redfish/v1/Chassis/gpu/EnvironmentMetrics' } },
        '/redfish/v1/Chassis/gpu/EnvironmentMetrics': { PowerWatts: { Reading: 84.7 } },
      },
    )
    const sweep = await readSensors(createModel(createMemorySession(tree)))
    expect(sweep.draw).toBeUndefined()
    expect(sweep.sensors).toMatchObject([{ kind: 'power', reading: 84.7 }])
  })

  it('prefers EnvironmentMetrics over the legacy document', async () => {
    const metrics = '/redfish/v1/Chassis/c/EnvironmentMetrics'
    const tree = createSmallTree(
      { Power: POWER, EnvironmentMetrics: metrics },
      { [POWER]: { PowerControl: [{ Name: 'a', PowerConsumedWatts: 90 }] }, [metrics]: { PowerWatts: { Reading: 91.5 } } },
    )
    const { draw } = await readSensors(createModel(createMemorySession(tree)))
    expect(draw).toMatchObject({ reading: 91.5, source: `${metrics}#/PowerWatts` })
  })

  it.each([
    ['Automatic', 500],
    ['Disabled', undefined],
  ])('takes average, peak and cap of the same chassis from where they stand; a cap with the mode %s', async (ControlMode, limit) => {
    const metrics = '/redfish/v1/Chassis/c/EnvironmentMetrics'
    const tree = createSmallTree(
      { Power: POWER, EnvironmentMetrics: metrics },
      {
        [POWER]: { PowerControl: [{ Name: 'a', PowerConsumedWatts: 90, PowerCapacityWatts: 1600, PowerMetrics: { AverageConsumedWatts: 80, MaxConsumedWatts: 120, IntervalInMin: 20 } }] },
        [metrics]: { PowerWatts: { Reading: 91.5 }, PowerLimitWatts: { SetPoint: 500, ControlMode } },
      },
    )
    const { draw } = await readSensors(createModel(createMemorySession(tree)))
    expect(draw).toMatchObject({ reading: 91.5, average: 80, peak: 120, minutes: 20, capacity: 1600 })
    expect(draw?.limit).toBe(limit)
  })

  it('reads fans and supplies of the subsystems where nothing else has them', async () => {
    const base = '/redfish/v1/Chassis/c'
    const tree = createSmallTree(
      { ThermalSubsystem: `${base}/ThermalSubsystem`, PowerSubsystem: `${base}/PowerSubsystem` },
      {
        [`${base}/ThermalSubsystem`]: {
          Fans: { '@odata.id': `${base}/Fans` },
          ThermalMetrics: { '@odata.id': `${base}/ThermalMetrics` },
        },
        [`${base}/Fans`]: { Members: [{ '@odata.id': `${base}/Fans/1` }] },
        [`${base}/Fans/1`]: { Name: 'Fan 1', SpeedPercent: { Reading: 40, SpeedRPM: 5000 }, Status: enabled },
        [`${base}/ThermalMetrics`]: { TemperatureReadingsCelsius: [{ DeviceName: 'CPU', Reading: 50 }] },
        [`${base}/PowerSubsystem`]: { PowerSupplies: { '@odata.id': `${base}/PSU` } },
        [`${base}/PSU`]: { Members: [{ '@odata.id': `${base}/PSU/1` }] },
        [`${base}/PSU/1`]: { Name: 'PSU', Status: enabled, Metrics: { '@odata.id': `${base}/PSU/1/Metrics` } },
        [`${base}/PSU/1/Metrics`]: { InputPowerWatts: { Reading: 120 }, OutputPowerWatts: { Reading: 0 } },
      },
    )
    const { sensors } = await readSensors(createModel(createMemorySession(tree)))
    expect(sensors.map(({ name, kind, reading, unit }) => [name, kind, reading, unit])).toEqual([
      ['Fan 1', 'fan', 5000, 'RPM'],
      ['CPU', 'temperature', 50, '°C'],
      ['PSU', 'state', undefined, undefined],
      ['PSU input power', 'power', 120, 'W'],
      ['PSU output power', 'power', 0, 'W'],
    ])
  })
})
