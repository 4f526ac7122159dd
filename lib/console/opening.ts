import type { AuditEntry } from '#lib/domain/audit.ts'
import type { ConsoleStatus } from '#lib/domain/console.ts'

export type Opening = {
  onStatus: (status: ConsoleStatus) => void
  /** The visit is over. */
  onLeft: () => void
}

/**
 * What came of somebody's asking for a console, told once it is known: `ok` when it is open, `failed` when it cannot be opened and is not
 * tried again by itself, or when they leave before it was open. One that was given up and opens after all is told again.
 */
export function createOpening(tell: (outcome: AuditEntry['outcome'], detail: Record<string, unknown>) => void): Opening {
  let told: 'ok' | 'failed' | null = null
  let last: Pick<ConsoleStatus, 'text' | 'reason'> = { text: null, reason: null }

  function fail(): void {
    if (told !== null) return
    told = 'failed'
    tell('failed', { error: last.text ?? last.reason ?? 'it was not open yet when they left' })
  }

  return {
    onStatus(status) {
      last = status
      if (status.state === 'failed' && status.retryInMs === null) return fail()
      if (status.state !== 'open' || told === 'ok') return
      told = 'ok'
      tell('ok', { via: status.via })
    },
    onLeft: fail,
  }
}
