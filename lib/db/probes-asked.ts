import { probeResult, type ProbeResult, type ProtocolChoice } from '#lib/domain/bmc.ts'
import { prisma, type Transaction } from './client.ts'
import type { Ports } from './nodes.ts'

/** web's side of a probe: it asks, and reads the answer. The sealed password is written here and never read. */
export type ProbeAsked = {
  id: string
  nodeId: string | null
  address: string
  protocol: ProtocolChoice
  ports: Ports
  username: string
  sealed: Uint8Array<ArrayBuffer> | null
  createdBy: string
}

export async function insertProbe(tx: Transaction, probe: ProbeAsked): Promise<void> {
  await tx.probe.createMany({ data: [probe] })
}

/** How many probes somebody has waiting: each is a conversation that a conductor must hold. */
export const countOpenProbes = (tx: Transaction, createdBy: string): Promise<number> => tx.probe.count({ where: { createdBy, state: { not: 'done' } } })

export async function findProbe(id: string): Promise<{ id: string; state: 'queued' | 'running' | 'done'; result: ProbeResult | null } | null> {
  const row = await prisma().probe.findUnique({ where: { id }, select: { id: true, state: true, result: true } })
  if (row === null) return null
  return { id: row.id, state: row.state as 'queued' | 'running' | 'done', result: row.result === null ? null : probeResult.parse(row.result) }
}
