import type { Role } from '#lib/domain/role.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { prisma } from '#lib/db/client.ts'
import { insertToken } from '#lib/db/tokens.ts'
import { record } from './record.ts'
import { hashOf, newApiToken } from './secret.ts'

/** Makes a token of the API, on the machine that has the database, and gives it: it is shown once. Throws `name-taken` (409). */
export async function createApiToken(name: string, role: Role): Promise<string> {
  const token = newApiToken()
  await prisma().$transaction(async (tx) => {
    const added = await insertToken(tx, { name, role, tokenHash: hashOf(token) })
    if (added === null) throw new BaseboardError('name-taken', 409, `a token named ${name} is in use: choose another name, or revoke that one`)
    await record(tx, { name: 'command line', kind: 'system', ip: null, requestId: null }, { action: 'token-create', outcome: 'ok', target: name, detail: { role } })
  })
  return token
}
