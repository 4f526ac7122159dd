import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Client } from 'pg'
import { startCheckpoints, type CheckpointOptions } from '#lib/conductor/checkpoints.ts'
import { signCheckpoint } from '#lib/conductor/sign-checkpoint.ts'
import { openDatabase, type Database } from '#lib/db/client.ts'
import { verifyAudit } from '#lib/db/audit-verify.ts'
import { readSetting } from '#lib/db/settings.ts'
import { checkpoint, toCheckpointLine, type Checkpoint } from '#lib/domain/checkpoint.ts'
import { beginAnew } from '../supervisor/audit-anew.ts'
import { findCheckpoints } from '../supervisor/audit-checkpoints.ts'
import { judgeAudit } from '../supervisor/audit-verdict.ts'
import { until } from './conductor-rig.ts'
import { withDatabase } from './database.ts'

/** checklist 49: what the chain alone cannot see is seen by what was signed outside the database. */

const test = withDatabase()
const folder = mkdtempSync(join(tmpdir(), 'baseboard-checkpoints-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let conductor: Database
let keyFolder: string
let file: string
let number = 0

const hashOfRow = `encode(sha256(convert_to("prevHash" || E'\\n' || seq || E'\\n' || to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || E'\\n' || body, 'UTF8')), 'hex')`

/** As a superuser who means ill: triggers off, then whatever he likes. */
async function tamper(...statements: string[]): Promise<void> {
  const client = new Client({ connectionString: test.superuserUrl })
  await client.connect()
  await client.query('SET session_replication_role = replica')
  for (const statement of statements) await client.query(statement)
  await client.end()
}

const append = (rows: number) =>
  test.db.pool.query(
    `SELECT audit_append(format('{"action":"power","actor":"ada","actorKind":"person","detail":{},"ip":null,"node":"n%s","operationId":null,"outcome":"ok","requestId":null,"target":null}', n)) FROM generate_series(1, $1::int) n`,
    [rows],
  )

const sign = () => signCheckpoint(conductor, keyFolder, file, (tx, last, { publicPem }) =>
  tx.setting.upsert({ where: { key: 'auditCheckpoint' }, create: { key: 'auditCheckpoint', value: noted(last, publicPem) }, update: { value: noted(last, publicPem) } }).then(() => {}),
)
const noted = (last: Checkpoint, publicKey: string) => ({ last, publicKey, everyRows: 10, everySeconds: 60, ways: [] })

/** `rows` rows with a checkpoint after every tenth. */
async function fill(rows: number): Promise<void> {
  for (let written = 0; written < rows; written += 10) {
    await append(10)
    await sign()
  }
}

/** What the tool prints. */
async function verdict(files: string[] = [], key?: string): Promise<string> {
  const { fine, lines } = await judgeAudit(test.db, findCheckpoints({ files, key }, keyFolder, file))
  return `${fine ? 'fine' : 'broken'}: ${lines.join('\n')}`
}

const linesOf = (path: string) => readFileSync(path, 'utf8').trimEnd().split('\n')
const chainOf = (path: string): Checkpoint[] => linesOf(path).map((line) => checkpoint.parse(JSON.parse(line)))
const write = (lines: string[]) => writeFileSync(file, lines.map((line) => `${line}\n`).join(''))

beforeEach(async () => {
  conductor ??= openDatabase((await test.roles()).conductor)
  keyFolder = join(folder, `conductor${++number}`)
  file = join(keyFolder, 'audit-checkpoints.jsonl')
  await tamper('TRUNCATE "Audit"', `DELETE FROM "Setting" WHERE key = 'auditCheckpoint'`)
})
afterAll(() => conductor.close())

describe('checklist 49: verifying with checkpoints', () => {
  it('finds what nobody has touched whole, and says how much of it is signed', async () => {
    await fill(100)
    await append(3)
    expect(await verdict()).toMatch(/^fine: the audit is whole: 103 rows, last hash [0-9a-f]{64}\n10 checkpoints agree with it; the last is checkpoint 10 of .*Z, which signed row 100 \(3 newer rows are not signed yet\)$/)
  })

  it('notices that the last 50 rows were cut off, which the chain alone does not', async () => {
    await fill(100)
    await tamper('DELETE FROM "Audit" WHERE seq > 50')
    expect(await verifyAudit()).toMatchObject({ fine: true, rows: 50 })
    expect(await verdict()).toMatch(/^broken: the audit is broken at seq 51: rows 51 to 100 were cut off: checkpoint 10 of .* signed row 100$/)
  })

  it('notices it also when the database’s own note went with them', async () => {
    await fill(100)
    await tamper('DELETE FROM "Audit" WHERE seq > 50', `DELETE FROM "Setting" WHERE key = 'auditCheckpoint'`)
    expect(await verdict()).toMatch(/broken at seq 51: rows 51 to 100 were cut off/)
  })

  it('notices a chain that was rewritten to its end', async () => {
    await fill(40)
    await tamper(
      `UPDATE "Audit" SET body = replace(body, 'ada', 'eve') WHERE seq = 25`,
      `DO $$ BEGIN FOR n IN 25..40 LOOP
        UPDATE "Audit" SET "prevHash" = (SELECT p.hash FROM "Audit" p WHERE p.seq = n - 1) WHERE seq = n;
        UPDATE "Audit" SET hash = ${hashOfRow} WHERE seq = n;
      END LOOP; END $$`,
    )
    expect(await verifyAudit()).toMatchObject({ fine: true, rows: 40 })
    expect(await verdict()).toMatch(/^broken: the audit is broken at seq 21: row 30 is not the one that checkpoint 3 of .* signed: it, or rows before it, were rewritten$/)
  })

  it('notices a forged checkpoint, a changed one, and one of another key', async () => {
    await fill(50)
    const good = linesOf(file)
    const third = checkpoint.parse(JSON.parse(good[2]!))
    const forged = { ...third, hash: 'a'.repeat(64), signature: Buffer.alloc(64, 7).toString('base64url') }
    write(good.with(2, toCheckpointLine(forged)))
    expect(await verdict()).toMatch(/broken at seq 21: checkpoint 3 is not signed with this key: it was forged or changed$/)
    write(good.with(2, toCheckpointLine({ ...third, at: '2020-01-01T00:00:00.000Z' })))
    expect(await verdict()).toMatch(/broken at seq 21: checkpoint 3 is not signed with this key/)
    write(good.with(2, 'garbage'))
    expect(await verdict()).toMatch(/broken at seq 21: a line after checkpoint 2 is no checkpoint/)
    write(good)
    expect(await verdict()).toMatch(/^fine/)
  })

  it('notices checkpoints that are missing, at the beginning, in the middle and at the end, and a file that is gone', async () => {
    await fill(50)
    const good = linesOf(file)
    write(good.slice(2))
    expect(await verdict()).toMatch(/broken at seq 1: checkpoints 1 to 2 are missing$/)
    write(good.toSpliced(2, 1))
    expect(await verdict()).toMatch(/broken at seq 21: checkpoint 3 is missing$/)
    write(good.slice(0, 3))
    expect(await verdict()).toMatch(/broken at seq 31: the checkpoints end with number 3, and the database tells of number 5, which signed row 50: the rest was cut off$/)
    rmSync(file)
    expect(await verdict()).toMatch(/broken at seq 1: there is no file of checkpoints, and the database tells of number 5/)
    rmSync(join(keyFolder, 'audit.key'))
    expect(await verdict()).toMatch(/broken at seq 1: the key of the checkpoints is gone, and the database tells of number 5/)
  })

  it('takes copies of the checkpoints and the public key from elsewhere', async () => {
    await fill(30)
    const elsewhere = join(folder, `copy${number}.jsonl`)
    const key = join(folder, `key${number}.pem`)
    writeFileSync(elsewhere, readFileSync(file))
    writeFileSync(key, (await readSetting('auditCheckpoint'))!.publicKey!)
    rmSync(keyFolder, { recursive: true })
    expect(await verdict([elsewhere], key)).toMatch(/^fine: .*\n3 checkpoints agree/)
    await tamper('DELETE FROM "Audit" WHERE seq = 30')
    expect(await verdict([elsewhere], key)).toMatch(/broken at seq 30/)
    await expect(verdict([`${elsewhere}x`], key)).rejects.toThrow(/there is no such file/)
    await expect(verdict([elsewhere], elsewhere)).rejects.toThrow(/holds no key/)
  })
})

describe('signing', () => {
  it('goes on after a crash that has left half a line', async () => {
    await fill(20)
    writeFileSync(file, '{"at":"2026-', { flag: 'a' })
    await fill(10)
    expect(chainOf(file).map((one) => one.number)).toEqual([1, 2, 3])
    expect(await verdict()).toMatch(/^fine/)
  })

  it('stops when what was signed is no longer so, and begins anew when a person says so', async () => {
    await fill(30)
    await tamper('DELETE FROM "Audit" WHERE seq > 15')
    await append(20)
    await expect(sign()).rejects.toThrow(/the audit does not hold row 30 as checkpoint 3 signed it: rows were cut off or rewritten; run npm run audit:verify/)
    expect(linesOf(file)).toHaveLength(3)
    const kept = await beginAnew(conductor, file, 'restored the backup of Sunday')
    await sign()
    expect(await verdict()).toMatch(/^fine: .*36 rows.*\n1 checkpoints agree/)
    expect(await verdict([kept!])).toMatch(/^broken/)
    const { rows } = await test.db.pool.query(`SELECT body FROM "Audit" WHERE action = 'checkpoints-anew'`)
    expect(JSON.parse(rows[0].body)).toMatchObject({ actor: 'command line', detail: { reason: 'restored the backup of Sunday', lastNumber: 3, lastSeq: 30 } })
  })

  it('does not go on under another key', async () => {
    await fill(10)
    rmSync(join(keyFolder, 'audit.key'))
    await append(1)
    await expect(sign()).rejects.toThrow(/no checkpoint of this key/)
  })

  it('goes on in a file of its own where another conductor was the last, and both files together are whole', async () => {
    await fill(20)
    const first = file
    file = join(keyFolder, 'other.jsonl')
    await fill(20)
    expect(chainOf(file).map((one) => one.number)).toEqual([2, 3, 4])
    expect(await verdict([file])).toMatch(/broken at seq 1: checkpoint 1 is missing/)
    expect(await verdict([first, file])).toMatch(/^fine: .*\n4 checkpoints agree/)
  })
})

describe('the conductors', () => {
  const running: { stop: () => Promise<void> }[] = []
  afterEach(async () => void (await Promise.all(running.splice(0).map((one) => one.stop()))))
  const start = (changes: Partial<CheckpointOptions> = {}) => {
    const complaints: string[] = []
    const options = { db: conductor, keyFolder, file, everyRows: 5, everySeconds: 60, senders: [], lookEveryMs: 20, complain: (text: string) => void complaints.push(text), ...changes }
    const one = startCheckpoints(options)
    running.push(one)
    return { complaints, stop: one.stop }
  }

  it('sign every so many rows, and what is left when they stop', async () => {
    const { stop, complaints } = start()
    await append(1)
    await until(async () => (await readSetting('auditCheckpoint'))?.last?.seq === 1, 5_000, 'the first checkpoint, which is due at once')
    await append(4)
    await append(3)
    await until(async () => (await readSetting('auditCheckpoint'))?.last?.seq === 8, 5_000, 'a checkpoint of row 8')
    await append(2)
    await stop()
    expect(chainOf(file).map((one) => one.seq)).toEqual([1, 8, 10])
    expect(complaints).toEqual([])
    expect(await readSetting('auditCheckpoint')).toMatchObject({ everyRows: 5, ways: [{ way: 'file', where: file, number: 3, failure: null }] })
  })

  it('side by side sign one chain without a fork', async () => {
    const three = [start(), start(), start()]
    for (let round = 0; round < 30; round++) {
      await append(5)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    for (const { stop } of three) await stop()
    const chain = chainOf(file)
    expect(chain.map((one) => one.number)).toEqual(chain.map((_, at) => at + 1))
    expect(chain.length).toBeGreaterThan(3)
    expect(chain.at(-1)!.seq).toBe(150)
    expect(await verdict()).toMatch(/^fine/)
  })

  it('say that they cannot write, once, and go on when they can', async () => {
    const blocked = join(folder, `blocked${number}`)
    writeFileSync(blocked, '')
    const { complaints } = start({ file: join(blocked, 'file.jsonl') })
    await append(5)
    const failure = async () => (await readSetting('auditCheckpoint'))?.ways[0]?.failure
    expect(await until(failure, 5_000, 'the failure')).toMatch(/ENOTDIR/)
    expect(complaints).toEqual([expect.stringMatching(/^the audit has no new checkpoint: ENOTDIR/)])
  })
})
