import { beforeAll, describe, expect, it } from 'vitest'
import { stepList } from '#lib/api/contract.ts'
import { operationDetail, operationNodes } from '#lib/domain/operation-detail.ts'
import { prisma } from '#lib/db/client.ts'
import { withDatabase } from '../database.ts'
import { addNode, bearer, call, withSite } from './fixture.ts'

const test = withDatabase()
const { tokens } = withSite()

const names = Array.from({ length: 12 }, (_, n) => `n${n + 1}`)
const ask = async (path: string, body: unknown) => {
  const answer = await call(path, { method: 'POST', headers: bearer(tokens.operator), body })
  expect(answer.status).toBe(202)
  return ((await answer.json()) as { id: string }).id
}
const read = async (path: string) => (await call(path, { headers: bearer(tokens.viewer) })).json()
const steps = async (query: string) => stepList.parse(await read(`/api/operations/${id}/steps?${query}`))
const named = async (query: string) => (await steps(query)).steps.map(({ node }) => node)
let id = ''

/** Plays the conductor: the rows that it would have written. */
const write = (sql: string, values: unknown[] = [id]) => test.db.pool.query(sql, values)

beforeAll(async () => {
  for (const [at, name] of names.entries()) expect((await addNode(tokens.admin, name, `10.4.0.${at + 1}`)).status).toBe(201)
  id = await ask('/api/operations', { kind: 'power', action: 'ForceOff', range: 'n[1-12]', limits: { atOnce: 4, pauseSeconds: 5 } })
  await write(`UPDATE "Step" SET batch = position / 4 + 1, "releasedAt" = now() WHERE "operationId" = $1 AND position < 8`)
  await write(`UPDATE "Operation" SET batch = 2 WHERE id = $1`)
  await write(`UPDATE "Step" SET state = 'verified', "endedAt" = now() WHERE "operationId" = $1 AND position < 4`)
  await write(`UPDATE "Step" SET state = 'failed', "endedAt" = now() WHERE "operationId" = $1 AND position IN (4, 5)`)
  await write(`UPDATE "Step" SET state = 'sent' WHERE "operationId" = $1 AND position IN (6, 7)`)
})

describe('an operation on its own page', () => {
  it('tells who asked from where, and its newest batches', async () => {
    const operation = operationDetail.parse(await read(`/api/operations/${id}`))
    expect(operation).toMatchObject({ by: 'operator', byKind: 'token', ip: '192.0.2.1', requestId: expect.any(String), retries: [], batch: 2 })
    expect(operation.batches).toMatchObject([
      { number: 1, counts: { verified: 4 }, endedAt: expect.any(String) },
      { number: 2, counts: { failed: 2, sent: 2 }, endedAt: null },
    ])
  })

  it('gives any place of its steps, with how many there are', async () => {
    expect(await steps('order=interest&offset=1&limit=2')).toMatchObject({ total: 12, steps: [{ node: 'n6', state: 'failed' }, { node: 'n7', state: 'sent' }] })
    expect(await steps('offset=40')).toMatchObject({ total: 12, steps: [] })
    expect(await steps('state=failed,sent&limit=1')).toMatchObject({ total: 4, steps: [{ node: 'n5' }] })
    expect(await named('batch=2')).toEqual(['n5', 'n6', 'n7', 'n8'])
  })

  it('finds steps by names, ranges of names, and parts of names', async () => {
    expect(await named('q=n12')).toEqual(['n12'])
    expect(await named('q=1')).toEqual(['n1', 'n10', 'n11', 'n12'])
    expect(await named('q=n[2-3],n[11,99]')).toEqual(['n2', 'n3', 'n11'])
    expect(await named('q=N5 n[1]')).toEqual(['n1', 'n5'])
    expect(await named('q=%25')).toEqual([])
    expect(await named('q=n[x]')).toEqual([])
    expect((await named('q=n[1')).length, 'while it is typed').toBe(12)
    expect((await named('q=')).length).toBe(12)
  })

  it('goes on from where a page ended, in the same order', async () => {
    const first = await steps('order=interest&limit=5')
    const rest = await steps(`order=interest&limit=20&after=${first.next}`)
    expect([...first.steps, ...rest.steps].map(({ node }) => node)).toEqual(['n5', 'n6', 'n7', 'n8', 'n9', 'n10', 'n11', 'n12', 'n1', 'n2', 'n3', 'n4'])
    expect(rest).toMatchObject({ next: null, total: 12 })
  })

  it('has its nodes folded by state, with those that cannot be asked for again', async () => {
    await write(`UPDATE "Step" SET state = 'aborted', "endedAt" = now() WHERE "operationId" = $1 AND state IN ('queued', 'sent')`)
    await write(`UPDATE "Operation" SET state = 'aborted', "finishedAt" = now() WHERE id = $1`)
    const retry = await ask(`/api/operations/${id}/retry`, { states: ['failed'], nodes: ['n5'] })
    await prisma().node.delete({ where: { name: 'n12' } })
    const { states } = operationNodes.parse(await read(`/api/operations/${id}/nodes`))
    expect(states).toEqual([
      { state: 'verified', count: 4, range: 'n[1-4]', again: 0, gone: 0 },
      { state: 'failed', count: 2, range: 'n[5-6]', again: 1, gone: 0 },
      { state: 'aborted', count: 6, range: 'n[7-12]', again: 0, gone: 1 },
    ])
    const operation = operationDetail.parse(await read(`/api/operations/${id}`))
    expect(operation.retries).toMatchObject([{ id: retry, by: 'operator', nodes: 'n5' }])
    expect(operationDetail.parse(await read(`/api/operations/${retry}`))).toMatchObject({ retryOf: id })
  })

  it.each(['offset=-1', 'offset=x', 'batch=0', 'order=random', `q=${'n'.repeat(1001)}`, 'state=done'])('refuses steps?%s', async (query) => {
    expect((await call(`/api/operations/${id}/steps?${query}`, { headers: bearer(tokens.viewer) })).status).toBe(400)
  })
})
