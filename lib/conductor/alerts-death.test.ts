import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startHttpReceiver, type HttpReceiver } from '#lib/notify/testing/listeners.ts'
import type { AlertMessage } from '#lib/domain/alert-message.ts'
import { createChildren } from '../../tests/children.ts'
import { addReceiver, addRule, addSilentNodes } from '../../tests/alerts-rig.ts'
import { makeRig, until, type ConductorRig } from '../../tests/conductor-rig.ts'
import { withDatabase } from '../../tests/database.ts'

const test = withDatabase()
let rig: ConductorRig
let url: string
const children = createChildren()
const { kill } = children
let receiver: HttpReceiver

beforeAll(async () => {
  rig = await makeRig(test)
  url = (await test.roles()).conductor
})
afterAll(() => rig?.stop())
afterEach(async () => {
  await children.killAll()
  await receiver?.close()
  for (const table of ['AlertRule', 'Receiver', 'Node']) await test.db.pool.query(`DELETE FROM "${table}"`)
})

const startChild = () => children.start('alerts-child', [url, rig.folder()])

const told = () => receiver.received.map(({ body }) => JSON.parse(body) as AlertMessage & { id: string })
const keys = () => receiver.received.map(({ headers }) => headers['idempotency-key'])
const waiting = async () => (await test.db.pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM "AlertMessage" WHERE state <> 'sent'`)).rows[0]!.n

describe('several conductors', () => {
  it('tell each thing once', async () => {
    receiver = await startHttpReceiver((_, response) => response.end('ok'))
    await addRule({ kind: 'silent', forSeconds: 0 }, [await addReceiver(rig, receiver.url)])
    const locks = async () => (await test.db.pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'baseboard alerts' AND datname = current_database()`)).rows[0]!.n
    for (const count of [1, 2, 3]) {
      startChild()
      await until(async () => (await locks()) === count, 20_000, `${count} conductors`)
    }
    await addSilentNodes(test, ['n1', 'n2', 'n3'])
    await until(() => told().reduce((sum, { count }) => sum + count, 0) >= 3, 20_000, 'three nodes')
    await until(async () => (await waiting()) === 0, 10_000, 'an empty line')
    expect(new Set(keys()).size).toBe(keys().length)
    expect(told().flatMap(({ nodes }) => nodes).sort()).toEqual(['n1', 'n2', 'n3'])
  }, 90_000)
})

describe('kill -9 of the conductor that delivers', () => {
  it('in the middle of a message: the next one sends it again, under the same key', async () => {
    let isHeld = true
    receiver = await startHttpReceiver((_, response) => void (isHeld || response.end('ok')))
    await addRule({ kind: 'silent', forSeconds: 0 }, [await addReceiver(rig, receiver.url)])
    await addSilentNodes(test, ['n1'])
    const first = startChild()
    await until(() => receiver.received.length === 1, 20_000, 'the first try')
    const second = startChild()
    isHeld = false
    await kill(first)
    await until(() => receiver.received.length === 2, 20_000, 'the second try')
    await until(async () => (await waiting()) === 0, 10_000, 'an empty line')
    expect(keys()[1]).toBe(keys()[0])
    await kill(second)
  }, 60_000)

  it('at any moment, five times: nothing is lost, and each death repeats one message at most', async () => {
    receiver = await startHttpReceiver((_, response) => setTimeout(() => response.end('ok'), 15))
    await addRule({ kind: 'silent', forSeconds: 0 }, [await addReceiver(rig, receiver.url)])
    const names: string[] = []
    const next = async () => {
      const name = `n${names.length + 1}`
      names.push(name)
      await addSilentNodes(test, [name])
    }
    let child = startChild()
    for (let seed = 0; seed < 5; seed += 1) {
      const before = receiver.received.length
      await next()
      await until(() => receiver.received.length > before, 30_000, 'a message')
      // Somewhere in the messages that follow.
      const end = Date.now() + 20 + ((seed * 7_919 + 104_729) % 400)
      while (Date.now() < end) await next()
      await kill(child)
      child = startChild()
    }
    await until(async () => new Set(told().flatMap(({ nodes }) => nodes)).size === names.length && (await waiting()) === 0, 30_000, 'all of them')
    expect(keys().length - new Set(keys()).size).toBeLessThanOrEqual(5)
    const counts = new Map<string, Set<string>>()
    for (const { id, nodes } of told()) for (const node of nodes) counts.set(node, (counts.get(node) ?? new Set()).add(id))
    expect([...counts.values()].every((ids) => ids.size === 1)).toBe(true)
  }, 240_000)
})
