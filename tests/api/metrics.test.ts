import { beforeAll, describe, expect, it } from 'vitest'
import { prisma } from '#lib/db/client.ts'
import { writeConductorStats } from '#lib/db/conductor-stats.ts'
import { writeFailures, writePowers, writeSensors } from '#lib/db/snapshots.ts'
import type { HealthReason } from '#lib/domain/health.ts'
import type { Sensor } from '#lib/domain/sensor.ts'
import { withDatabase } from '../database.ts'
import { addNode, bearer, call, withSite } from './fixture.ts'

const test = withDatabase()
const { tokens } = withSite()
const conductorId = '00000000-0000-4000-8000-0000000000aa'

const sensor = (key: string, name: string, kind: Sensor['kind'], reading: number | null, unit: string): Sensor => ({ key, name, kind, reading, unit, health: 'ok', thresholds: {}, source: key })
const sensors = [
  sensor('a', 'Inlet "1"\n', 'temperature', 23.5, '°C'),
  sensor('b', 'CPU', 'temperature', 61, '°C'),
  sensor('c', 'CPU', 'temperature', 62, '°C'),
  sensor('d', 'GPU', 'temperature', null, '°C'),
  sensor('e', 'Fan 1', 'fan', 40, '%'),
  sensor('f', 'Fan 2', 'fan', 4200, 'RPM'),
  sensor('g', '12V', 'voltage', 12.1, 'V'),
]

beforeAll(async () => {
  const at = new Date()
  await prisma().conductor.create({ data: { id: conductorId, lockKey: 7, host: 'here' } })
  await writeConductorStats(test.db, conductorId, { reads: { power: 5, sensors: 2, identity: 1, log: 0 }, failures: 3, refusedPackets: { forged: 4, replayed: 0 }, consoles: 1, viewers: 2, residentBytes: 1e8, cpuSeconds: 1.5, loopDelaySeconds: 0.02 })
  for (const [i, name] of ['n1', 'n2', 'n3'].entries()) {
    expect((await addNode(tokens.admin, name, `10.4.0.${i + 1}`)).status).toBe(201)
    await prisma().node.update({ where: { name }, data: { ownerId: conductorId, ownerEpoch: 1 } })
  }
  const idOf = async (name: string) => (await prisma().node.findUniqueOrThrow({ where: { name } })).id
  const [n1, n2, n3] = await Promise.all(['n1', 'n2', 'n3'].map(idOf))
  const old = new Date(at.getTime() - 600_000)
  const seen = (nodeId: string, when: Date) => ({ nodeId, epoch: 1, atMs: when.getTime() })
  await writePowers(test.db, conductorId, [
    { ...seen(n1!, at), power: 'on', via: 'redfish', latencyMs: 12, data: {} },
    { ...seen(n2!, old), power: 'on', via: 'redfish', latencyMs: 12, data: {} },
  ])
  const reasons: HealthReason[] = [
    { level: 'warning', code: 'reported', part: 'PSU 1' },
    { level: 'critical', code: 'reported', part: 'PSU 1' },
  ]
  await writeSensors(test.db, conductorId, [{ ...seen(n1!, at), health: { level: 'critical', reasons }, hottest: null, watts: 312, data: { sensors, watts: 312, unread: [] } }])
  await writeFailures(test.db, conductorId, [{ ...seen(n3!, at), failure: { kind: 'unreachable', address: '10.4.0.3:443', text: 'no answer' } }])
})

const scrape = async (query = '') => call(`/api/metrics${query}`, { headers: bearer(tokens.viewer) })
const lines = async (query = '') => (await (await scrape(query)).text()).split('\n')

describe('/metrics', () => {
  it('says what is known of each node now, and nothing of what is stale', async () => {
    const text = await lines('?collect=nodes')
    expect(text).toContain('baseboard_node_power_on{node="n1"} 1')
    expect(text).toContain('baseboard_node_health{node="n1"} 2')
    expect(text).toContain('baseboard_node_health_reason{node="n1",part="PSU 1",code="reported"} 2')
    expect(text).toContain('baseboard_node_power_watts{node="n1"} 312')
    expect(text).toContain('baseboard_node_bmc_latency_seconds{node="n1"} 0.012')
    expect(text.filter((line) => line.startsWith('baseboard_node_bmc_up'))).toEqual(['baseboard_node_bmc_up{node="n1"} 1', 'baseboard_node_bmc_up{node="n2"} 0', 'baseboard_node_bmc_up{node="n3"} 0'])
    expect(text.filter((line) => /power_on\{node="n[23]"/.test(line))).toEqual([])
  })

  it('gives sensors in base units, two of one name apart, without those that have no value', async () => {
    expect((await lines('?collect=temperature,fan')).filter((line) => !line.startsWith('#') && line !== '')).toEqual([
      'baseboard_temperature_celsius{node="n1",sensor="Inlet \\"1\\"\\n"} 23.5',
      'baseboard_temperature_celsius{node="n1",sensor="CPU"} 61',
      'baseboard_temperature_celsius{node="n1",sensor="CPU",key="c"} 62',
      'baseboard_fan_speed_rpm{node="n1",sensor="Fan 2"} 4200',
      'baseboard_fan_speed_ratio{node="n1",sensor="Fan 1"} 0.4',
    ])
  })

  it('leaves rarer sensors to those who ask', async () => {
    expect((await lines()).some((line) => line.startsWith('baseboard_voltage'))).toBe(false)
    expect(await lines('?collect=voltage')).toContain('baseboard_voltage_volts{node="n1",sensor="12V"} 12.1')
  })

  it('says how Baseboard itself does', async () => {
    const text = await lines('?collect=baseboard')
    expect(text).toContain(`baseboard_bmc_reads_total{conductor="${conductorId}",host="here",facet="power"} 5`)
    expect(text).toContain(`baseboard_ipmi_refused_packets_total{conductor="${conductorId}",host="here",reason="forged"} 4`)
    expect(text).toContain(`baseboard_console_viewers{conductor="${conductorId}",host="here"} 2`)
    expect(text).toContain(`baseboard_conductor_nodes{conductor="${conductorId}",host="here"} 3`)
    expect(text).toContain('# TYPE baseboard_audit_rows_total counter')
  })

  it('has each family once, with its samples together', async () => {
    const names = (await lines('?collect=nodes,baseboard,temperature,fan,power')).filter((line) => line !== '' && !line.startsWith('#')).map((line) => /^\w+/.exec(line)![0])
    const runs = names.filter((name, at) => name !== names[at - 1])
    expect(runs).toEqual([...new Set(runs)])
  })

  it('refuses what cannot be collected, and whoever is not signed in', async () => {
    expect([(await scrape('?collect=nodes,secrets')).status, (await call('/api/metrics')).status]).toEqual([400, 401])
  })
})
