import { nodeNames } from '#lib/api/nodes-contract.ts'
import { foldNames } from '#lib/domain/fold-names.ts'
import type { Client } from './client.ts'
import { exitCodes, Failure } from './failure.ts'

/** The names that a noderange means. Throws for a name or group that is not there: a slip must not pass as «nothing to do». */
export async function namesOf(client: Client, range: string): Promise<string[]> {
  const { names, unmatched } = await client.ask(nodeNames, '/api/node-names', { query: { range } })
  if (unmatched.length > 0) throw new Failure(exitCodes.refused, `there is no node or group ${foldNames(unmatched)}`)
  if (names.length === 0) throw new Failure(exitCodes.refused, `no node is in ${range}`)
  return names
}

const atOnce = 8

/** Asks something of every node, eight at a time, and gives the answers in the order of the names. */
export async function ofEach<T>(names: readonly string[], ask: (name: string) => Promise<T>): Promise<T[]> {
  const answers: T[] = []
  let next = 0
  const work = async () => {
    for (let at = next++; at < names.length; at = next++) answers[at] = await ask(names[at]!)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, names.length) }, work))
  return answers
}
