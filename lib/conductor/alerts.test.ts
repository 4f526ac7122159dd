import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase, prisma, type Database } from '#lib/db/client.ts'
import { insertTest, listReceivers } from '#lib/db/receivers.ts'
import { insertSilence } from '#lib/db/silences.ts'
import { alertTiming } from '#lib/domain/alert.ts'
import type { AlertCondition } from '#lib/domain/alert-rule.ts'
import type { AlertMessage } from '#lib/domain/alert-message.ts'
import { startHttpReceiver, type HttpReceiver } from '#lib/notify/testing/listeners.ts'
import { addReceiver, addRule, addSilentNodes } from '../../tests/alerts-rig.ts'
import { makeRig, until, type ConductorRig } from '../../tests/conductor-rig.ts'
import { withDatabase } from '../../tests/database.ts'
import { addMeters } from '../../tests/power-rig.ts'
import { startAlerts } from './alerts.ts'
import { toRetryMs } from './deliveries.ts'
import { startPowerWatch } from './power-watch.ts'

const test = withDatabase()
let rig: ConductorRig
let db: Database
const running: { stop: () => Promise<void> }[] = []
const receivers: HttpReceiver[] = []
const complaints: string[] = []

const quick = { ...alertTiming, gatherMs: 0, betweenMs: 0 }

beforeAll(async () => {
  rig = await makeRig(test)
  db = openDatabase((await test.roles()).conductor)
})
afterAll(async () => {
  await rig?.stop()
  await db?.close()
})
beforeEach(async () => {
  for (const table of ['AlertRule', 'Receiver', 'Silence', 'Node', 'Setting']) await test.db.pool.query(`DELETE FROM "${table}" WHERE ${table === 'Setting' ? `key = 'alerts'` : 'true'}`)
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()))
  await Promise.all(receivers.splice(0).map((one) => one.close()))
  expect(complaints.splice(0)).toEqual([])
})

/** Alerts as the conductor runs them, with looks that come quickly. */
function start(changes: Partial<Parameters<typeof startAlerts>[0]> = {}) {
  const one = startAlerts({ db, keys: rig.keys(), timing: quick, everyMs: 100, complain: (text) => complaints.push(text), ...changes })
  running.push(one)
  return one
}

async function listen(answer: Parameters<typeof startHttpReceiver>[0] = (_, response) => response.end('ok')): Promise<HttpReceiver> {
  const one = await startHttpReceiver(answer)
  receivers.push(one)
  return one
}

const answerAgain = (names: readonly string[]) =>
  test.db.pool.query(`UPDATE "NodeStatus" SET "bmcState" = 'ok', "powerAt" = now() WHERE "nodeId" IN (SELECT id FROM "Node" WHERE name = ANY($1))`, [names])

const told = (receiver: HttpReceiver) => receiver.received.map(({ body }) => JSON.parse(body) as AlertMessage & { id: string })
const summary = (receiver: HttpReceiver) => told(receiver).map(({ kind, range, count }) => `${kind} ${range} ${count}`)
const silence: AlertCondition = { kind: 'silent', forSeconds: 0 }
const names = Array.from({ length: 30 }, (_, index) => `n${index + 1}`)

describe('from a rule to a message', () => {
  it('tells of a budget of power that is near its cap, in figures, and when it is within again', async () => {
    const receiver = await listen()
    await addMeters(test, [{ name: 'n1', watts: 950 }])
    const budget = await prisma().budget.create({ data: { name: 'rack 7', range: 'n1', capWatts: 1_000, warnShare: 0.9, overSeconds: 30, acts: [], by: 'ada' } })
    await addRule({ kind: 'budget', level: 'warning', forSeconds: 0 }, [await addReceiver(rig, `${receiver.url}/hook`)])
    running.push(startPowerWatch({ db, lookEveryMs: 50, complain: (text) => complaints.push(text) }))
    start()
    await until(() => receiver.received.length === 1, 10_000, 'the warning')
    expect(told(receiver)[0]).toMatchObject({ kind: 'firing', nodes: [], alerts: [{ node: null, evidence: { kind: 'budget', name: 'rack 7', level: 'warning', watts: 950, capWatts: 1_000, silent: 0 } }] })
    await addMeters(test, [{ name: 'n1', watts: 500 }])
    await until(() => receiver.received.length === 2, 10_000, 'the end of it')
    expect(told(receiver)[1]!.kind).toBe('over')
    await prisma().budget.delete({ where: { id: budget.id } })
  })

  it('tells what fires as one message, what is over as another, and nothing twice', async () => {
    const receiver = await listen()
    const id = await addReceiver(rig, `${receiver.url}/hook`)
    await addSilentNodes(test, names)
    await addRule(silence, [id])
    start()
    await until(() => receiver.received.length === 1, 10_000, 'the message')
    expect(told(receiver)[0]).toMatchObject({ kind: 'firing', range: 'n[1-30]', count: 30, rule: { level: 'warning' }, alerts: expect.arrayContaining([expect.objectContaining({ node: 'n1', evidence: { kind: 'silent', failure: 'unreachable', address: '10.0.0.1:623', seenAt: null } })]) })
    await answerAgain(['n1', 'n2'])
    await until(() => receiver.received.length === 2, 10_000, 'the end of two')
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(summary(receiver)).toEqual(['firing n[1-30] 30', 'over n[1-2] 2'])
    expect(receiver.received.map(({ headers }) => headers['idempotency-key'])).toEqual(told(receiver).map(({ id: message }) => message))
    expect(await listReceivers()).toMatchObject([{ isReady: true, waiting: 0, failure: null, deliveredAt: expect.any(String) }])
  })

  it('tells nobody of silenced nodes and of those under maintenance, until that ends', async () => {
    const receiver = await listen()
    const id = await addReceiver(rig, receiver.url)
    await addSilentNodes(test, ['n1', 'n2', 'n3'])
    await prisma().$transaction((tx) => insertSilence(tx, { range: 'n1', reason: 'r', by: 'ada', until: new Date(Date.now() + 3_600_000) }))
    await test.db.pool.query(`UPDATE "Node" SET maintenance = '{"reason":"r","by":"ada","at":"2026-11-30T12:00:00.000Z"}' WHERE name = 'n2'`)
    await addRule(silence, [id])
    start()
    await until(() => receiver.received.length === 1, 10_000, 'the message')
    await test.db.pool.query('UPDATE "Silence" SET until = now()')
    await test.db.pool.query('UPDATE "Node" SET maintenance = NULL')
    await until(() => told(receiver).reduce((sum, { count }) => sum + count, 0) === 3, 10_000, 'the others')
    expect(summary(receiver)[0]).toBe('firing n3 1')
  })

  it('sees sensors beyond a value, only in readings that are new', async () => {
    const receiver = await listen()
    const id = await addReceiver(rig, receiver.url)
    await addSilentNodes(test, ['n1', 'n2'], 'ok')
    const sweep = (node: string, reading: number | null, at: string) =>
      test.db.pool.query(
        `INSERT INTO "Snapshot" ("nodeId", facet, "takenAt", data) SELECT id, 'sensors', $3::timestamptz, $2 FROM "Node" WHERE name = $1
        ON CONFLICT ("nodeId", facet) DO UPDATE SET "takenAt" = excluded."takenAt", data = excluded.data`,
        [
          node,
          JSON.stringify({ sensors: [{ name: 'Inlet 100%', kind: 'temperature', reading, unit: '°C' }, { name: 'Inlet_2', kind: 'temperature', reading: 41, unit: '°C' }, { name: 'CPU', kind: 'temperature', reading: 99, unit: '°C' }, { name: 'Inlet 100%', kind: 'fan', reading: 5000, unit: 'RPM' }] }),
          at,
        ],
      )
    await sweep('n1', 45, '2026-11-30T12:00:00Z')
    await sweep('n2', 38, '2026-11-30T12:00:00Z')
    await addRule({ kind: 'sensor', sensor: 'temperature', name: 'INLET 100%', is: 'over', value: 40, forSeconds: 0 }, [id])
    start()
    await until(() => receiver.received.length === 1, 10_000, 'the message')
    expect(told(receiver)[0]!.alerts).toMatchObject([{ node: 'n1', evidence: { kind: 'sensor', name: 'Inlet 100%', reading: 45, unit: '°C', more: 0 } }])
    await sweep('n1', null, '2026-11-30T12:01:00Z')
    await until(() => receiver.received.length === 2, 10_000, 'the end')
    expect(told(receiver)[1]!.kind).toBe('over')
  })

  it('a rule that is switched off has no alerts, and one of another noderange follows at once', async () => {
    await addSilentNodes(test, ['n1', 'n2'])
    const id = await addRule(silence, [])
    start()
    const alerts = async () => (await test.db.pool.query<{ node: string }>(`SELECT node FROM "Alert" WHERE state = 'firing' ORDER BY node`)).rows.map(({ node }) => node).join()
    await until(async () => (await alerts()) === 'n1,n2', 10_000, 'alerts without a receiver')
    await prisma().alertRule.update({ where: { id }, data: { range: 'n2' } })
    await until(async () => (await alerts()) === 'n2', 10_000, 'the other range')
    await prisma().alertRule.update({ where: { id }, data: { isOn: false } })
    await until(async () => (await alerts()) === '', 10_000, 'no alerts')
  })
})

describe('receivers', () => {
  it('one that hangs or fails holds up nobody else, and its failure is on the page without its secrets', async () => {
    const hangs = await listen(() => {})
    const fails = await listen((_, response) => response.writeHead(403).end('no such hook: /s3cr3t-hook'))
    const works = await listen()
    const ids = [await addReceiver(rig, hangs.url), await addReceiver(rig, `${fails.url}/s3cr3t-hook`), await addReceiver(rig, works.url)]
    await addSilentNodes(test, ['n1'])
    await addRule(silence, ids)
    start()
    await until(() => works.received.length === 1 && fails.received.length === 1 && hangs.received.length === 1, 10_000, 'all three')
    const look = async () => new Map((await listReceivers()).map((one) => [one.id, one]))
    const isOver = (byId: Awaited<ReturnType<typeof look>>) => byId.get(ids[1]!)?.failure !== null && byId.get(ids[2]!)?.waiting === 0
    const byId = await until(async () => [await look()].find(isOver), 10_000, 'the failure and the delivery')
    expect(byId.get(ids[1]!)).toMatchObject({ failure: 'HTTP 403: no such hook: …', waiting: 1, nextTryAt: expect.any(String), deliveredAt: null })
    expect(byId.get(ids[2]!)).toMatchObject({ failure: null, waiting: 0 })
  })

  it('a test passes the line, is tried once, and tells how it went', async () => {
    let isBroken = true
    const receiver = await listen((_, response) => response.writeHead(isBroken ? 500 : 200).end())
    const id = await addReceiver(rig, receiver.url)
    await addSilentNodes(test, ['n1'])
    await addRule(silence, [id])
    start()
    await until(() => receiver.received.length === 1, 10_000, 'the failed message')
    isBroken = false
    await prisma().$transaction((tx) => insertTest(tx, id))
    await until(() => told(receiver).some(({ kind }) => kind === 'test'), 10_000, 'the test')
    // It answers again, so what waited goes at once.
    await until(() => summary(receiver).filter((line) => line.startsWith('firing')).length === 2, 10_000, 'the message')
    expect(told(receiver)[2]!.id).toBe(told(receiver)[0]!.id)
  })

  it('a secret that was sealed for something else opens nothing: another receiver, another kind, or plain text allowed since', async () => {
    const receiver = await listen()
    for (const sealedFor of [{ id: randomUUID() }, { kind: 'slack' }, { isPlain: false }]) await addReceiver(rig, receiver.url, sealedFor)
    const ok = await addReceiver(rig, receiver.url)
    start()
    await until(async () => (await listReceivers()).every(({ isReady }) => isReady), 10_000, 'the inbox')
    // What lies at rest does not open either once its receiver is another.
    await test.db.pool.query(`UPDATE "Receiver" SET kind = 'slack' WHERE id = $1`, [ok])
    await prisma().$transaction((tx) => insertTest(tx, ok))
    await until(async () => (await listReceivers()).every(({ failure }) => failure === 'its secret was not sealed for this receiver: enter it again'), 10_000, 'the refusals')
    expect(receiver.received).toEqual([])
  })

  it.each([
    ['the first failure waits ten seconds', 'firing', 1, 0, false, 10_000],
    ['the next ones longer', 'firing', 4, 3, false, 300_000],
    ['and a quarter of an hour at most', 'firing', 50, 49, false, 900_000],
    ['what its receiver finds fault with is tried five times', 'firing', 4, 3, true, 300_000],
    ['and then no more', 'firing', 5, 4, true, null],
    ['a test is tried once', 'test', 1, 0, false, null],
  ] as const)('%s', (_, kind, tries, failures, isFinal, ms) => {
    expect(toRetryMs({ tries, message: { kind } as AlertMessage, receiver: { failures } }, isFinal)).toBe(ms)
  })
})

describe('time in which nobody looked', () => {
  it('does not count: what was pending an hour ago waits anew', async () => {
    await addSilentNodes(test, ['n1'])
    const id = await addRule({ kind: 'silent', forSeconds: 600 }, [])
    const one = start()
    const pending = async () => (await prisma().alert.findFirst({ where: { ruleId: id } }))?.since.getTime()
    await until(pending, 10_000, 'a pending alert')
    await one.stop()
    await test.db.pool.query(`UPDATE "Alert" SET since = now() - interval '1 hour'; UPDATE "Setting" SET value = jsonb_build_object('lookedAt', to_char(now() - interval '1 hour', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) WHERE key = 'alerts'`)
    start()
    await until(async () => Date.now() - (await pending())! < 60_000, 10_000, 'the wait anew')
    expect((await prisma().alert.findFirst({ where: { ruleId: id } }))!.state).toBe('pending')
  })
})
