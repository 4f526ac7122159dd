import { BaseboardError } from '#lib/domain/errors.ts'
import { foldNames } from '#lib/domain/fold-names.ts'
import { actions, may, type Action } from '#lib/domain/permission.ts'
import { isWithin, scopeOf } from '#lib/domain/scope-rules.ts'
import { record, type Deed } from '#lib/auth/record.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import { prisma, type Transaction } from '#lib/db/client.ts'

/** What was tried, as the audit calls it; for reads that the role forbids the word is `read`. */
export type Attempt = Pick<Deed, 'action' | 'node' | 'target' | 'detail'>
type Subject = { name: string; groups: readonly string[] }

/**
 * Throws `forbidden` (403) unless this person may do this, to every one of these nodes. The refused attempt stands in the audit
 * (law 7: decided here, and for each id of a bulk request).
 */
export async function demand(user: SignedInUser, action: Action, attempt: Attempt = { action: 'read' }, nodes: readonly Subject[] = []): Promise<void> {
  const forbidden = nodes.find((node) => !may(user, action, node))
  if (may(user, action) && forbidden === undefined) return
  const node = attempt.node ?? forbidden?.name
  await prisma().$transaction((tx) => record(tx, user, { ...attempt, node, outcome: 'refused', detail: { ...attempt.detail, role: user.role, ...(user.scopes == null ? {} : { scopes: user.scopes }) } }))
  const on = node === undefined ? '' : ` on ${node}`
  const isOutside = !isWithin(user.scopes ?? null, action)
  throw new BaseboardError('forbidden', 403, isOutside ? `this token may not do this${on}: it needs the scope ${scopeOf[action]}` : `a ${user.role} may not do this${on}: it needs the role ${actions[action]}`)
}

/** Writes that something was refused for another reason than the role, then throws that reason. */
export async function refuse(user: SignedInUser, attempt: Attempt, error: BaseboardError): Promise<never> {
  await prisma().$transaction((tx) => record(tx, user, { ...attempt, outcome: 'refused', detail: { ...attempt.detail, code: error.code } }))
  throw error
}

/** Throws `protected` (409) that names every protected one of these nodes. */
export async function demandUnprotected(user: SignedInUser, attempt: Attempt, nodes: readonly { name: string; protected: boolean }[]): Promise<void> {
  const shielded = nodes.filter((node) => node.protected).map(({ name }) => name)
  if (shielded.length === 0) return
  const message = `${foldNames(shielded)} ${shielded.length === 1 ? 'is' : 'are'} protected: an administrator must lift that first`
  await refuse(user, attempt, new BaseboardError('protected', 409, message))
}

/** Runs a change in one transaction. A waiting line of writers (the audit is one chain) is waited for, not refused at once. */
export const change = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> => prisma().$transaction(work, { maxWait: 10_000, timeout: 15_000 })

/** The same for thousands of rows at once. */
export const changeMany = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> => prisma().$transaction(work, { maxWait: 10_000, timeout: 60_000 })
