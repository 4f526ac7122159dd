import type { SensorSweep } from '#lib/bmc/bmc.ts'
import { ensureSensors, type ReadingRow } from '#lib/db/readings.ts'
import { toHealth } from '#lib/domain/health-order.ts'
import type { Health } from '#lib/domain/health.ts'
import type { Sensor } from '#lib/domain/sensor.ts'
import type { World } from './world.ts'

export type SensorRecorder = { record: (sweep: SensorSweep, epoch: number) => Promise<void> }

const unknownHealth: Health = { level: 'unknown', reasons: [] }

/** A BMC that claims more sensors than this is not believed beyond it (checklist, "4,000 sensors"). */
const greatestCount = 4_096

/** Turns the sweeps of one node into its snapshot, its line on the fleet page and its history. */
export function createSensorRecorder(nodeId: string, world: World): SensorRecorder {
  const ids = new Map<string, number>()

  /** Sensors get their ids when they first have a value; later sweeps find them here. */
  async function learn(sensors: readonly Sensor[]): Promise<void> {
    const unknown = sensors.filter((sensor) => sensor.reading !== null && !ids.has(sensor.key))
    if (unknown.length === 0) return
    for (const [key, id] of await ensureSensors(world.db, nodeId, unknown)) ids.set(key, id)
  }

  async function record(sweep: SensorSweep, epoch: number): Promise<void> {
    const sensors = sweep.sensors.slice(0, greatestCount)
    const atMs = Date.now()
    await learn(sensors)
    const readings = sensors.flatMap(({ key, reading }): ReadingRow[] => {
      const sensorId = ids.get(key)
      return reading === null || sensorId === undefined ? [] : [{ sensorId, at: atMs, value: reading }]
    })
    const health = sweep.reasons.length > 0 || sweep.isHealthKnown ? toHealth(sweep.reasons) : unknownHealth
    world.results.sensors(
      { nodeId, epoch, atMs, health, hottest: toHottest(sensors), watts: sweep.watts, data: { sensors, watts: sweep.watts, ...(sweep.draw && { draw: sweep.draw }), unread: sweep.unread } },
      readings,
    )
  }
  return { record }
}

/** The highest temperature. */
export function toHottest(sensors: readonly Sensor[]): { name: string; reading: number; health: Sensor['health'] } | null {
  let hottest: { name: string; reading: number; health: Sensor['health'] } | null = null
  for (const { kind, name, reading, health } of sensors) {
    if (kind === 'temperature' && reading !== null && (hottest === null || reading > hottest.reading)) hottest = { name, reading, health }
  }
  return hottest
}
