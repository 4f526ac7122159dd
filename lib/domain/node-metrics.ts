import { asOf } from './as-of.ts'
import type { Exposition } from './exposition.ts'
import type { FamilyName } from './metric-families.ts'
import type { Node } from './node.ts'
import type { Sensor } from './sensor.ts'

const levels = { ok: 0, warning: 1, critical: 2 } as const

/** What /metrics says of a node at a moment. Stale values are left out: Prometheus then knows that they are not there. */
export function addNode(exposition: Exposition<FamilyName>, node: Node, nowMs: number): void {
  const { name, rack, identity, bmc } = node
  const { power, health, stale } = asOf(node, nowMs)
  const labels = { node: name }
  exposition.add(
    'baseboard_node_info',
    { ...labels, rack, groups: node.groups.join(','), manufacturer: identity.manufacturer, model: identity.model, serial: identity.serial, bmc_firmware: identity.bmcFirmware, bmc_address: bmc.address, protocol: bmc.via },
    1,
  )
  if (power === 'on' || power === 'off') exposition.add('baseboard_node_power_on', labels, power === 'on' ? 1 : 0)
  if (health.level !== 'unknown') {
    exposition.add('baseboard_node_health', labels, levels[health.level])
    addReasons(exposition, node)
  }
  exposition.add('baseboard_node_bmc_up', labels, bmc.state === 'ok' && !stale ? 1 : 0)
  if (bmc.latencyMs !== null && !stale) exposition.add('baseboard_node_bmc_latency_seconds', labels, bmc.latencyMs / 1_000)
  if (node.seenAt !== null) exposition.add('baseboard_node_seen_timestamp_seconds', labels, Date.parse(node.seenAt) / 1_000)
  if (node.watts !== null && !stale) exposition.add('baseboard_node_power_watts', labels, node.watts)
  exposition.add('baseboard_node_protected', labels, node.protected ? 1 : 0)
}

/** A part may have two reasons of one code; one sample says so, the worse. */
function addReasons(exposition: Exposition<FamilyName>, { name, health }: Node): void {
  const worst = new Map<string, { part: string; code: string; level: number }>()
  for (const { part, code, level } of health.reasons) {
    const key = `${code} ${part}`
    if (levels[level] > (worst.get(key)?.level ?? 0)) worst.set(key, { part, code, level: levels[level] })
  }
  for (const { part, code, level } of worst.values()) exposition.add('baseboard_node_health_reason', { node: name, part, code }, level)
}

/** The family of a sensor and its value in that unit; null for what is no number or comes in a unit that we do not know. */
function toSample({ kind, unit, reading }: Sensor): { family: FamilyName; value: number } | null {
  if (reading === null) return null
  const family = byUnit[`${kind} ${unit ?? ''}`]
  if (family === undefined) return null
  return { family, value: unit === '%' ? reading / 100 : reading }
}

const byUnit: Readonly<Record<string, FamilyName>> = {
  'temperature °C': 'baseboard_temperature_celsius',
  'fan RPM': 'baseboard_fan_speed_rpm',
  'fan %': 'baseboard_fan_speed_ratio',
  'voltage V': 'baseboard_voltage_volts',
  'current A': 'baseboard_current_amperes',
  'power W': 'baseboard_power_watts',
  'energy J': 'baseboard_energy_joules',
  'humidity %': 'baseboard_humidity_ratio',
  'percent %': 'baseboard_sensor_ratio',
}

/** A sweep's sensors. Where two of a node bear one name, the second and later ones are told apart by the key, as samples must be. */
export function addSweep(exposition: Exposition<FamilyName>, node: string, sensors: readonly Sensor[]): void {
  const taken = new Set<string>()
  for (const sensor of sensors) {
    const sample = toSample(sensor)
    if (sample === null) continue
    const place = `${sample.family} ${sensor.name}`
    exposition.add(sample.family, { node, sensor: sensor.name, key: taken.has(place) ? sensor.key : undefined }, sample.value)
    taken.add(place)
  }
}
