import { prisma } from './client.ts'

/** The newest snapshot of one facet, as it is stored; null before the first. */
export async function readSnapshot(nodeId: string, facet: 'power' | 'sensors' | 'log' | 'inventory' | 'media' | 'fans'): Promise<{ takenAt: Date; data: unknown } | null> {
  return prisma().snapshot.findUnique({ where: { nodeId_facet: { nodeId, facet } }, select: { takenAt: true, data: true } })
}
