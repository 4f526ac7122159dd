import { BmcError } from '#lib/bmc/errors.ts'
import { isAway } from '#lib/db/away.ts'

/** Postgres is away, and not a BMC: its failure may have the same cause, a port that nobody listens at. */
export const isDatabaseAway = (error: unknown): boolean => !(error instanceof BmcError) && isAway(error)
