import { describe, expect, test } from 'vitest'
import { createMachine, type MachineOptions } from './machine.ts'
import { identify } from './makes.ts'
import { personas } from './personas.ts'

const startMs = Date.UTC(2026, 10, 23, 12, 0, 0)

/** A machine on a clock that only the test moves. */
function machineOnClock(options: Partial<MachineOptions> = {}) {
  const clock = { nowMs: startMs }
  const machine = createMachine({ identity: identify('supermicro', 'n1', 7), seed: 7, now: () => clock.nowMs, ...options })
  return { machine, wait: (ms: number) => void (clock.nowMs += ms) }
}

const sensorNamed = (machine: ReturnType<typeof createMachine>, name: string) => machine.sensors.find((sensor) => sensor.name === name)!

describe('power', () => {
  test('On takes three seconds, by way of poweringOn', () => {
    const { machine, wait } = machineOnClock({ initialPower: 'off' })
    machine.reset('On', 'ipmi')
    expect(machine.power()).toBe('poweringOn')
    wait(2999)
    expect(machine.power()).toBe('poweringOn')
    wait(1)
    expect(machine.power()).toBe('on')
    expect(machine.lastResetMs()).toBe(startMs + 3000)
    expect(machine.restartCause()).toBe('chassisControl')
  })

  test('a graceful shutdown takes five seconds, a forced one none', () => {
    const { machine, wait } = machineOnClock()
    machine.reset('GracefulShutdown', 'redfish')
    expect(machine.power()).toBe('poweringOff')
    wait(5000)
    expect(machine.power()).toBe('off')

    const { machine: other } = machineOnClock()
    other.reset('ForceOff', 'redfish')
    expect(other.power()).toBe('off')
  })

  test('a cycle goes through off, and its cause is known afterwards', () => {
    const { machine, wait } = machineOnClock()
    machine.reset('PowerCycle', 'ipmi')
    expect(machine.power()).toBe('off')
    wait(2000)
    expect(machine.power()).toBe('poweringOn')
    wait(3000)
    expect(machine.power()).toBe('on')
    expect(machine.restartCause()).toBe('powerCycle')
  })

  test('nobody looked: a whole cycle is settled at once, each part at its own time', () => {
    const { machine, wait } = machineOnClock()
    machine.reset('PowerCycle', 'ipmi')
    wait(60_000)
    expect(machine.power()).toBe('on')
    expect(machine.lastResetMs()).toBe(startMs + 5000)
    expect(machine.log.records().map(({ atMs, subject }) => [atMs - startMs, subject.what])).toEqual([
      [0, 'poweredOff'],
      [5000, 'poweredOn'],
      [5000, 'booted'],
    ])
  })

  test('ForceOff overtakes a shutdown that is under way', () => {
    const { machine, wait } = machineOnClock()
    machine.reset('GracefulShutdown', 'redfish')
    wait(1000)
    machine.reset('ForceOff', 'redfish')
    machine.reset('On', 'redfish')
    wait(4500)
    expect(machine.power()).toBe('on')
  })

  test('restarts never leave on, yet move the last reset', () => {
    const { machine, wait } = machineOnClock()
    wait(1000)
    machine.reset('ForceRestart', 'redfish')
    expect(machine.power()).toBe('on')
    expect(machine.lastResetMs()).toBe(startMs + 1000)
    machine.reset('GracefulRestart', 'redfish')
    wait(5000)
    expect(machine.lastResetMs()).toBe(startMs + 6000)
    expect(machine.restartCause()).toBe('softReset')
  })

  test('what makes no sense in a state changes nothing, and is still counted', () => {
    const { machine, wait } = machineOnClock({ initialPower: 'off' })
    machine.reset('PowerCycle', 'ipmi')
    machine.reset('ForceRestart', 'redfish')
    wait(60_000)
    expect(machine.power()).toBe('off')
    expect(machine.commands.map(({ action, face }) => [action, face])).toEqual([
      ['PowerCycle', 'ipmi'],
      ['ForceRestart', 'redfish'],
    ])
  })

  test('a machine that lies counts the command and stays as it is', () => {
    const { machine, wait } = machineOnClock()
    machine.setObedience('nothing')
    machine.reset('ForceOff', 'redfish')
    wait(60_000)
    expect(machine.power()).toBe('on')
    expect(machine.commands).toHaveLength(1)
  })
})

describe('boot override and indicator', () => {
  test('once is used up by the next boot, always is not', () => {
    const { machine } = machineOnClock()
    machine.setBootOverride({ enabled: 'once', target: 'pxe', mode: 'uefi' })
    machine.reset('ForceRestart', 'redfish')
    expect(machine.bootOverride()).toEqual({ enabled: 'disabled', target: 'none', mode: 'uefi' })
    machine.setBootOverride({ enabled: 'always', target: 'disk', mode: 'legacy' })
    machine.reset('ForceRestart', 'redfish')
    expect(machine.bootOverride().target).toBe('disk')
  })

  test('a timed identify goes out by itself', () => {
    const { machine, wait } = machineOnClock()
    machine.setIndicator('blinking', 15)
    wait(14_999)
    expect(machine.indicator()).toBe('blinking')
    wait(1)
    expect(machine.indicator()).toBe('off')
  })
})

describe('sensors', () => {
  test('the same seed and time give the same readings', () => {
    const [a, b] = [machineOnClock(), machineOnClock()]
    a.wait(123_456)
    b.wait(123_456)
    expect(a.machine.sensors.map(a.machine.reading)).toEqual(b.machine.sensors.map(b.machine.reading))
  })

  test('they move with time', () => {
    const { machine, wait } = machineOnClock()
    const cpu = sensorNamed(machine, 'CPU1 Temp')
    const seen = new Set<number | null>()
    for (let i = 0; i < 60; i++) {
      seen.add(machine.reading(cpu))
      wait(60_000)
    }
    expect(seen.size).toBeGreaterThan(5)
  })

  test('off: fans and processors have no reading, the inlet has one, and only standby watts are drawn', () => {
    const { machine } = machineOnClock({ initialPower: 'off' })
    expect(machine.reading(sensorNamed(machine, 'FAN1'))).toBeNull()
    expect(machine.reading(sensorNamed(machine, 'CPU1 Temp'))).toBeNull()
    expect(machine.reading(sensorNamed(machine, 'Inlet Temp'))).toBeGreaterThan(15)
    expect(machine.reading(sensorNamed(machine, 'Total Power'))).toBeLessThan(30)
  })

  test('its BMC writes its log by a clock that may be wrong, or count from its start', () => {
    const written = (name: 'healthy' | 'clock-off' | 'clock-unset') => {
      const { machine, wait } = machineOnClock({ circumstances: personas[name].circumstances })
      wait(10_000)
      machine.reset('ForceOff', 'ipmi')
      expect(machine.log.lastAddedMs()).toBe(machine.log.records()[0]!.atMs)
      return [machine.bmcTime(), machine.log.records()[0]!.atMs]
    }
    const nowMs = startMs + 10_000
    expect(written('healthy')).toEqual([nowMs, nowMs])
    expect(written('clock-off')).toEqual([nowMs + 8 * 3_600_000, nowMs + 8 * 3_600_000])
    expect(written('clock-unset')).toEqual([10_000, 10_000])
  })

  test('a machine that was switched on warms up', () => {
    const { machine, wait } = machineOnClock({ initialPower: 'off' })
    machine.reset('On', 'ipmi')
    wait(4000)
    const cold = machine.reading(sensorNamed(machine, 'CPU1 Temp'))!
    wait(600_000)
    expect(machine.reading(sensorNamed(machine, 'CPU1 Temp'))!).toBeGreaterThan(cold + 20)
  })

  test('hot: beyond caution and below critical, at any time of a day', () => {
    const { machine, wait } = machineOnClock({ circumstances: personas.hot.circumstances })
    for (let i = 0; i < 24 * 12; i++) {
      for (const name of ['Inlet Temp', 'CPU1 Temp']) {
        const sensor = sensorNamed(machine, name)
        const reading = machine.reading(sensor)!
        expect(reading, `${name} after ${i * 5} min`).toBeGreaterThanOrEqual(sensor.thresholds.upperCaution!)
        expect(reading, `${name} after ${i * 5} min`).toBeLessThan(sensor.thresholds.upperCritical!)
      }
      wait(300_000)
    }
  })

  test('healthy: within every threshold, at any time of a day', () => {
    const { machine, wait } = machineOnClock({ sensorCount: 150 })
    for (let i = 0; i < 24 * 12; i++) {
      for (const sensor of machine.sensors) {
        const reading = machine.reading(sensor)
        if (reading === null) continue
        const { lowerCaution = -Infinity, upperCaution = Infinity } = sensor.thresholds
        expect(reading > lowerCaution && reading < upperCaution, `${sensor.name} reads ${reading} after ${i * 5} min`).toBe(true)
      }
      wait(300_000)
    }
  })

  test('a supply without mains draws nothing and the other carries the load', () => {
    const { machine } = machineOnClock({ circumstances: personas['psu-lost'].circumstances })
    expect(machine.reading(sensorNamed(machine, 'PSU2 Input'))).toBe(0)
    expect(machine.reading(sensorNamed(machine, 'PSU1 Input'))).toBe(machine.reading(sensorNamed(machine, 'Total Power')))
  })

  test('there are as many as asked for, 254 at most', () => {
    expect(machineOnClock({ sensorCount: 150 }).machine.sensors).toHaveLength(150)
    expect(machineOnClock({ sensorCount: 9999 }).machine.sensors).toHaveLength(254)
  })
})

test('a full log keeps its first entries and says that it overflowed; clearing leaves one', () => {
  const { machine } = machineOnClock({ logCapacity: 3 })
  for (let i = 0; i < 4; i++) machine.log.add(startMs, { what: 'correctableEcc', slot: i })
  expect(machine.log.records()).toHaveLength(3)
  expect(machine.log.overflowed()).toBe(true)
  machine.log.clear(startMs)
  expect(machine.log.records().map(({ id, subject }) => [id, subject.what])).toEqual([[1, 'logCleared']])
})
