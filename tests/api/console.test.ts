import { beforeAll, describe, expect, it } from 'vitest'
import { consoleSetting } from '#lib/api/contract.ts'
import { prisma } from '#lib/db/client.ts'
import { withDatabase } from '../database.ts'
import { addNode, bearer, call, withSite } from './fixture.ts'

withDatabase()
const { tokens } = withSite()

const first = `ssh-ed25519 SHA256:${'A'.repeat(43)}`
const second = `ssh-ed25519 SHA256:${'B'.repeat(43)}`

beforeAll(async () => {
  await addNode(tokens.admin, 'n1')
})

const patch = (body: unknown, token = tokens.admin) => call('/api/nodes/n1/console', { method: 'PATCH', headers: bearer(token), body })
const read = async () => consoleSetting.parse(await (await call('/api/nodes/n1/console', { headers: bearer(tokens.viewer) })).json())
const nodeId = async () => (await prisma().node.findUniqueOrThrow({ where: { name: 'n1' } })).id
const newestDetail = async () => (await prisma().audit.findMany({ where: { action: 'console-setting' }, orderBy: { seq: 'desc' }, take: 1 }))[0]!

describe('a node’s console', () => {
  it('is captured while watched, by the first way there is, and known by no host key yet', async () => {
    expect(await read()).toEqual({ capture: 'watched', way: 'auto', hostKey: null })
  })

  it('keeps what is not named', async () => {
    expect((await patch({ way: 'ssh' })).status).toBe(200)
    expect((await patch({ capture: 'always' })).status).toBe(200)
    expect(await read()).toMatchObject({ capture: 'always', way: 'ssh' })
  })

  it('trusts the other host key when an administrator says so, and the audit has both', async () => {
    await prisma().sshHostKey.create({ data: { nodeId: await nodeId(), key: first, pinnedAt: new Date(), other: second, otherAt: new Date() } })
    expect((await patch({ hostKey: second }, tokens.operator)).status).toBe(403)
    expect((await read()).hostKey).toMatchObject({ key: first, other: second })
    expect((await patch({ hostKey: second })).status).toBe(200)
    expect((await read()).hostKey).toMatchObject({ key: second, other: null })
    expect(JSON.stringify(await newestDetail(), (_, value) => (typeof value === 'bigint' ? String(value) : value))).toContain(first)
  })

  it('forgets the host key', async () => {
    expect((await patch({ hostKey: null })).status).toBe(200)
    expect((await read()).hostKey).toMatchObject({ key: null, pinnedAt: null })
  })

  it.each([{}, { hostKey: 'ssh-ed25519' }, { hostKey: `${first}\n` }, { way: 'telnet' }, { way: 'ssh', more: 1 }])('does not take %j', async (body) => {
    expect((await patch(body)).status).toBe(400)
  })

  it('forgets the host key with the address that it was of', async () => {
    await prisma().sshHostKey.update({ where: { nodeId: await nodeId() }, data: { key: first } })
    const bmc = { address: '10.4.9.9', username: 'u', password: 'p' }
    expect((await call('/api/nodes/n1', { method: 'PATCH', headers: bearer(tokens.admin), body: { bmc } })).status).toBe(200)
    expect((await read()).hostKey).toBeNull()
  })
})
