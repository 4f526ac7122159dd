import type { QueryResultRow } from 'pg'
import { rethrow } from './away.ts'
import { database } from './client.ts'

/** A search that finds nothing in millions of rows is given up, so that it does not keep the others waiting. */
const searchMs = 8_000

export class SearchTooSlow extends Error {}

/** Signs that LIKE would take for a pattern stand for themselves. */
export const toPattern = (word: string) => `%${word.replace(/[\\%_]/g, '\\$&')}%`

/** Reads by what a person typed. Rejects with SearchTooSlow when it would take longer than 8 s. */
export async function search<T extends QueryResultRow>(text: string, values: readonly unknown[]): Promise<T[]> {
  const client = await database().pool.connect().catch(rethrow)
  let broken: Error | undefined
  try {
    await client.query(`BEGIN READ ONLY; SET LOCAL statement_timeout = ${searchMs}`)
    const { rows } = await client.query<T>(text, [...values])
    await client.query('COMMIT')
    return rows
  } catch (error) {
    await client.query('ROLLBACK').catch((failure: Error) => (broken = failure))
    if ((error as { code?: unknown }).code === '57014') throw new SearchTooSlow()
    return rethrow(error)
  } finally {
    client.release(broken)
  }
}
