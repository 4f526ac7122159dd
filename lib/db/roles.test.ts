import { beforeAll, describe, expect, it } from 'vitest'
import { Client, type DatabaseError } from 'pg'
import { withDatabase } from '../../tests/database.ts'
import { openDatabase, type Database } from './client.ts'
import { findImage } from './images.ts'
import { beginChecking, deleteOldFailures, failImage, noteReceived, publishImage } from './images-kept.ts'
import { ensureRoles, type RoleUrls } from './roles.ts'

const test = withDatabase()
let urls: RoleUrls
let web: Database
let conductor: Database
let depot: Database
let nodeId: string

beforeAll(async () => {
  urls = await test.roles()
  web = openDatabase(urls.web)
  conductor = openDatabase(urls.conductor)
  depot = openDatabase(urls.depot)
  const node = await web.prisma.node.create({
    data: { name: 'n1', address: '10.0.0.1', protocol: 'auto', endpoints: { create: { protocol: 'ipmi', port: 623 } }, status: { create: {} } },
  })
  nodeId = node.id
  return () => Promise.all([web, conductor, depot].map((db) => db.close()))
})

const codeOf = (db: Database, sql: string, values: unknown[] = []) =>
  db.pool.query(sql, values).then(
    () => 'done',
    (error: DatabaseError) => error.code,
  )

describe('web', () => {
  it.each([
    'SELECT sealed FROM "Credential"',
    'SELECT * FROM "Credential"',
    `INSERT INTO "Credential" ("nodeId", username, sealed) VALUES (gen_random_uuid(), 'u', '')`,
    'UPDATE "Credential" SET username = username',
    'DELETE FROM "Credential"',
    'SELECT sealed FROM "CredentialInbox"',
    'UPDATE "CredentialInbox" SET username = username',
    'DELETE FROM "CredentialInbox"',
    'SELECT sealed FROM "Probe"',
    'SELECT * FROM "Probe"',
    'SELECT body FROM "RawRequest"',
    'SELECT 1 FROM "ReceiverSecret"',
    'SELECT sealed FROM "ReceiverInbox"',
    'DELETE FROM "ReceiverInbox"',
    `UPDATE "Receiver" SET kind = 'slack'`,
    `UPDATE "AlertMessage" SET state = 'sent'`,
    'DELETE FROM "Alert"',
    `UPDATE "RawRequest" SET state = 'done'`,
    `UPDATE "Probe" SET state = 'queued'`,
    'UPDATE "Node" SET "ownerId" = NULL',
    'UPDATE "Node" SET "ownerEpoch" = 9',
    `UPDATE "NodeStatus" SET power = 'on'`,
    `UPDATE "Step" SET state = 'queued'`,
    `UPDATE "Operation" SET state = 'succeeded'`,
    `UPDATE "Operation" SET limits = '{}'`,
    'INSERT INTO "Reading" VALUES (1, now(), 1)',
    'INSERT INTO "Snapshot" SELECT * FROM "Snapshot"',
    `INSERT INTO "Conductor" (id, "lockKey", host) VALUES (gen_random_uuid(), 1, 'x')`,
    `INSERT INTO "Audit" (seq, at, body, "prevHash", hash) VALUES (1, now(), '{}', '', '')`,
    `UPDATE "Audit" SET body = '{}'`,
    'DELETE FROM "Audit"',
    'TRUNCATE "Audit"',
    'SELECT reading_partitions(3, 0)',
    'CREATE TABLE mine (a int)',
    'CREATE TEMPORARY TABLE "Audit" (seq bigint)',
    'CREATE SCHEMA mine',
    'ALTER TABLE "Audit" DISABLE TRIGGER ALL',
    'SELECT pg_read_file($$/etc/passwd$$)',
    'COPY "Node" TO PROGRAM $$cat$$',
    'CREATE ROLE mine',
    `INSERT INTO "Setting" (key, value) VALUES ('vault', '{}')`,
    `INSERT INTO "Setting" (key, value) VALUES ('auditCheckpoint', '{}')`,
    'SET session_replication_role = replica',
  ])('is refused %s', async (sql) => {
    expect(await codeOf(web, sql)).toBe('42501')
  })

  it('cannot change the public key that passwords are sealed to', async () => {
    await conductor.prisma.setting.create({ data: { key: 'vault', value: { publicKey: 'right' } } })
    expect(await codeOf(web, `INSERT INTO "Setting" (key, value) VALUES ('vault', '{}') ON CONFLICT (key) DO UPDATE SET value = '{}'`)).toBe('42501')
    await web.pool.query(`UPDATE "Setting" SET value = '{}' WHERE key = 'vault'`)
    expect(await codeOf(web, `INSERT INTO "Setting" (key, value) VALUES ('x', '1'); UPDATE "Setting" SET key = 'vault' WHERE key = 'x'`)).not.toBe('done')
    expect(await web.prisma.setting.findUnique({ where: { key: 'vault' } })).toMatchObject({ value: { publicKey: 'right' } })
  })

  it('does its own work: nodes, passwords into the inbox, probes, operations, people, settings, audit', async () => {
    const { prisma } = web
    const node = await prisma.node.create({
      data: { name: 'n2', address: '10.0.0.2', protocol: 'auto', endpoints: { create: { protocol: 'ipmi', port: 623 } }, status: { create: {} } },
    })
    await prisma.credentialInbox.createMany({ data: { nodeId: node.id, username: 'u', sealed: new Uint8Array([1]) } })
    const before = await prisma.nodeStatus.findUniqueOrThrow({ where: { nodeId: node.id } })
    await prisma.node.update({ where: { id: node.id }, data: { name: 'n3' } })
    const after = await prisma.nodeStatus.findUniqueOrThrow({ where: { nodeId: node.id } })
    expect(after.revision > before.revision).toBe(true)
    await prisma.nodeStatus.update({ where: { nodeId: node.id }, data: { bmcState: 'probing' } })
    const probe = { address: 'a', protocol: 'auto', username: 'u', sealed: new Uint8Array([1]), createdBy: 'ada' }
    const { id } = await prisma.probe.create({ data: probe, select: { id: true } })
    expect(await prisma.probe.findUnique({ where: { id }, omit: { sealed: true } })).toMatchObject({ state: 'queued' })
    const operation = await prisma.operation.create({
      data: {
        kind: 'power', action: 'On', by: 'ada', byId: 'x', request: '{}',
        steps: { create: { nodeId: node.id, nodeName: 'n3', position: 0 } },
      },
    })
    expect(await prisma.step.count({ where: { operationId: operation.id } })).toBe(1)
    await web.pool.query(`UPDATE "Operation" SET "auditSeq" = 1, "heldAt" = now(), "stoppedAt" = now(), "stopReason" = 'aborted', "stoppedBy" = 'ada'`)
    const user = await prisma.user.create({ data: { name: 'ada', role: 'admin', passwordHash: 'h' } })
    await prisma.session.create({ data: { userId: user.id, tokenHash: 't', expiresAt: new Date() } })
    await prisma.user.delete({ where: { id: user.id } })
    await prisma.setting.upsert({ where: { key: 'networks' }, create: { key: 'networks', value: ['10.0.0.0/8'] }, update: { value: [] } })
    await web.pool.query('SELECT audit_append($1)', ['{"actor":"ada"}'])
    expect(await prisma.audit.count()).toBeGreaterThan(0)
    await prisma.node.delete({ where: { id: node.id } })
  })
})

describe('conductor', () => {
  it.each([
    'SELECT "passwordHash" FROM "User"',
    'SELECT * FROM "User"',
    'SELECT 1 FROM "Session"',
    'SELECT 1 FROM "ApiToken"',
    'SELECT 1 FROM "Invitation"',
    `UPDATE "User" SET role = 'admin'`,
    `UPDATE "Node" SET address = '10.0.0.9'`,
    'UPDATE "Node" SET protected = false',
    `UPDATE "Receiver" SET host = 'evil.example.org'`,
    'UPDATE "AlertRule" SET "isOn" = false',
    'INSERT INTO "Silence" SELECT * FROM "Silence"',
    'INSERT INTO "Step" SELECT * FROM "Step"',
    'INSERT INTO "Operation" SELECT * FROM "Operation"',
    `INSERT INTO "Audit" (seq, at, body, "prevHash", hash) VALUES (1, now(), '{}', '', '')`,
    `UPDATE "Audit" SET body = '{}'`,
    'DELETE FROM "Audit"',
    'TRUNCATE "Audit"',
    'CREATE TEMPORARY TABLE "Audit" (seq bigint)',
  ])('is refused %s', async (sql) => {
    expect(await codeOf(conductor, sql)).toBe('42501')
  })

  it('does its own work: leases, credentials, what a poll saw, steps, partitions, audit', async () => {
    const { prisma, pool } = conductor
    await prisma.conductor.create({ data: { id: nodeId, lockKey: 1n, host: 'h' } })
    await prisma.node.update({ where: { id: nodeId }, data: { ownerId: nodeId, ownerEpoch: { increment: 1 }, pin: 'p' } })
    await web.prisma.credentialInbox.createMany({ data: { nodeId, username: 'u', sealed: new Uint8Array([1]) } })
    const [message] = await prisma.credentialInbox.findMany({ where: { nodeId } })
    await prisma.credential.create({ data: { nodeId, username: message!.username, sealed: message!.sealed } })
    await prisma.credentialInbox.delete({ where: { id: message!.id } })
    await prisma.nodeStatus.update({ where: { nodeId }, data: { power: 'on', powerAt: new Date() } })
    await prisma.endpoint.update({ where: { nodeId_protocol: { nodeId, protocol: 'ipmi' } }, data: { state: 'ok' } })
    await prisma.snapshot.create({ data: { nodeId, facet: 'power', takenAt: new Date(), data: {} } })
    const sensor = await prisma.sensor.create({ data: { nodeId, key: 'k', name: 'CPU', kind: 'temperature' } })
    await pool.query('INSERT INTO "Reading" SELECT $1, now(), 42', [sensor.id])
    await pool.query('SELECT reading_partitions(3, 30)')
    await prisma.step.updateMany({ data: { state: 'sending' } })
    await prisma.operation.updateMany({ data: { state: 'succeeded', finishedAt: new Date() } })
    await prisma.probe.updateMany({ data: { state: 'done', sealed: null } })
    await pool.query('SELECT audit_append($1)', ['{"actor":"system"}'])
  })
})

describe('depot', () => {
  it('is refused every table but those of images', async () => {
    const { rows } = await test.db.pool.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')`,
    )
    expect(rows.length).toBeGreaterThan(15)
    const open: string[] = []
    for (const { name } of rows) if ((await codeOf(depot, `SELECT 1 FROM "${name}"`)) !== '42501') open.push(name)
    expect(open.sort()).toEqual(['DepotState', 'Image', 'ImageLink', 'Setting'])
  })

  it.each([
    `INSERT INTO "Image" (name, state, by, "byKind") VALUES ('a.iso', 'ready', 'x', 'person')`,
    `UPDATE "Image" SET name = 'other.iso'`,
    `UPDATE "Image" SET by = 'somebody'`,
    `INSERT INTO "Setting" (key, value) VALUES ('x', '1')`,
    `UPDATE "Setting" SET value = '{}'`,
    `DELETE FROM "Audit"`,
  ])('is refused %s', async (sql) => {
    expect(await codeOf(depot, sql)).toBe('42501')
  })

  it('does its own work: how far an image is, what it is, and the audit', async () => {
    await test.db.prisma.image.create({ data: { id: '6f1c3f6e-3c0b-4f7e-9d3e-000000000001', name: 'rocky.iso', state: 'uploading', bytes: 4, by: 'ada', byKind: 'person' } })
    const id = '6f1c3f6e-3c0b-4f7e-9d3e-000000000001'
    expect(await noteReceived(depot, id, 4, null)).toBe(true)
    expect(await beginChecking(depot, id, 4)).toBe(true)
    expect(await noteReceived(depot, id, 3, null)).toBe(false)
    const facts = { iso9660: true, udf: false, label: 'ROCKY', bootEntries: [] }
    const row = { actor: 'ada', actorKind: 'person', ip: null, requestId: null, action: 'image-upload', node: null, target: 'rocky.iso', outcome: 'ok', operationId: null, detail: {} } as const
    expect(await publishImage(depot, id, { sha256: 'ab'.repeat(32), facts }, row)).toBe(true)
    expect(await failImage(depot, id, { code: 'disk', text: null }, { ...row, outcome: 'failed' })).toBe(false)
    expect(await findImage(id, test.db.prisma)).toMatchObject({ state: 'ready', bytes: 4, facts, received: 4 })
    await deleteOldFailures(depot, 1)
  })
})

describe('ensureRoles', () => {
  it('gives the same rights again, takes what was added by hand, and changes the passwords', async () => {
    const { username } = new URL(urls.web)
    await test.db.pool.query(`GRANT SELECT ON "Credential" TO "${username}"`)
    expect(await codeOf(web, 'SELECT sealed FROM "Credential"')).toBe('done')
    const again = await ensureRoles(test.url, { web: 'new-web', conductor: 'new-conductor', depot: 'new-depot' })
    expect(await codeOf(web, 'SELECT sealed FROM "Credential"')).toBe('42501')
    for (const url of [urls.web, again.urls.web]) {
      const client = new Client({ connectionString: url })
      const entered = await client.connect().then(() => true, (error: DatabaseError) => error.code)
      expect(entered).toBe(url === urls.web ? '28P01' : true)
      await client.end().catch(() => {})
    }
  })

  it('leaves one URL to all where the owner may not make roles, and says so', async () => {
    const superuser = new Client({ connectionString: test.superuserUrl })
    await superuser.connect()
    await superuser.query(`CREATE ROLE humble_${superuser.database} LOGIN PASSWORD 'p'`)
    await superuser.query(`GRANT CONNECT ON DATABASE ${superuser.database} TO humble_${superuser.database}`)
    await superuser.end()
    const url = test.url.replace(/\/\/[^@]*@/, `//humble_${superuser.database}:p@`)
    const roles = await ensureRoles(url, { web: 'a', conductor: 'b', depot: 'c' })
    expect(roles).toEqual({ divided: false, urls: { web: url, conductor: url, depot: url }, reason: expect.stringMatching(/may not create roles/) })
  })

  it('refuses a role that somebody made stronger', async () => {
    const superuser = new Client({ connectionString: test.superuserUrl })
    await superuser.connect()
    await superuser.query(`ALTER ROLE "${new URL(urls.depot).username}" CREATEROLE`)
    await expect(ensureRoles(test.url, { web: 'a', conductor: 'b', depot: 'c' })).rejects.toThrow(/more rights than it may/)
    await superuser.query(`ALTER ROLE "${new URL(urls.depot).username}" NOCREATEROLE`)
    await superuser.end()
  })
})
