import type { AuditList } from '#lib/api/contract.ts'

export type Deed = Pick<AuditList['rows'][number], 'seq' | 'at' | 'actor' | 'action' | 'target' | 'outcome'>

/** The rows of an audit as deeds: an intent is left out once its outcome stands beside it. Rows come newest first. */
export function toDeeds(rows: AuditList['rows']): Deed[] {
  const ended = new Set(rows.filter(({ outcome, operationId }) => outcome !== 'intent' && operationId !== null).map(({ operationId }) => operationId))
  return rows.filter(({ outcome, operationId }) => outcome !== 'intent' || operationId === null || !ended.has(operationId))
}
