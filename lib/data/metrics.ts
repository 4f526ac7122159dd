import type { MetricsQuery } from '#lib/api/contract.ts'
import { conductorStats } from '#lib/domain/conductor-stats.ts'
import { createExposition, type Exposition } from '#lib/domain/exposition.ts'
import { families, type FamilyName } from '#lib/domain/metric-families.ts'
import { addNode, addSweep } from '#lib/domain/node-metrics.ts'
import type { Node } from '#lib/domain/node.ts'
import { staleAfterMs } from '#lib/domain/as-of.ts'
import { sensorSnapshot } from '#lib/domain/sensor.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import { countAudit, countOperations, listConductors, readSweeps } from '#lib/db/metrics-read.ts'
import { listNodes } from '#lib/db/nodes.ts'
import { demand } from './permission.ts'

/** Sweeps are 40 kB each: so many are in memory at a time. */
const sweepsAtOnce = 200

/** What Prometheus scrapes, as text: the fleet, its sensors of the kinds asked for, and how Baseboard itself does. */
export async function exportMetrics(user: SignedInUser, { collect }: MetricsQuery, version: string): Promise<Generator<string>> {
  await demand(user, 'read')
  const exposition = createExposition(families)
  const kinds = new Set<string>(collect)
  const ofNodes = collect.filter((kind) => kind !== 'baseboard')
  const nodes = ofNodes.length === 0 ? [] : await listNodes()
  if (kinds.has('nodes')) {
    const nowMs = Date.now()
    for (const node of nodes) addNode(exposition, node, nowMs)
  }
  if (ofNodes.some((kind) => kind !== 'nodes')) await addSweeps(exposition, nodes, kinds)
  if (kinds.has('baseboard')) await addBaseboard(exposition, version)
  return exposition.text()
}

async function addSweeps(exposition: Exposition<FamilyName>, nodes: readonly Node[], kinds: ReadonlySet<string>): Promise<void> {
  const names = new Map(nodes.filter(({ bmc }) => bmc.state === 'ok').map(({ id, name }) => [id, name]))
  const ids = [...names.keys()]
  for (let at = 0; at < ids.length; at += sweepsAtOnce) {
    for (const { nodeId, data } of await readSweeps(ids.slice(at, at + sweepsAtOnce), staleAfterMs.sensors)) {
      const { sensors } = sensorSnapshot.parse(data)
      addSweep(exposition, names.get(nodeId)!, sensors.filter(({ kind }) => kinds.has(kind)))
    }
  }
}

async function addBaseboard(exposition: Exposition<FamilyName>, version: string): Promise<void> {
  const [conductors, { operations, steps }, auditRows] = await Promise.all([listConductors(), countOperations(), countAudit()])
  exposition.add('baseboard_build_info', { version }, 1)
  for (const { kind, state, count } of operations) exposition.add('baseboard_operations_total', { kind, state }, count)
  for (const { state, count } of steps) exposition.add('baseboard_unfinished_steps', { state }, count)
  exposition.add('baseboard_audit_rows_total', {}, auditRows)
  for (const { id, host, nodes, stats } of conductors) {
    const read = conductorStats.safeParse(stats)
    if (!read.success) continue
    const labels = { conductor: id, host }
    const { reads, failures, refusedPackets, consoles, viewers, residentBytes, cpuSeconds, loopDelaySeconds } = read.data
    exposition.add('baseboard_conductor_nodes', labels, nodes)
    for (const [facet, count] of Object.entries(reads)) exposition.add('baseboard_bmc_reads_total', { ...labels, facet }, count)
    exposition.add('baseboard_bmc_failures_total', labels, failures)
    for (const [reason, count] of Object.entries(refusedPackets)) exposition.add('baseboard_ipmi_refused_packets_total', { ...labels, reason }, count)
    exposition.add('baseboard_consoles', labels, consoles)
    exposition.add('baseboard_console_viewers', labels, viewers)
    exposition.add('baseboard_conductor_resident_memory_bytes', labels, residentBytes)
    exposition.add('baseboard_conductor_cpu_seconds_total', labels, cpuSeconds)
    exposition.add('baseboard_conductor_event_loop_delay_seconds', labels, loopDelaySeconds)
  }
}
