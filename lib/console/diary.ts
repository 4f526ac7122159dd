import { writeAudit } from '#lib/db/console.ts'
import type { Database } from '#lib/db/client.ts'
import type { AuditEntry } from '#lib/domain/audit.ts'
import type { Person } from './viewers.ts'

/** Audit rows of what has happened already (a console has opened, somebody has left): written as soon as the database can be reached. */
export type Diary = {
  write: (entry: AuditEntry) => void
  /** Tries once more what waits. */
  close: () => Promise<void>
}

const againMs = 2_000
const greatestWaiting = 10_000

type Deed = Pick<AuditEntry, 'action' | 'node' | 'outcome'> & { target?: string | null; detail?: Record<string, unknown> }

export const toEntry = (person: Person, { target = null, detail = {}, ...deed }: Deed): AuditEntry => ({
  actor: person.name,
  actorKind: person.kind,
  ip: person.ip,
  requestId: person.requestId,
  target,
  operationId: null,
  detail,
  ...deed,
})

/** Nobody's deed: a console that was closed because it could not be recorded, or may be opened again. */
export const toSystemEntry = (node: string, isRecorded: boolean): AuditEntry => ({
  actor: 'Baseboard',
  actorKind: 'system',
  ip: null,
  requestId: null,
  action: 'console-recording',
  node,
  target: null,
  outcome: isRecorded ? 'ok' : 'failed',
  operationId: null,
  detail: {},
})

export function createDiary(db: Database, complain: (text: string) => void): Diary {
  const waiting: AuditEntry[] = []
  let writing: Promise<void> | null = null
  let timer: NodeJS.Timeout | undefined

  async function drain(): Promise<void> {
    while (waiting[0] !== undefined) {
      await writeAudit(db, waiting[0])
      waiting.shift()
    }
  }

  function start(): Promise<void> {
    clearTimeout(timer)
    writing ??= drain()
      .catch((error: unknown) => {
        complain(`the audit could not be written, ${waiting.length} rows wait: ${error instanceof Error ? error.message : String(error)}`)
        timer = setTimeout(() => void start(), againMs)
      })
      .finally(() => (writing = null))
    return writing
  }

  return {
    write(entry) {
      if (waiting.length >= greatestWaiting) return complain(`an audit row of ${entry.actor} on ${entry.node} is lost: too many wait`)
      waiting.push(entry)
      void start()
    },
    async close() {
      await start()
      await start()
      clearTimeout(timer)
    },
  }
}
