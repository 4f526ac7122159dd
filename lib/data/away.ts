import { DatabaseAway } from '#lib/db/away.ts'

/** Did this fail because Postgres could not be asked? Then the answer is 503, and asking again helps. */
export const isDatabaseAway = (error: unknown): boolean => error instanceof DatabaseAway || (error instanceof Error && error.name === 'DatabaseAway')
