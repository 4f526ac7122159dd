import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditEntry } from '#lib/domain/audit.ts'
import { withDatabase } from '../../tests/database.ts'
import { openDatabase, prisma, type Database } from './client.ts'
import * as db from './console.ts'

/** Tickets under the roles of a divided database: web writes them and cannot read one, the conductor consumes them. */

const test = withDatabase()
let web: Database
let conductor: Database
const [nodeId, ownerId] = [randomUUID(), randomUUID()]
let personId = ''
let sessionId = ''
const roles = ['operator', 'admin'] as const
const audit = (ticket: db.Ticket): AuditEntry => ({
  actor: ticket.personName,
  actorKind: ticket.personKind,
  ip: null,
  requestId: null,
  action: 'console-open',
  node: 'n1',
  target: null,
  outcome: 'ok',
  operationId: null,
  detail: {},
})

beforeAll(async () => {
  const urls = await test.roles()
  web = openDatabase(urls.web)
  conductor = openDatabase(urls.conductor)
  await prisma().node.create({ data: { id: nodeId, name: 'n1', address: '10.0.0.7', protocol: 'ipmi', ownerId } })
  const user = await prisma().user.create({ data: { name: 'ada', role: 'operator', passwordHash: 'x' } })
  personId = user.id
  sessionId = (await prisma().session.create({ data: { userId: personId, tokenHash: 'x', expiresAt: new Date(Date.now() + 60_000) } })).id
})
afterAll(async () => {
  await web.close()
  await conductor.close()
})

const ticket = (): db.Ticket => ({ nodeId, ownerId, personId, personName: 'ada', personKind: 'person', sessionId, mode: 'drive' })
const asked = (hash: string): db.TicketAsked => ({ hash, nodeName: 'n1', ownerId, personId, sessionId, roles })
const make = async (hash: string, lifeMs = 30_000) => db.insertTicket(web.prisma, { ...ticket(), hash, expiresAt: new Date(Date.now() + lifeMs) })
const consume = (hash: string, changes: Partial<db.TicketAsked> = {}) => db.consumeTicket(conductor, { ...asked(hash), ...changes }, audit)

describe('a ticket', () => {
  it('is consumed once, of many at once, with its row in the audit', async () => {
    await make('a')
    const answers = await Promise.all(Array.from({ length: 8 }, () => consume('a')))
    expect(answers.filter((one) => one !== null)).toEqual([ticket()])
    expect(await prisma().audit.count({ where: { action: 'console-open' } })).toBe(1)
  })

  it.each([
    ['another node', { nodeName: 'n2' }],
    ['another owner', { ownerId: randomUUID() }],
    ['another person', { personId: randomUUID() }],
    ['another session', { sessionId: randomUUID() }],
    ['no session', { sessionId: null }],
    ['another role', { roles: ['admin'] as const }],
    ['another hash', { hash: 'c' }],
  ])('is not good for %s', async (what, changes) => {
    await make(`b ${what}`)
    expect(await consume(`b ${what}`, changes)).toBeNull()
    expect(await consume(`b ${what}`)).not.toBeNull()
  })

  it('ends by its age, and with the session', async () => {
    await make('old', -1)
    expect(await consume('old')).toBeNull()
    const other = await prisma().session.create({ data: { userId: personId, tokenHash: 'y', expiresAt: new Date(Date.now() + 60_000) } })
    await db.insertTicket(web.prisma, { ...ticket(), hash: 'left', sessionId: other.id, expiresAt: new Date(Date.now() + 30_000) })
    await prisma().session.delete({ where: { id: other.id } })
    expect(await prisma().consoleTicket.count({ where: { hash: 'left' } })).toBe(0)
  })

  it('is not consumed when its row cannot be written', async () => {
    await make('unaudited')
    const broken = () => ({ ...audit(ticket()), outcome: 'maybe' }) as unknown as AuditEntry
    await expect(db.consumeTicket(conductor, asked('unaudited'), broken)).rejects.toThrow()
    expect(await consume('unaudited')).not.toBeNull()
  })

  it('cannot be read by web, nor made by the conductor', async () => {
    await expect(web.pool.query('SELECT hash FROM "ConsoleTicket"')).rejects.toMatchObject({ code: '42501' })
    await expect(web.pool.query(`UPDATE "ConsoleTicket" SET "usedAt" = NULL`)).rejects.toMatchObject({ code: '42501' })
    await expect(web.pool.query(`SELECT console_may('person', $1, $2, $3)`, [personId, sessionId, roles])).rejects.toMatchObject({ code: '42501' })
    await expect(db.insertTicket(conductor.prisma, { ...ticket(), hash: 'own', expiresAt: new Date() })).rejects.toThrow()
  })
})

describe('the rest', () => {
  it('runs under the role that needs it', async () => {
    expect(await db.findConsoleNode(web.prisma, 'n1')).toMatchObject({ id: nodeId, ownerId: null, capture: 'watched' })
    await db.writeSetting(web.prisma, nodeId, { capture: 'watched', way: 'auto' })
    await db.writeSetting(web.prisma, nodeId, { capture: 'always', way: 'ssh' })
    expect(await db.findConsoleNode(web.prisma, 'n1')).toMatchObject({ capture: 'always', way: 'ssh' })
    expect(await db.listCaptures(conductor, ownerId, [])).toEqual([{ nodeId, name: 'n1', capture: 'always', way: 'ssh', hostKey: null }])
    expect(await db.listSentCommands(conductor, randomUUID(), [nodeId])).toEqual([])
    expect([...(await db.findHeld(conductor, [nodeId, randomUUID()], null))]).toEqual([[nodeId, { byAnother: false }]])
    await prisma().conductor.create({ data: { id: ownerId, lockKey: 1n, host: 'h' } })
    expect([...(await db.findHeld(conductor, [nodeId], ownerId))]).toEqual([[nodeId, { byAnother: false }]])
    expect([...(await db.findHeld(conductor, [nodeId], randomUUID()))]).toEqual([[nodeId, { byAnother: true }]])
    await db.deleteOldTickets(conductor)
  })

  it('finds those who may be there no longer', async () => {
    const here = { id: personId, kind: 'person' as const, sessionId }
    const token = { id: randomUUID(), kind: 'token' as const, sessionId: null }
    expect(await db.findGone(conductor, [here, token, { ...here, sessionId: randomUUID() }], roles)).toEqual([1, 2])
    await prisma().user.update({ where: { id: personId }, data: { disabled: true } })
    expect(await db.findGone(conductor, [here], roles)).toEqual([0])
  })
})
