import type { ReadingList, ReadingQuery } from '#lib/api/contract.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import { readSeries } from '#lib/db/readings-read.ts'
import { readNode } from './nodes.ts'

const pointsPerSeries = 300

/** The last hours of a node's sensors, thinned to what a chart can show. */
export async function readReadings(user: SignedInUser, name: string, query: ReadingQuery): Promise<ReadingList> {
  const { id } = await readNode(user, name)
  const until = new Date()
  const since = new Date(until.getTime() - query.hours * 3_600_000)
  return { series: await readSeries(id, { kind: query.kind, key: query.key, since, until, points: pointsPerSeries }) }
}
