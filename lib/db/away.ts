/**
 * Postgres cannot be asked right now: not there, starting, shutting down, or the connection broke. What was asked may or may not
 * have happened. web answers 503, the conductor sends nothing and waits. Every query of `database()` throws it in such a case.
 */
export class DatabaseAway extends Error {
  override readonly name = 'DatabaseAway'

  constructor(cause: unknown) {
    super('the database cannot be reached', { cause })
  }
}

/** Prisma: cannot reach, timed out, connection closed, no connection from the pool in time. */
const prismaCodes = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2037'])
const socketCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EPIPE', 'ENOENT', 'EHOSTUNREACH', 'ENETUNREACH'])
/** PostgreSQL Appendix A: class 08 connection exceptions, 57P0x shutdown, crash and start-up, 53300 too many connections, 25006 read-only. */
const sqlStates = /^(08...|57P0[1-5]|53300|25006)$/
/** Errors of `pg` and of Prisma's transactions that carry no code of their own. */
const messages =
  /Connection terminated|timeout exceeded when trying to connect|timeout expired|Cannot use a pool after calling end|Client has encountered a connection error|not queryable|Unable to start a transaction in the given time|Server has closed the connection|Can't reach database server/

type Coded = { code?: unknown; message?: unknown; cause?: unknown; meta?: { driverAdapterError?: unknown; code?: unknown }; originalCode?: unknown; errors?: unknown }

function says(error: Coded): boolean {
  const codes = [error.code, error.originalCode, error.meta?.code].filter((code) => typeof code === 'string')
  if (codes.some((code) => prismaCodes.has(code) || socketCodes.has(code) || sqlStates.test(code))) return true
  return typeof error.message === 'string' && messages.test(error.message)
}

/** Is this error, or one that it was caused by, the database being away? */
export function isAway(error: unknown, depth = 0): boolean {
  if (error instanceof DatabaseAway) return true
  if (typeof error !== 'object' || error === null || depth > 5) return false
  const coded = error as Coded
  const inner = [coded.cause, coded.meta?.driverAdapterError, ...(Array.isArray(coded.errors) ? coded.errors : [])]
  return says(coded) || inner.some((cause) => isAway(cause, depth + 1))
}

/** For a `catch`: throws DatabaseAway where that is what happened, else the error itself. */
export function rethrow(error: unknown): never {
  throw isAway(error) && !(error instanceof DatabaseAway) ? new DatabaseAway(error) : error
}
