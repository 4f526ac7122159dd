import { beforeAll, describe, expect, it } from 'vitest'
import { nodesPatched } from '#lib/api/nodes-contract.ts'
import { prisma } from '#lib/db/client.ts'
import { verifyAudit } from '#lib/db/audit-verify.ts'
import { auditEntry } from '#lib/domain/audit.ts'
import { withDatabase } from '../database.ts'
import { addNode, bearer, call, withSite } from './fixture.ts'

const test = withDatabase()
const { tokens } = withSite()

const patch = (body: unknown, token = tokens.admin) => call('/api/nodes', { method: 'PATCH', headers: bearer(token), body })
const errorOf = async (answer: Response) => [answer.status, ((await answer.json()) as { code: string }).code]
const places = () => prisma().node.findMany({ select: { name: true, groups: true, tags: true, rack: true, protected: true }, orderBy: { name: 'asc' } })
const audited = async () =>
  (await prisma().audit.findMany({ where: { action: 'node-change' }, select: { body: true }, orderBy: { seq: 'asc' } })).map(({ body }) => auditEntry.parse(JSON.parse(body)))

beforeAll(async () => {
  for (const [index, name] of ['n1', 'n2', 'n3'].entries()) await addNode(tokens.admin, name, `10.4.0.${index + 1}`)
})

describe('PATCH /api/nodes', () => {
  it('changes many, by names or by range, with a row of the audit for each that it changed (checklist 51)', async () => {
    const first = await patch({ range: 'n[1-2]', addGroups: ['gpu', 'a'], rack: 'A1', protected: true })
    expect(nodesPatched.parse(await first.json())).toEqual({ changed: ['n1', 'n2'], unchanged: [] })
    const second = await patch({ names: ['n3', 'n1'], addGroups: ['gpu'], attributes: { os: 'debian' } })
    expect(nodesPatched.parse(await second.json())).toEqual({ changed: ['n3', 'n1'], unchanged: [] })
    const third = await patch({ range: 'gpu', addGroups: ['gpu'], removeGroups: ['a'] })
    expect(nodesPatched.parse(await third.json())).toEqual({ changed: ['n1', 'n2'], unchanged: ['n3'] })
    expect(await places()).toEqual([
      { name: 'n1', groups: ['gpu'], tags: [], rack: 'A1', protected: true },
      { name: 'n2', groups: ['gpu'], tags: [], rack: 'A1', protected: true },
      { name: 'n3', groups: ['gpu'], tags: [], rack: null, protected: false },
    ])
    const rows = await audited()
    expect(rows.map(({ node }) => node)).toEqual(['n1', 'n2', 'n3', 'n1', 'n1', 'n2'])
    expect(new Set(rows.map(({ requestId }) => requestId)).size).toBe(3)
    expect(rows.every(({ outcome }) => outcome === 'ok')).toBe(true)
  })

  it.each([
    ['a name that is not there', { names: ['n1', 'n9'], rack: 'X' }, [404, 'unknown-node']],
    ['a range with one that is not there', { range: 'n[1-4]', rack: 'X' }, [404, 'unknown-node']],
    ['both ways of naming', { names: ['n1'], range: 'n1', rack: 'X' }, [400, 'invalid']],
    ['neither', { rack: 'X' }, [400, 'invalid']],
    ['a group that no range can name', { range: 'n1', addGroups: ['a,b'] }, [400, 'invalid']],
    ['nothing to change', { range: 'n1' }, [400, 'invalid']],
    ['more groups than a node has', { range: '*', addGroups: Array.from({ length: 64 }, (_, index) => `g${index}`) }, [422, 'too-many']],
  ])('refuses %s, and changes none', async (_, body, expected) => {
    const before = [await places(), await audited()]
    expect(await errorOf(await patch(body))).toEqual(expected)
    expect([await places(), await audited()]).toEqual(before)
  })

  it('is for administrators, and who tried stands in the audit (checklist 24)', async () => {
    expect(await errorOf(await patch({ range: 'n1', protected: false }, tokens.operator))).toEqual([403, 'forbidden'])
    expect(await prisma().audit.findFirst({ orderBy: { seq: 'desc' }, select: { actor: true, outcome: true } })).toEqual({ actor: 'operator', outcome: 'refused' })
  })

  it('is one change when two come at once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, (_, index) => patch({ names: index % 2 === 0 ? ['n1', 'n2', 'n3'] : ['n3', 'n2', 'n1'], addTags: [`t${index}`] })))
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200))
    expect((await places()).every(({ tags }) => tags.length === 8)).toBe(true)
    expect(await verifyAudit(test.db)).toMatchObject({ fine: true })
  })
})
