import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createModel, type RedfishModel } from '#lib/redfish/model.ts'
import { readHealth } from '#lib/redfish/read-health.ts'
import { readIdentity } from '#lib/redfish/read-identity.ts'
import { readPower } from '#lib/redfish/read-power.ts'
import { readSensors, type SensorSweep } from '#lib/redfish/read-sensors.ts'
import { readResetTypes } from '#lib/redfish/reset.ts'
import type { SensorKind } from '#lib/redfish/sensor.ts'
import { openRedfish } from '#lib/redfish/session.ts'
import { readRecording, RECORDINGS, startReplay, type Replay } from './replay-redfish.ts'

const folder = join(RECORDINGS, 'redfish')
const machines = existsSync(folder) ? readdirSync(folder).map((file) => file.replace('.json.gz', '')) : []
if (machines.length === 0) console.warn(`skipped: no recordings at ${folder} (set RECORDINGS)`)

async function withReplay(machine: string, use: (model: RedfishModel, replay: Replay) => Promise<void>): Promise<void> {
  const replay = await startReplay(readRecording(machine))
  try {
    const session = await openRedfish({ ...replay, expectedFingerprint: replay.fingerprint })
    try {
      await use(createModel(session), replay)
    } finally {
      await session.close()
    }
    expect(replay.openSessions()).toBe(0)
  } finally {
    await replay.close()
  }
}

const named = (sweep: SensorSweep, kind: SensorKind) =>
  sweep.sensors.filter((sensor) => sensor.kind === kind).map(({ name, reading, unit }) => [name, reading, unit])

/** Facts read from the raw trees by eye; `null` stands for "not reported". */
type Facts = {
  model: string | null
  serial: string | null
  bios: string | null
  bmc: string
  powerState: string
  health: string
  reasons: string[]
  /** Name → °C. */
  temperatures: [string, number | null][]
  fans: [string, number | null][]
  fanUnit: string
  watts: number | null
  resets: string[]
}

const absent = (...names: string[]) => names.map((name): [string, null] => [name, null])

const FACTS: Record<string, Facts> = {
  'dell-r740': {
    model: 'PowerEdge R740',
    serial: 'CN7475171F0057',
    bios: '0.4.1',
    bmc: '3.15.15.15',
    powerState: 'On',
    health: 'Critical',
    // iDRAC 9 3.15 calls the system and the chassis critical; every part that the tree shows is OK.
    reasons: ['System: Critical'],
    temperatures: [
      ['CPU1 Temp', 38],
      ['System Board Inlet Temp', 23],
      ['System Board Exhaust Temp', 27],
    ],
    fans: [
      ['System Board Fan1', 3360],
      ['System Board Fan2', 3360],
      ['System Board Fan3', 3360],
      ['System Board Fan4', 3240],
      ['System Board Fan5', 3480],
      ['System Board Fan6', 3360],
    ],
    fanUnit: 'RPM',
    watts: 78,
    resets: ['On', 'ForceOff', 'GracefulRestart', 'GracefulShutdown', 'PushPowerButton', 'Nmi'],
  },
  'hpe-dl325-gen10plus': {
    model: 'ProLiant DL325 Gen10 Plus',
    serial: 'MXQ019020B',
    bios: 'A43 v2.52 (10/29/2021)',
    bmc: 'iLO 5 v2.46',
    powerState: 'On',
    health: 'OK',
    reasons: [],
    temperatures: [
      ['01-Inlet Ambient', 17],
      ['02-CPU 1', 40],
      ['03-P1 DIMM 1-8', 26],
      ['04-P1 DIMM 9-16', 28],
      ...absent('05-HD Max', '06-Exp Bay Drive'),
      ['07-VR P1', 32],
      ['08-VR P1 Mem 1', 38],
      ['09-VR P1 Mem 2', 36],
      ...absent('10-Stor Batt'),
      ['11-BMC', 55],
      ['12-BMC Zone', 31],
      ['13-System Board', 21],
      ['14-Board Inlet', 23],
      ['15-PCI 1', 42],
      ...absent('16-PCI 2', '17-PCI 3'),
      ['18-PCI 1 Zone', 25],
      ...absent('20-PCI 3 Zone', '21-HD Controller'),
      ['22-HD Cntlr Zone', 22],
      ['23-LOM Card', 45],
      ['24-Sys Exhaust', 32],
      ['25-Chipset Zone', 33],
      ['26-LOM Card Zone', 27],
      ['27-Battery Zone', 29],
      ['28-P/S 1 Inlet', 20],
      ['29-P/S 2 Inlet', 20],
      ['30-P/S 1', 40],
      ['31-P/S 2', 40],
      ['32-P/S Zone', 28],
      ...absent('34-AHCI HD Max'),
      ['35-VR P1Mem Zone', 28],
      ['36-PCI Zone', 27],
      ['37-CPU 1 PkgTmp', 29],
    ],
    fans: [
      ['Fan 1', 35],
      ['Fan 2', null],
      ['Fan 3', 35],
      ['Fan 4', 35],
      ['Fan 5', 35],
      ['Fan 6', 35],
      ['Fan 7', null],
      ['Fan 8', 35],
    ],
    fanUnit: '%',
    watts: 97,
    resets: ['On', 'ForceOff', 'GracefulShutdown', 'ForceRestart', 'Nmi', 'PushPowerButton', 'GracefulRestart'],
  },
  'lenovo-sr670': {
    model: 'ThinkSystem SR670 V2',
    serial: 'J101RZ43',
    bios: 'U8E112A',
    bmc: 'TGBT20E 1.40 2021-05-17',
    powerState: 'On',
    health: 'OK',
    reasons: [],
    temperatures: [
      ['Ambient Temp', 27],
      ['CPU 1 Temp', 39],
      ['CPU 1 DTS', -51],
      ['CPU 2 Temp', 40],
      ['CPU 2 DTS', -51],
      ...absent('PCIe 1 Temp', 'PCIe 2 Temp', 'PCIe 3 Temp'),
      ['PCIe 4 Temp', 39],
      ...absent('PCIe 5 Temp'),
      ['PCIe 6 Temp', 39],
      ...absent('PCIe 7 Temp', 'PCIe 8 Temp', 'PCIe 9 Temp', 'PCIe 10 Temp'),
      ...absent('PCIe 15 Temp', 'PCIe 16 Temp', 'PCIe 20 Temp', 'PCIe 21 Temp'),
      ['Exhaust Temp', 79],
      ...absent('BoardAverageTemp'),
    ],
    fans: [
      ['Fan 1A Tach', 4602],
      ['Fan 1B Tach', 4104],
      ['Fan 2A Tach', 4484],
      ['Fan 2B Tach', 4104],
      ['Fan 3A Tach', 4661],
      ['Fan 3B Tach', 4266],
      ['Fan 4A Tach', 4425],
      ['Fan 4B Tach', 3996],
      ['Fan 5A Tach', 4189],
      ['Fan 5B Tach', 3780],
    ],
    fanUnit: 'RPM',
    // PowerControl[0] alone; [1] is the CPUs' 111 W and [2] the memory's 12 W of it.
    watts: 416,
    resets: ['On', 'Nmi', 'GracefulShutdown', 'GracefulRestart', 'ForceOn', 'ForceOff', 'ForceRestart'],
  },
  'supermicro-x10sdv': {
    model: 'Super Server',
    // Ten blanks in the tree.
    serial: null,
    bios: '1.2',
    bmc: '4.0',
    powerState: 'On',
    health: 'OK',
    reasons: [],
    // The tree says On, and Absent with 0 for every sensor, and 0 W.
    temperatures: absent(
      'CPU Temp',
      'System Temp',
      'Peripheral Temp',
      'MB_10G Temp',
      'DIMMA1 Temp',
      'DIMMA2 Temp',
      'DIMMB1 Temp',
      'DIMMB2 Temp',
    ),
    fans: absent('FAN1', 'FAN2', 'FAN3', 'FAN4'),
    fanUnit: 'RPM',
    watts: null,
    resets: ['On', 'ForceOff', 'GracefulShutdown', 'GracefulRestart', 'ForceRestart', 'Nmi', 'ForceOn'],
  },
  'openbmc-qemu-stock': {
    model: null,
    serial: null,
    bios: null,
    bmc: '2.15.0-dev-686-g100c36de90',
    powerState: 'Off',
    health: 'OK',
    reasons: [],
    temperatures: [],
    fans: [],
    fanUnit: 'RPM',
    watts: null,
    // Only its ActionInfo has them.
    resets: ['On', 'ForceOff', 'ForceOn', 'ForceRestart', 'GracefulRestart', 'GracefulShutdown', 'PowerCycle', 'Nmi'],
  },
}

describe.skipIf(machines.length === 0)('right facts from recorded machines', () => {
  it.each(Object.keys(FACTS))('%s', async (machine) => {
    const facts = FACTS[machine]!
    await withReplay(machine, async (model) => {
      const sweep = await readSensors(model)
      const identity = await readIdentity(model)
      expect(identity.model).toBe(facts.model ?? undefined)
      expect(identity.serial).toBe(facts.serial ?? undefined)
      expect(identity.biosVersion).toBe(facts.bios ?? undefined)
      expect(identity.bmc.firmwareVersion).toBe(facts.bmc)
      expect((await readPower(model)).powerState).toBe(facts.powerState)
      expect((await readResetTypes(model)).allowed).toEqual(facts.resets)
      const health = await readHealth(model, sweep)
      expect(health.health).toBe(facts.health)
      expect(health.reasons.map((reason) => reason.message)).toEqual(facts.reasons)
      const withUnit = (unit: string) => (fact: [string, number | null]) => [fact[0], fact[1] ?? undefined, unit]
      expect(named(sweep, 'temperature')).toEqual(facts.temperatures.map(withUnit('°C')))
      expect(named(sweep, 'fan')).toEqual(facts.fans.map(withUnit(facts.fanUnit)))
      expect(sweep.draw?.reading).toBe(facts.watts ?? undefined)
    })
  })

  it('dell-r740: service tag, thresholds, a supply whose "last output" is its capacity, power-good signals', async () => {
    await withReplay('dell-r740', async (model) => {
      expect((await readIdentity(model)).sku).toBe('7654321')
      const sweep = await readSensors(model)
      expect(sweep.sensors.find((sensor) => sensor.name === 'System Board Inlet Temp')?.thresholds).toEqual({
        lowerCaution: 3,
        lowerCritical: -7,
        lowerFatal: -7,
        upperCaution: 38,
        upperCritical: 42,
        upperFatal: 42,
      })
      expect(sweep.draw).toMatchObject({ reading: 78, average: 81, peak: 93, limit: 332, capacity: 924 })
      expect(sweep.supplies).toMatchObject([{ name: 'PS1 Status', capacityWatts: 750, inputVolts: 118, outputWatts: undefined }])
      // 24 of the 25 "voltages" are power-good signals; the last is the supply's mains voltage.
      expect(named(sweep, 'voltage').filter(([name]) => !String(name).endsWith('input voltage'))).toEqual([['PS1 Voltage 1', 118, 'V']])
    })
  })

  it('hpe-dl325-gen10plus: supplies that all bear one name are told apart', async () => {
    await withReplay('hpe-dl325-gen10plus', async (model) => {
      const { supplies } = await readSensors(model)
      expect(supplies.map(({ name, outputWatts }) => [name, outputWatts])).toEqual([
        ['Power supply 1', 51],
        ['Power supply 2', 46],
      ])
    })
  })

  it('dell-xr8620t: a system that is critical for want of a supply says which', async () => {
    await withReplay('dell-xr8620t', async (model) => {
      const { health, reasons } = await readHealth(model, await readSensors(model))
      expect([health, reasons.map((reason) => reason.message)]).toEqual(['Critical', ['PS2 Status: Absent, Critical']])
    })
  })

  it('nvidia-gh200: the host is picked among two systems, by what it can do', async () => {
    await withReplay('nvidia-gh200', async (model) => {
      expect((await model.tree()).system).toBe('/redfish/v1/Systems/System_0')
      expect((await model.tree()).otherSystems).toEqual(['/redfish/v1/Systems/HGX_Baseboard_0'])
    })
  })

  it('intel-s2600bpb: watts from the board within the chassis, floats without noise', async () => {
    await withReplay('intel-s2600bpb', async (model) => {
      const sweep = await readSensors(model)
      expect(sweep.draw?.reading).toBe(148)
      expect(named(sweep, 'voltage')).toContainEqual(['BB +12.0V', 12.212, 'V'])
    })
  })
})

/** Every string in the tree that a BMC offers as a link, so that a request outside them was made up by us. */
function collectLinks(value: unknown, links: Set<string>): void {
  if (typeof value === 'string' && value.startsWith('/redfish/')) links.add(value.split('#', 1)[0]!)
  else if (typeof value === 'object' && value !== null) Object.values(value).forEach((inner) => collectLinks(inner, links))
}

describe.skipIf(machines.length === 0)('every recorded machine', () => {
  it.each(machines)('%s: read without an error, asking only for what the tree links', async (machine) => {
    await withReplay(machine, async (model, replay) => {
      const sweep = await readSensors(model)
      await readPower(model)
      await readHealth(model, sweep)
      await readResetTypes(model)
      await readIdentity(model)
      const before = replay.requests.length
      const again = await readSensors(model)
      expect(again.sensors).toEqual(sweep.sensors)
      expect(again.failures.map(String)).toEqual(sweep.failures.map(String))
      // A second sweep asks for nothing but its sources, many of them in one request where the BMC proves that it can.
      const asks = replay.requests.slice(before)
      const sources = model.sensorPlan()!.sources.length
      if (asks.some((request) => request.includes('$expand='))) expect(asks.length).toBeLessThan(sources)
      else expect(asks.length).toBe(sources)

      const links = new Set(['/redfish/v1/', '/redfish/v1/SessionService/Sessions'])
      collectLinks(readRecording(machine).resources, links)
      const asked = replay.requests.map((request) => request.split(' ')[1]!)
      expect(asked.filter((path) => !links.has(path.replace(/\?\$expand=[^&]*$/, '')))).toEqual([])
      expect(new Set(sweep.sensors.map((sensor) => sensor.source)).size).toBe(sweep.sensors.length)
      for (const sensor of sweep.sensors) expect(sensor.name).not.toBe('')
    })
  })
})
