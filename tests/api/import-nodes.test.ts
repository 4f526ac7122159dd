import { beforeEach, describe, expect, it } from 'vitest'
import { nodePlan, type NodePlan } from '#lib/api/nodes-contract.ts'
import { prisma } from '#lib/db/client.ts'
import { withDatabase } from '../database.ts'
import { bearer, call, withSite } from './fixture.ts'

withDatabase()
const { tokens } = withSite()

const admin = () => bearer(tokens.admin)
const post = (path: string, body: unknown, token = tokens.admin) => call(path, { method: 'POST', headers: bearer(token), body })
const imported = (body: unknown) => planned('/api/node-imports', body)
const planned = async (path: string, body: unknown): Promise<NodePlan> => {
  const answer = await post(path, body)
  if (answer.status !== 200) throw new Error(await answer.text())
  return nodePlan.parse(await answer.json())
}
const errorOf = async (answer: Response) => [answer.status, ((await answer.json()) as { message: string }).message]
const stored = () => prisma().node.findMany({ orderBy: { name: 'asc' }, include: { endpoints: { orderBy: { protocol: 'asc' } } } })
const told = async () =>
  (await stored()).map(({ name, address, protocol, groups, tags, rack, position, attributes, protected: shield, endpoints }) => {
    const ports = endpoints.map(({ protocol: of, port }) => [of, port])
    return { name, address, protocol, groups, tags, rack, position, attributes, shield, ports }
  })
const counts = async () => [await prisma().node.count(), await prisma().credentialInbox.count(), await prisma().audit.count()]
const password = 'canary-bmc-password'

const table = `name,address,user,password,groups,tags,rack,position,protected,attr.os
n1,10.4.1.1,ADMIN,${password},gpu;a,spare,A1,12,yes,debian
n2,n2-ipmi.example.org,ADMIN,${password},gpu,,A1,13,no,
`

beforeEach(async () => {
  await prisma().node.deleteMany()
})

describe('an import', () => {
  it('says in a dry run what it would do, and does nothing', async () => {
    const before = await counts()
    const plan = await imported({ csv: table, dryRun: true })
    expect(plan).toMatchObject({ isDryRun: true, counts: { add: 2, change: 0, same: 0, skip: 0, bad: 0 } })
    expect(await counts()).toEqual(before)
  })

  it('adds what is new, changes what is there by its name, and leaves alone what is the same', async () => {
    await imported({ csv: table })
    expect(await stored()).toMatchObject([
      { name: 'n1', address: '10.4.1.1', protocol: 'auto', groups: ['gpu', 'a'], tags: ['spare'], rack: 'A1', position: 12, protected: true, attributes: { os: 'debian' }, endpoints: [{ port: 623 }, { port: 443 }] },
      { name: 'n2', address: 'n2-ipmi.example.org', attributes: {} },
    ])
    const again = await imported({ csv: 'name,rack,attr.os,attr.owner\nn1,A1,debian,\nn2,B2,,hpc\nn3,,,' , dryRun: true })
    expect(again.lines.map(({ name, verdict, fields }) => [name, verdict, fields])).toEqual([
      ['n1', 'same', []],
      ['n2', 'change', ['rack', 'attributes']],
      ['n3', 'bad', []],
    ])
    await imported({ csv: 'name,rack,attr.os,attr.owner\nn1,A1,,\nn2,B2,,hpc' })
    expect(await stored()).toMatchObject([{ rack: 'A1', groups: ['gpu', 'a'], attributes: {} }, { rack: 'B2', attributes: { owner: 'hpc' } }])
    expect(await prisma().credentialInbox.count()).toBe(2)
  })

  it('names every bad line: its number, its column, and what to do', async () => {
    const csv = [
      'name;address;user;password;position;protocol;ipmi_port;groups;protected',
      'N_1;10.4.1.1;u;p;;;;;',
      'n2;10.9.1.1;u;p;;;;;',
      'n3;10.4.1.3;u;;;;;;',
      'n4;10.4.1.4;u;p;200;telnet;70000;a,b;maybe',
      'n5;10.4.1.5;u;p;;;;;',
      'n5;10.4.1.6;u;p;;;;;',
      'n7;10.4.1.5;u;p;;;;;',
      'n8;0x7f.1;u;p;;;;;',
      ';10.4.1.9;u;p;;;;;;x',
      'n10;127.0.0.1;u;p;;;;;',
      'n11;;u;p;;;;;',
      'n12;10.4.1.12;;p;;;;;',
      `n13;10.4.1.13;u;${'x'.repeat(21)};;ipmi;;;`,
    ].join('\n')
    const plan = await imported({ csv, dryRun: true })
    const problems = plan.lines.flatMap(({ line, problems: all }) => all.map(({ column, code, other }) => [line, column, code, other]))
    expect(problems).toEqual([
      [2, 'name', 'name', null],
      [3, 'address', 'outside-networks', null],
      [4, 'password', 'password-needed', null],
      [5, 'protocol', 'protocol', null],
      [5, 'ipmi_port', 'ipmi_port', null],
      [5, 'groups', 'groups', null],
      [5, 'position', 'position', null],
      [5, 'protected', 'protected', null],
      [7, 'name', 'name-twice', '6'],
      [8, 'address', 'address-taken', 'n5'],
      [9, 'address', 'address', null],
      [10, 'name', 'name', null],
      [10, '', 'too-many-cells', null],
      [11, 'address', 'outside-networks', null],
      [12, 'address', 'address-needed', null],
      [13, 'user', 'user-needed', null],
      [14, 'password', 'ipmi-limit', null],
    ])
    expect(plan.counts).toEqual({ add: 1, change: 0, same: 0, skip: 0, bad: 12 })
    const before = await counts()
    const [status, message] = await errorOf(await post('/api/node-imports', { csv }))
    expect([status, message]).toEqual([422, expect.stringMatching(/^nothing was done: line 2, name: a node name is a DNS label.* \(12 lines are bad/)])
    expect(await counts()).toEqual(before)
    expect((await imported({ csv, skipBad: true })).counts.add).toBe(1)
    expect((await stored()).map(({ name }) => name)).toEqual(['n5'])
  })

  it.each([
    ['name,adress\nn1,10.4.1.1', 'csv: line 1: no column is called "adress": leave it out, or call it attr.adress to keep it as an attribute'],
    ['address\n10.4.1.1', 'csv: line 1: no column is called name'],
    ['name,address,bmc\nn1,1,2', 'csv: line 1: the column "bmc" is there twice'],
    ['name\n"n1', 'csv: line 2: a quotation mark is never closed'],
    ['name\n', 'csv: line 2: there is no node: the first line names the columns, each line after it is a node'],
    [`name\n${'n\n'.repeat(10_001)}`, 'csv: line 10002: there are 10001 nodes, at most 10000 are read at once'],
  ])('refuses what is no table: %.30j', async (csv, message) => {
    expect(await errorOf(await post('/api/node-imports', { csv, dryRun: true }))).toEqual([400, message])
  })

  it('takes the nodes of an export as JSON, and refuses what no node has (checklist 37)', async () => {
    const plan = await imported({ nodes: [{ name: 'n1', id: 'x' }, 7, { name: 'n2', bmc: { address: '10.4.1.2', ports: { ipmi: 'x' }, pin: null } }], dryRun: true })
    expect(plan.lines.map(({ line, problems }) => [line, problems.map(({ column, code }) => `${column} ${code}`)])).toEqual([
      [1, ['id unknown-field']],
      [2, [' ']],
      [3, ['ipmi_port ipmi_port', 'bmc.pin unknown-field']],
    ])
  })

  it('gives one password to those that need one and bring none', async () => {
    const credential = { username: 'root', password }
    await imported({ csv: 'name,address,user\nn1,10.4.1.1,ADMIN\nn2,10.4.1.2,', credential })
    expect((await prisma().credentialInbox.findMany({ select: { username: true }, orderBy: { username: 'asc' } })).map(({ username }) => username)).toEqual(['ADMIN', 'root'])
    const moved = await imported({ csv: 'name,address,rack\nn1,10.4.1.1,A1\nn2,10.4.1.9,A1', credential, dryRun: true })
    expect(moved.lines.map(({ fields }) => fields)).toEqual([['rack'], ['address', 'password', 'rack']])
    const without = await imported({ csv: 'name,address\nn2,10.4.1.9', dryRun: true })
    expect(without.lines[0]).toMatchObject({ verdict: 'bad', problems: [{ column: 'password', code: 'password-needed' }] })
  })

  it('lets two nodes change places, and probes those that moved anew', async () => {
    await imported({ csv: table.replace('n2-ipmi.example.org', '10.4.1.2') })
    await prisma().nodeStatus.updateMany({ data: { bmcState: 'ok' } })
    await prisma().node.updateMany({ data: { pin: 'a'.repeat(64) } })
    const plan = await imported({ csv: 'name,address\nn1,10.4.1.2\nn2,10.4.1.1', credential: { password } })
    expect(plan.counts).toMatchObject({ change: 2, bad: 0 })
    expect(await stored()).toMatchObject([{ address: '10.4.1.2', pin: null }, { address: '10.4.1.1', pin: null }])
    expect(await prisma().nodeStatus.count({ where: { bmcState: 'probing' } })).toBe(2)
  })

  it('writes a row of the audit for each node that it adds or changes, without a secret (checklist 44, 51)', async () => {
    await prisma().node.deleteMany()
    const from = await prisma().audit.count()
    await imported({ csv: table })
    await imported({ csv: 'name,rack,password\nn1,A1,\nn2,Z,other-secret' })
    const rows = await prisma().audit.findMany({ orderBy: { seq: 'asc' }, skip: from, select: { action: true, node: true, body: true } })
    expect(rows.map(({ action, node }) => [action, node])).toEqual([['node-create', 'n1'], ['node-create', 'n2'], ['node-change', 'n2']])
    expect(JSON.parse(rows[2]!.body).detail).toEqual({ rack: 'Z', bmc: { username: 'ADMIN', password: 'new' } })
    expect(JSON.stringify(rows.map(({ body }) => body))).not.toMatch(/canary|other-secret/)
  })

  it('is whole or not at all when it is cut off in the middle', async () => {
    await prisma().$executeRawUnsafe('ALTER TABLE "CredentialInbox" RENAME TO "Away"')
    const before = [await prisma().node.count(), await prisma().audit.count()]
    const answer = await post('/api/node-imports', { csv: table })
    await prisma().$executeRawUnsafe('ALTER TABLE "Away" RENAME TO "CredentialInbox"')
    expect(answer.status).toBe(500)
    expect([await prisma().node.count(), await prisma().audit.count()]).toEqual(before)
  })

  it('is for administrators', async () => {
    for (const path of ['/api/node-imports', '/api/node-ranges']) {
      expect((await post(path, path.includes('range') ? { names: 'n1', address: '10.4.1.1', username: 'u', password: 'p' } : { csv: table }, tokens.operator)).status).toBe(403)
    }
  })
})

describe('export and import', () => {
  const odd = {
    name: 'n3',
    bmc: { address: '10.4.1.3', protocol: 'redfish', ports: { redfish: 8443, ssh: 2222 }, username: '=cmd', password: 'p' },
    groups: ['+g', 'ü'],
    tags: ['=1+1', 'a;b\\c', '@x', "it's \"quoted\""],
    rack: '-r',
    position: 0,
    attributes: { '=key': '=HYPERLINK("x")', empty: '', lines: 'a\nb', quote: "'=x" },
    protected: true,
  }
  beforeEach(async () => {
    await imported({ csv: table })
    await imported({ nodes: [odd] })
  })

  it.each(['csv', 'json'])('as %s are the same in both directions, and change nothing', async (format) => {
    const before = await stored()
    const answer = await call(`/api/node-exports?format=${format}`, { headers: bearer(tokens.viewer) })
    expect(answer.status).toBe(200)
    const plan = await imported(format === 'csv' ? { csv: await answer.text() } : await answer.json())
    expect(plan.lines.flatMap(({ problems, fields }) => [...problems, ...fields])).toEqual([])
    expect(plan.counts).toEqual({ add: 0, change: 0, same: 3, skip: 0, bad: 0 })
    expect(await stored()).toEqual(before)
    await prisma().node.deleteMany()
    const text = await (await call(`/api/node-exports?format=csv`, { headers: admin() })).text()
    expect(text.split('\r\n')).toHaveLength(2)
  })

  it('bring all back but the passwords, where the nodes were removed', async () => {
    const before = await told()
    const csv = await (await call('/api/node-exports?format=csv', { headers: admin() })).text()
    await prisma().node.deleteMany()
    await imported({ csv, credential: { password } })
    const after = await told()
    // An empty attribute is an empty cell, and an empty cell is no attribute.
    expect(after).toEqual(before.map((node) => (node.name === 'n3' ? { ...node, attributes: Object.fromEntries(Object.entries(odd.attributes).filter(([, value]) => value !== '')) } : node)))
  })

  it('never carry a password, nor a cell that a spreadsheet would run (checklist 26, 38)', async () => {
    for (const format of ['csv', 'json']) {
      const text = await (await call(`/api/node-exports?format=${format}`, { headers: admin() })).text()
      expect(text).toContain('ADMIN')
      expect(text).not.toMatch(/canary|password/i)
      if (format === 'csv') expect(text).not.toMatch(/(^|,|\n)"?[=+\-@\t]/)
    }
  })

  it('take a noderange', async () => {
    const { nodes } = (await (await call('/api/node-exports?range=gpu,-n2', { headers: admin() })).json()) as { nodes: { name: string }[] }
    expect(nodes.map(({ name }) => name)).toEqual(['n1'])
  })
})

describe('a range', () => {
  const range = { names: 'r[1-2]u[01-02]', address: '10.4.{1}.{2+100}', username: 'ADMIN', password, groups: ['new'], rack: 'r{1}', position: '{2}' }
  it('adds a cluster with templates, and leaves alone what is there', async () => {
    await imported({ csv: 'name,address,user,password\nr1u02,10.4.1.50,u,p' })
    const dry = await planned('/api/node-ranges', { ...range, dryRun: true })
    expect(dry.lines.map(({ name, address, verdict }) => [name, address, verdict])).toEqual([
      ['r1u01', '10.4.1.101', 'add'],
      ['r1u02', '10.4.1.50', 'skip'],
      ['r2u01', '10.4.2.101', 'add'],
      ['r2u02', '10.4.2.102', 'add'],
    ])
    expect(await prisma().node.count()).toBe(1)
    expect((await post('/api/node-ranges', range)).status).toBe(200)
    expect(await stored()).toMatchObject([
      { name: 'r1u01', address: '10.4.1.101', rack: 'r1', position: 1, groups: ['new'] },
      { name: 'r1u02', address: '10.4.1.50', rack: null },
      { name: 'r2u01', rack: 'r2', position: 1 },
      { name: 'r2u02', address: '10.4.2.102', position: 2 },
    ])
  })

  it.each([
    [{ names: 'n[1-' }, 'names: a bracket is not closed in: n[1-'],
    [{ names: 'n[1-10001]' }, 'names: more than 10000 nodes are in: n[1-10001]'],
    [{ names: 'n[1-4]', address: '10.4.0.[1-3]' }, 'address: there are not as many addresses as names in: 10.4.0.[1-3]'],
  ])('refuses %j', async (part, message) => {
    expect(await errorOf(await post('/api/node-ranges', { ...range, ...part }))).toEqual([400, message])
  })

  it('names the lines that its templates do not fit', async () => {
    const dry = await planned('/api/node-ranges', { ...range, names: 'n1,n200,root', address: '10.4.9.{1}', position: '{1}', dryRun: true })
    expect(dry.lines.map(({ problems }) => problems.map(({ column, code }) => [column, code]))).toEqual([
        [],
      [['position', 'position']],
      [['address', 'unknown-placeholder'], ['rack', 'unknown-placeholder'], ['position', 'unknown-placeholder']],
    ])
  })
})
