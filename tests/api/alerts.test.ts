import { beforeAll, describe, expect, it } from 'vitest'
import { openDatabase, prisma, useDatabase } from '#lib/db/client.ts'
import type { AlertList } from '#lib/api/alerts-contract.ts'
import type { AlertRule } from '#lib/domain/alert-rule.ts'
import type { Node } from '#lib/domain/node.ts'
import type { Receiver } from '#lib/domain/receiver.ts'
import { withDatabase } from '../database.ts'
import { addNode, bearer, call, withSite } from './fixture.ts'

const test = withDatabase()
const { tokens } = withSite()

/** Under the role of web, so that a missing right shows here. */
beforeAll(async () => {
  for (const [index, name] of ['n1', 'n2', 'n3'].entries()) await addNode(tokens.admin, name, `10.4.0.${index + 10}`)
  const web = openDatabase((await test.roles()).web)
  useDatabase(web)
  return () => web.close()
})

const ask = (method: string, path: string, body?: unknown, role: 'admin' | 'operator' | 'viewer' = 'admin') => call(path, { method, headers: bearer(tokens[role]), body })
const said = async (answer: Response) => [answer.status, ((await answer.json()) as { code?: string; field?: string }).code]
const audited = async (action: string) => (await prisma().audit.findMany({ where: { action, outcome: 'ok' }, orderBy: { seq: 'asc' } })).map(({ body }) => JSON.parse(body) as { node: string | null; target: string | null; detail: Record<string, unknown> })

const rule = { name: 'BMC silent', range: 'n[1-3]', condition: { kind: 'silent', forSeconds: 60 }, level: 'warning' }
const slack = { kind: 'slack', name: 'ops', language: 'zh-CN', url: 'https://hooks.slack.com/services/T0/B0/secret' }
const server = { host: 'mail.example.org', port: 587, security: 'starttls', username: 'bb', from: 'bb@example.org', to: ['ada@example.org'] }

describe('rules', () => {
  it('are made, changed and removed, each with its row in the audit', async () => {
    const made = await ask('POST', '/api/alert-rules', rule)
    const one = (await made.json()) as AlertRule
    expect([made.status, one]).toEqual([201, { ...rule, id: expect.any(String), isOn: true, receivers: [], repeatSeconds: 14400, tellsOver: true }])
    const changed = await ask('PATCH', `/api/alert-rules/${one.id}`, { isOn: false, range: 'n1,gpu[1-4]' })
    expect(await changed.json()).toMatchObject({ isOn: false, range: 'n1,gpu[1-4]', level: 'warning' })
    expect(await (await ask('GET', '/api/alert-rules', undefined, 'viewer')).json()).toMatchObject({ rules: [{ name: 'BMC silent' }] })
    expect(await said(await ask('POST', '/api/alert-rules', rule))).toEqual([409, 'name-taken'])
    expect((await ask('DELETE', `/api/alert-rules/${one.id}`)).status).toBe(204)
    expect(await said(await ask('PATCH', `/api/alert-rules/${one.id}`, { isOn: true }))).toEqual([404, 'unknown-rule'])
    expect([await audited('alert-rule-create'), await audited('alert-rule-change'), await audited('alert-rule-remove')].map((rows) => rows.map(({ target }) => target))).toEqual([['BMC silent'], ['BMC silent'], ['BMC silent']])
  })

  it('that was switched off and on watches from then', async () => {
    const { id } = (await (await ask('POST', '/api/alert-rules', { ...rule, name: 'off and on', isOn: false })).json()) as AlertRule
    await test.db.pool.query(`UPDATE "AlertRule" SET since = '2020-01-01' WHERE id = $1`, [id])
    const since = async () => (await prisma().alertRule.findUniqueOrThrow({ where: { id } })).since.getTime()
    await ask('PATCH', `/api/alert-rules/${id}`, { level: 'critical' })
    expect(await since()).toBe(Date.parse('2020-01-01'))
    await ask('PATCH', `/api/alert-rules/${id}`, { isOn: true })
    expect(Date.now() - (await since())).toBeLessThan(60_000)
  })

  it.each([
    ['a range that does not parse', { range: 'n[1-' }, 'range'],
    ['a sensor that nothing names', { condition: { kind: 'sensor', sensor: null, name: null, is: 'over', value: 1, forSeconds: 0 } }, 'condition.name'],
    ['a condition with a field of another', { condition: { kind: 'silent', forSeconds: 1, level: 'critical' } }, 'condition.level'],
    ['a value that is none', { condition: { kind: 'sensor', sensor: 'fan', name: null, is: 'over', value: '1', forSeconds: 0 } }, 'condition.value'],
    ['a receiver that is not there', { receivers: ['00000000-0000-4000-8000-000000000000'] }, 'receivers'],
    ['a repetition every second', { repeatSeconds: 1 }, 'repeatSeconds'],
  ])('%s is refused by name', async (_, changes, field) => {
    const answer = await ask('POST', '/api/alert-rules', { ...rule, name: 'bad', ...changes })
    expect([answer.status, ((await answer.json()) as { field: string }).field]).toEqual([400, field])
  })
})

describe('receivers', () => {
  it('are told of by host, never by address, and are not for viewers and operators', async () => {
    const made = await ask('POST', '/api/receivers', slack)
    const one = (await made.json()) as Receiver
    expect([made.status, one]).toEqual([
      201,
      { id: expect.any(String), name: 'ops', kind: 'slack', language: 'zh-CN', host: 'hooks.slack.com', isPlain: false, isSigned: false, mail: null, site: 'http://127.0.0.1:3000', isReady: false, deliveredAt: null, failedAt: null, failure: null, nextTryAt: null, waiting: 0 },
    ])
    for (const role of ['viewer', 'operator'] as const) expect((await ask('GET', '/api/receivers', undefined, role)).status).toBe(403)
    expect((await ask('POST', `/api/receivers/${one.id}/test`)).status).toBe(202)
    expect(await said(await ask('POST', `/api/receivers/${one.id}/test`))).toEqual([409, 'test-waits'])
    const tells = (await (await ask('POST', '/api/alert-rules', { ...rule, name: 'tells', receivers: [one.id, one.id] })).json()) as AlertRule
    expect(tells.receivers).toEqual([one.id])
    expect((await ask('DELETE', `/api/receivers/${one.id}`)).status).toBe(204)
    expect((await prisma().alertRule.findUniqueOrThrow({ where: { id: tells.id } })).receivers).toEqual([])
    expect((await audited('receiver-create'))[0]!.detail).toEqual({ kind: 'slack', isPlain: false, host: 'hooks.slack.com', isSigned: false, mail: null, secret: 'new', name: 'ops', language: 'zh-CN', site: 'http://127.0.0.1:3000' })
  })

  it.each([
    ['http without leave', { ...slack, url: 'http://hooks.slack.com/x' }, 'url'],
    ['no address', { ...slack, url: 'slack' }, 'url'],
    ['another scheme', { ...slack, url: 'file:///etc/passwd', isPlain: true }, 'url'],
    ['a password in the address', { ...slack, url: 'https://u:p@hooks.slack.com/x' }, 'url'],
    ['a signature that Slack does not have', { ...slack, secret: 'x' }, 'secret'],
    ['mail without TLS', { kind: 'email', name: 'm', language: 'en', mail: { ...server, security: 'none' }, password: 'p' }, 'mail.security'],
    ['a user without a password', { kind: 'email', name: 'm', language: 'en', mail: server }, 'password'],
    ['a password without a user', { kind: 'email', name: 'm', language: 'en', mail: { ...server, username: null }, password: 'p' }, 'mail.username'],
    ['a header in an address', { kind: 'email', name: 'm', language: 'en', mail: { ...server, to: ['a@b\r\nBcc: c@d'] }, password: 'p' }, 'mail.to.0'],
    ['a site with a path', { ...slack, site: 'https://b/alerts' }, 'site'],
  ])('%s is refused by name', async (_, body, field) => {
    const answer = await ask('POST', '/api/receivers', body)
    expect([answer.status, ((await answer.json()) as { field: string }).field]).toEqual([400, field])
  })

  it('another server, user or leave needs the secret again; other people do not', async () => {
    const { id } = (await (await ask('POST', '/api/receivers', { kind: 'email', name: 'mail', language: 'en', mail: server, password: 'p' })).json()) as Receiver
    const waiting = () => test.db.prisma.receiverInbox.count({ where: { receiverId: id } })
    const patch = (body: unknown) => ask('PATCH', `/api/receivers/${id}`, body)
    expect((await patch({ mail: { ...server, to: ['bob@example.org'] }, name: 'post' })).status).toBe(200)
    expect(await waiting()).toBe(1)
    for (const mail of [{ ...server, host: 'evil.example.org' }, { ...server, port: 25 }, { ...server, username: 'x' }]) expect(await said(await patch({ mail }))).toEqual([422, 'secret-needed'])
    expect(await said(await patch({ isPlain: true }))).toEqual([422, 'secret-needed'])
    expect(await said(await patch({ url: 'https://x' }))).toEqual([400, 'invalid'])
    expect(await (await patch({ mail: { ...server, host: 'mail2.example.org' }, password: 'q' })).json()).toMatchObject({ host: 'mail2.example.org', mail: { host: 'mail2.example.org' } })
    expect(await waiting()).toBe(2)
    const hook = (await (await ask('POST', '/api/receivers', { ...slack, name: 'hook' })).json()) as Receiver
    expect(await said(await ask('PATCH', `/api/receivers/${hook.id}`, { isPlain: true }))).toEqual([422, 'secret-needed'])
    expect((await ask('PATCH', `/api/receivers/${hook.id}`, { language: 'en', site: 'https://b.example.org' })).status).toBe(200)
  })
})

describe('silences', () => {
  const soon = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()

  it('are for operators, by a noderange, with a reason and an end', async () => {
    expect((await ask('POST', '/api/silences', { range: 'n1', reason: 'r', until: soon(1) }, 'viewer')).status).toBe(403)
    const made = await ask('POST', '/api/silences', { range: 'n[1-2]', reason: 'new fans', until: soon(2) }, 'operator')
    const one = (await made.json()) as { id: string }
    expect([made.status, one]).toEqual([201, expect.objectContaining({ range: 'n[1-2]', reason: 'new fans', by: 'operator' })])
    expect(await (await ask('GET', '/api/silences', undefined, 'viewer')).json()).toMatchObject({ silences: [{ id: one.id }] })
    expect((await ask('DELETE', `/api/silences/${one.id}`, undefined, 'operator')).status).toBe(204)
    expect(await said(await ask('DELETE', `/api/silences/${one.id}`))).toEqual([404, 'unknown-silence'])
    expect([(await audited('silence-create'))[0], (await audited('silence-end'))[0]]).toMatchObject([{ target: 'n[1-2]', detail: { reason: 'new fans', nodes: 'n[1-2]' } }, { target: 'n[1-2]' }])
  })

  it.each([
    ['a name that is not there', { range: 'n1,n9' }, [404, 'unknown-node']],
    ['nothing', { range: ' ' }, [400, 'invalid']],
    ['yesterday', { until: soon(-1) }, [400, 'invalid']],
    ['for ever', { until: soon(24 * 400) }, [400, 'invalid']],
  ])('not of %s', async (_, changes, expected) => {
    expect(await said(await ask('POST', '/api/silences', { range: 'n1', reason: 'r', until: soon(1), ...changes }))).toEqual(expected)
  })
})

describe('maintenance', () => {
  const nodes = async () => ((await (await ask('GET', '/api/nodes?range=maintenance=yes', undefined, 'viewer')).json()) as { nodes: Node[] }).nodes

  it('is shown with who, when and why, can be named by a noderange, and leaves power possible', async () => {
    expect((await ask('POST', '/api/maintenance', { range: 'n[1-2]', reason: 'new fans' }, 'viewer')).status).toBe(403)
    expect(await (await ask('POST', '/api/maintenance', { range: 'n[1-2]', reason: 'new fans' }, 'operator')).json()).toEqual({ changed: ['n1', 'n2'], unchanged: [] })
    expect((await nodes()).map(({ name, maintenance }) => [name, maintenance])).toEqual(['n1', 'n2'].map((name) => [name, { reason: 'new fans', by: 'operator', at: expect.any(String) }]))
    expect((await ask('POST', '/api/operations', { kind: 'power', action: 'On', nodes: ['n1'] }, 'operator')).status).toBe(202)
    expect(await (await ask('POST', '/api/maintenance', { names: ['n2', 'n3'], reason: 'new fans' }, 'operator')).json()).toEqual({ changed: ['n3'], unchanged: ['n2'] })
    expect(await (await ask('POST', '/api/maintenance/end', { range: '*' }, 'operator')).json()).toEqual({ changed: ['n1', 'n2', 'n3'], unchanged: [] })
    expect(await nodes()).toEqual([])
    expect((await audited('maintenance-begin')).map(({ node }) => node)).toEqual(['n1', 'n2', 'n3'])
  })

  it('one name that is not there changes nothing', async () => {
    expect(await said(await ask('POST', '/api/maintenance', { names: ['n1', 'n9'], reason: 'r' }))).toEqual([404, 'unknown-node'])
    expect(await said(await ask('POST', '/api/maintenance', { reason: 'r' }))).toEqual([400, 'invalid'])
    expect(await nodes()).toEqual([])
  })
})

describe('what fires', () => {
  it('is listed the worst first, and counted', async () => {
    const ids = []
    for (const [name, level] of [['warns', 'warning'], ['shouts', 'critical']] as const) ids.push(((await (await ask('POST', '/api/alert-rules', { ...rule, name, level })).json()) as AlertRule).id)
    const evidence = JSON.stringify({ kind: 'silent', failure: 'unreachable', address: '10.4.0.10:623', seenAt: null })
    const put = (ruleId: string, subject: string, state: string, quiet: string | null) =>
      test.db.pool.query(`INSERT INTO "Alert" ("ruleId", subject, node, state, since, told, quiet, evidence) VALUES ($1, $2, $2, $3, now(), 'nothing', $4, $5)`, [ruleId, subject, state, quiet, evidence])
    await put(ids[0]!, 'n1', 'firing', null)
    await put(ids[1]!, 'n2', 'firing', 'maintenance')
    await put(ids[1]!, 'n3', 'pending', null)
    await put(ids[0]!, 'n4', 'over', null)
    const list = (await (await ask('GET', '/api/alerts', undefined, 'viewer')).json()) as AlertList
    expect(list.firing.map(({ rule: { name }, node, quiet }) => [name, node, quiet])).toEqual([['shouts', 'n2', 'maintenance'], ['warns', 'n1', null]])
    expect(list).toMatchObject({ total: 2, pending: 1, over: [{ node: 'n4' }], lookedAt: null })
    // The critical one is quiet.
    expect(await (await ask('GET', '/api/alerts/count', undefined, 'viewer')).json()).toEqual({ firing: 2, quiet: 1, level: 'warning' })
  })
})
