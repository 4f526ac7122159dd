import { rm, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { consumeTicket, deleteOldTickets, findGone, findHeld, listCaptures, listSentCommands, writeAudit, type Ticket } from '#lib/db/console.ts'
import { writeFirstOutput } from '#lib/db/boot-progress.ts'
import type { Database } from '#lib/db/client.ts'
import { listOwnedNodes } from '#lib/db/leases.ts'
import { listen, type Notice } from '#lib/db/listen.ts'
import type { AuditEntry } from '#lib/domain/audit.ts'
import { closeCodes, type CaptureSetting, type ConsolePlace, type ConsoleReason } from '#lib/domain/console.ts'
import { may } from '#lib/domain/permission.ts'
import { resetTypes } from '#lib/domain/reset-rules.ts'
import { role } from '#lib/domain/role.ts'
import type { VaultKeys } from '#lib/vault/keys.ts'
import { createDiary, toEntry, toSystemEntry } from './diary.ts'
import { openHub, type Hub, type ViewerHandle } from './hub.ts'
import { createOpening } from './opening.ts'
import { createPresence } from './presence.ts'
import { openStore } from './store.ts'
import { createDoor, doorKey, type ConsoleDoor } from './target.ts'
import type { Person, ViewerSocket } from './viewers.ts'

/** All consoles of a conductor: one hub for each node that somebody looks at or that is always captured. */
export type Consoles = {
  /** Lets somebody in who has a good ticket; null when it is not good. The ticket is then used up, and that they asked is in the audit. */
  admit: (asked: Asked) => Promise<Admitted | null>
  /** Consoles that are held open now, and the people who look at them. */
  count: () => { consoles: number; viewers: number }
  /** Ends every console politely. */
  close: () => Promise<void>
}

export type Asked = { node: string; ticketHash: string; personId: string; sessionId: string | null; ip: string | null; requestId: string | null }
export type Admitted = { join: (place: ConsolePlace | null, socket: ViewerSocket) => ViewerHandle | null }

export type ConsolesOptions = {
  db: Database
  keys: VaultKeys
  /** Where histories are kept: a folder per node. */
  folder: string
  /** The lease; null while there is none: then open consoles go on and no new one is opened. */
  conductorId: () => string | null
  /** Certificates (PEM) of the site's own authority, for a console over HTTPS. */
  ca?: string | undefined
  complain: (text: string) => void
  /** For tests: another way to the BMC. */
  door?: (nodeId: string, name: string) => ConsoleDoor
}

type Room = { hub: Promise<Hub>; opened: Hub | null; nodeId: string; name: string; capture: CaptureSetting; key: string | null; ways: string; hostKey: string | null; sinceMs: number; nobodysSinceMs: number | null }

const lookEveryMs = 2_000
const gatherMs = 30
/** Longer than a conductor needs to have its nodes back. */
const nobodysMs = 10_000
const isReset = (command: string) => resetTypes.some((type) => type === command)
const rolesThatMay = role.options.filter((one) => may({ role: one }, 'console'))

export function startConsoles(options: ConsolesOptions): Consoles {
  const { db, complain } = options
  const rooms = new Map<string, Room>()
  const diary = createDiary(db, complain)
  const tellPresence = createPresence({ ...options, consoles: () => [...rooms.values()].flatMap(({ nodeId, opened }) => (opened === null ? [] : [{ nodeId, hub: opened }])) })
  const told = new Map<string, number>()
  const operations = new Set<string>()
  let gathering: NodeJS.Timeout | undefined
  let looking: Promise<void> | null = null
  let isClosed = false

  const door = options.door ?? ((nodeId: string, name: string) => createDoor({ ...options, nodeId, name }))
  const listening = listen(['session', 'operation', 'work'], onNotice, { url: db.url, reconnected: () => void recheck() })
  const timer = setInterval(() => void look(), lookEveryMs)
  void forgetRemoved()

  function roomOf(nodeId: string, name: string, capture: CaptureSetting): Room {
    const known = rooms.get(nodeId)
    if (known !== undefined) return known
    const store = openStore(join(options.folder, nodeId), (works, error) => {
      complain(works ? `the console of ${name} is recorded again` : `the console of ${name} is not recorded: ${error?.message}`)
      room.opened?.setRecorded(works)
      if (room.capture === 'required') diary.write(toSystemEntry(name, works))
    })
    const hub = openHub({
      node: name,
      ...door(nodeId, name),
      store,
      capture,
      complain,
      onFirstOutput(after) {
        writeFirstOutput(db, nodeId, { after, at: new Date().toISOString() }).catch((error: unknown) => complain(`that ${name} speaks could not be written: ${String(error)}`))
      },
      audit: async (person, action, more = {}) => {
        await writeAudit(db, toEntry(person, { action, node: name, outcome: 'ok', ...more }))
      },
    })
    const room: Room = { hub, opened: null, nodeId, name, capture, key: null, ways: '[]', hostKey: null, sinceMs: Date.now(), nobodysSinceMs: null }
    rooms.set(nodeId, room)
    hub.then(
      (opened) => (room.opened = opened),
      (error: unknown) => {
        rooms.delete(nodeId)
        complain(`the console of ${name} could not be prepared: ${String(error)}`)
      },
    )
    return room
  }

  async function empty(room: Room, code?: number): Promise<void> {
    rooms.delete(room.nodeId)
    await (await room.hub.catch(() => null))?.close(code)
  }

  async function admit(asked: Asked): Promise<Admitted | null> {
    const ownerId = options.conductorId()
    if (ownerId === null || isClosed) return null
    const { node, ip, requestId } = asked
    const toPerson = (ticket: Ticket): Person => ({ id: ticket.personId, name: ticket.personName, kind: ticket.personKind, sessionId: ticket.sessionId, ip, requestId })
    const ticket = await consumeTicket(db, { ...asked, hash: asked.ticketHash, nodeName: node, ownerId, roles: rolesThatMay }, (made) =>
      toEntry(toPerson(made), { action: 'console-open', node, outcome: 'intent', detail: { mode: made.mode } }),
    )
    if (ticket === null) return null
    const person = toPerson(ticket)
    try {
      const capture = (await listCaptures(db, ownerId, [ticket.nodeId])).find((one) => one.nodeId === ticket.nodeId)?.capture ?? 'watched'
      const hub = await roomOf(ticket.nodeId, node, capture).hub
      return { join: (place, socket) => enter(hub, person, ticket, place, socket) }
    } catch (error) {
      diary.write(toEntry(person, { action: 'console-open', node, outcome: 'failed', detail: { error: error instanceof Error ? error.message : String(error) } }))
      throw error
    }
  }

  function enter(hub: Hub, person: Person, ticket: Ticket, place: ConsolePlace | null, socket: ViewerSocket): ViewerHandle | null {
    const startedMs = Date.now()
    const write = (action: 'console-open' | 'console-close', outcome: AuditEntry['outcome'], detail: Record<string, unknown>) =>
      diary.write(toEntry(person, { action, node: hub.node, outcome, detail }))
    const opening = createOpening((outcome, detail) => write('console-open', outcome, detail))
    const handle = hub.join(person, ticket.mode, place, socket, opening.onStatus)
    if (handle === null) {
      write('console-open', 'refused', { error: 'too many look at this console' })
      return null
    }
    let hasLeft = false
    void tellPresence()
    // A right that ended between the ticket and now told nobody who could be found.
    void recheck()
    return {
      ...handle,
      leave() {
        const visit = handle.leave()
        if (!hasLeft) {
          opening.onLeft()
          write('console-close', 'ok', { ...visit, seconds: Math.round((Date.now() - startedMs) / 1000) })
        }
        hasLeft = true
        void tellPresence()
        return visit
      },
    }
  }

  function onNotice({ channel, payload }: Notice): void {
    if (channel === 'session') endRights(payload)
    else if (channel === 'operation' && rooms.size > 0) {
      operations.add(payload)
      gathering ??= setTimeout(() => void markPower(), gatherMs)
    } else if (channel === 'work') void look()
  }

  const everybody = () => [...rooms.values()].flatMap((room) => room.opened?.viewers() ?? [])

  /** The id is of a session that has ended, or of a person or token whose rights have changed: come again with what is left of them. */
  function endRights(id: string): void {
    for (const { person, socket } of everybody()) {
      if (person.sessionId === id) socket.close(closeCodes.signedOut, 'the session has ended')
      else if (person.id === id) socket.close(closeCodes.revoked, 'what you may do has changed')
    }
  }

  async function recheck(): Promise<void> {
    const present = everybody()
    const gone = await findGone(db, present.map((viewer) => viewer.person), rolesThatMay).catch(() => [])
    for (const n of gone) present[n]?.socket.close(closeCodes.revoked, 'what you may do has changed')
  }

  async function markPower(): Promise<void> {
    gathering = undefined
    const ids = [...operations]
    operations.clear()
    try {
      for (const id of ids) {
        for (const sent of await listSentCommands(db, id, [...rooms.keys()])) {
          const room = rooms.get(sent.nodeId)
          const before = told.get(sent.stepId) ?? 0
          told.set(sent.stepId, sent.commands.length)
          if (room === undefined || sent.sentAt.getTime() < room.sinceMs) continue
          for (const action of sent.commands.slice(before).filter(isReset)) room.opened?.mark({ kind: 'power', action, by: sent.by })
        }
      }
      for (const stepId of [...told.keys()].slice(0, Math.max(0, told.size - 1_000))) told.delete(stepId)
    } catch (error) {
      complain(`power commands could not be marked in consoles: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  function look(): Promise<void> {
    looking ??= lookNow()
      .catch((error: unknown) => complain(`consoles: ${error instanceof Error ? error.message : String(error)}`))
      .finally(() => (looking = null))
    return looking
  }

  /** Opens what is always captured, and closes what is no longer ours, has become another BMC, or is idle. */
  async function lookNow(): Promise<void> {
    const id = options.conductorId()
    if (id === null || isClosed) return
    const owned = new Map((await listCaptures(db, id, [...rooms.keys()])).map((one) => [one.nodeId, one]))
    const nodes = await listOwnedNodes(db, id, [...rooms.keys()])
    const byId = new Map(nodes.map((node) => [node.id, node]))
    if (isClosed || options.conductorId() !== id) return
    for (const room of rooms.values()) {
      const [now, node] = [owned.get(room.nodeId), byId.get(room.nodeId)]
      const key = node && doorKey(node, now?.way)
      if (now === undefined) await leaveNode(room, id)
      else if (now.name !== room.name) await empty(room, closeCodes.nodeGone)
      else if (room.key !== null && key !== undefined && key !== room.key) await empty(room)
      else if (room.opened?.isIdle() === true && now.capture === 'watched') await empty(room)
      else {
        room.nobodysSinceMs = null
        room.key = key ?? room.key
        room.capture = now.capture
        room.opened?.setCapture(now.capture)
        tellWays(room, node && JSON.stringify(node.capabilities?.consoles ?? []))
        // No suite is too weak until one has been done: a person has accepted the weaker one.
        if (node?.cipherSuite === null) retryGivenUp(room, 'downgrade')
        // Trusted by a person, or kept at a first use.
        if (room.hostKey !== now.hostKey) retryGivenUp(room, 'host-key')
        room.hostKey = now.hostKey
      }
    }
    for (const { nodeId, name, capture } of owned.values()) if (capture !== 'watched') roomOf(nodeId, name, capture)
    await deleteOldTickets(db)
    await tellPresence()
  }

  /** What was given up for this reason is tried again, since that has changed. A refused password is not: it would bring the account nearer to its lock. */
  function retryGivenUp(room: Room, reason: ConsoleReason): void {
    const status = room.opened?.status()
    if (status?.state === 'failed' && status.reason === reason) room.opened?.retry()
  }

  /** A node that was just added has its ways told some seconds later; a console that had none until then is tried again. */
  function tellWays(room: Room, ways: string | undefined): void {
    if (ways === undefined) return
    if (room.ways !== ways) retryGivenUp(room, 'unsupported')
    room.ways = ways
  }

  /** After a new lease a node is nobody's for a moment; its console goes on. Another conductor's is left at once. */
  async function leaveNode(room: Room, conductorId: string): Promise<void> {
    const held = (await findHeld(db, [room.nodeId], conductorId)).get(room.nodeId)
    room.nobodysSinceMs ??= Date.now()
    if (held === undefined) {
      await empty(room, closeCodes.nodeGone)
      await rm(join(options.folder, room.nodeId), { recursive: true, force: true })
    } else if (held.byAnother || Date.now() - room.nobodysSinceMs > nobodysMs) await empty(room, closeCodes.away)
  }

  /** Histories of nodes that were removed while no conductor was there. */
  async function forgetRemoved(): Promise<void> {
    const names = (await readdir(options.folder).catch(() => [])).filter((name) => /^[0-9a-f-]{36}$/.test(name))
    try {
      const existing = await findHeld(db, names, null)
      for (const name of names) if (!existing.has(name)) await rm(join(options.folder, name), { recursive: true, force: true })
    } catch (error) {
      complain(`old console histories could not be looked through: ${String(error)}`)
    }
  }

  return {
    admit,
    count: () => ({ consoles: rooms.size, viewers: everybody().length }),
    async close() {
      isClosed = true
      clearInterval(timer)
      clearTimeout(gathering)
      await looking
      await Promise.all([...rooms.values()].map((room) => empty(room)))
      await tellPresence()
      await Promise.all([listening.close(), diary.close()])
    },
  }
}
