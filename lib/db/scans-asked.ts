import type { Span } from '#lib/domain/address-spans.ts'
import { scanPorts, sighting, type ScanPorts, type Sighting } from '#lib/domain/scan.ts'
import { prisma, type Transaction } from './client.ts'

/** web's side of a scan: it asks, looks how far it is, and shows what was found. */
export type ScanAsked = {
  ranges: string
  spans: Span[]
  ports: ScanPorts
  total: number
  by: string
  byKind: 'person' | 'token'
  ip: string | null
  requestId: string | null
}

export async function insertScan(tx: Transaction, asked: ScanAsked): Promise<string> {
  return (await tx.scan.create({ data: asked, select: { id: true } })).id
}

/** How many scans are not over. */
export const countOpenScans = (tx: Transaction): Promise<number> => tx.scan.count({ where: { state: { not: 'done' } } })

export const askScanToStop = async (tx: Transaction, id: string): Promise<boolean> =>
  (await tx.scan.updateMany({ where: { id, state: { not: 'done' } }, data: { stopAsked: true } })).count === 1

export type ScanFound = {
  id: string
  ranges: string
  ports: ScanPorts
  state: 'queued' | 'running' | 'done'
  end: 'finished' | 'stopped' | null
  isStopping: boolean
  total: number
  asked: number
  found: number
  by: string
  askedAt: string
  finishedAt: string | null
}

const select = {
  id: true, ranges: true, ports: true, state: true, end: true, stopAsked: true, total: true, asked: true, by: true, createdAt: true, finishedAt: true,
  _count: { select: { sightings: true } },
} as const

type Row = Awaited<ReturnType<typeof findRows>>[number]
const findRows = (id: string | undefined, limit: number) => prisma().scan.findMany({ where: id === undefined ? {} : { id }, select, orderBy: { createdAt: 'desc' }, take: limit })

const toFound = ({ _count, createdAt, finishedAt, stopAsked, ports, state, end, ...row }: Row): ScanFound => ({
  ...row,
  ports: scanPorts.parse(ports),
  state: state as ScanFound['state'],
  end: end as ScanFound['end'],
  isStopping: stopAsked && state !== 'done',
  found: _count.sightings,
  askedAt: createdAt.toISOString(),
  finishedAt: finishedAt?.toISOString() ?? null,
})

/** The newest scans. */
export const listScans = async (limit: number): Promise<ScanFound[]> => (await findRows(undefined, limit)).map(toFound)

export async function findScan(id: string): Promise<ScanFound | null> {
  const [row] = await findRows(id, 1)
  return row === undefined ? null : toFound(row)
}

export async function listSightings(scanId: string): Promise<Sighting[]> {
  return (await prisma().sighting.findMany({ where: { scanId }, select: { address: true, redfish: true, ipmi: true } })).map((row) => sighting.parse(row))
}
