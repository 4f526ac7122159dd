import type { Database } from '#lib/db/client.ts'
import { writeVisitors } from '#lib/db/visitors.ts'
import type { VisitedNodes } from '#lib/domain/visitors.ts'
import type { Hub } from './hub.ts'

type OpenConsole = { nodeId: string; hub: Pick<Hub, 'viewers' | 'driver'> }

export type PresenceOptions = {
  db: Database
  conductorId: () => string | null
  consoles: () => readonly OpenConsole[]
  complain: (text: string) => void
}

const toVisited = (consoles: readonly OpenConsole[]): VisitedNodes =>
  consoles.flatMap(({ nodeId, hub }) => {
    const driver = hub.driver()
    const visitors = hub.viewers().map((viewer) => ({ name: viewer.person.name, mode: viewer.mode, since: viewer.since, drives: viewer === driver }))
    return visitors.length === 0 ? [] : [{ nodeId, visitors }]
  })

/**
 * Who is at the consoles of a conductor, written to its row for web to say before somebody switches a node off. Gives the function that
 * writes it where it differs from what was written last; a new lease is a new row, at first with nobody. One write after the other.
 */
export function createPresence({ db, conductorId, consoles, complain }: PresenceOptions): () => Promise<void> {
  let written = { id: '', text: '' }
  let tail: Promise<void> = Promise.resolve()

  async function write(): Promise<void> {
    const id = conductorId()
    if (id === null) return
    const visited = toVisited(consoles())
    const text = JSON.stringify(visited)
    if (text === (written.id === id ? written.text : '[]')) return
    await writeVisitors(db, id, visited)
    written = { id, text }
  }

  return () => (tail = tail.then(write).catch((error: unknown) => complain(`who is at the consoles could not be written: ${error instanceof Error ? error.message : String(error)}`)))
}
