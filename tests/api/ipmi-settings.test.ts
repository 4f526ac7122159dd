import { beforeAll, describe, expect, it } from 'vitest'
import { nodeDetail } from '#lib/api/contract.ts'
import { prisma } from '#lib/db/client.ts'
import { withDatabase } from '../database.ts'
import { addNode, bearer, call, withSite } from './fixture.ts'

withDatabase()
const { tokens } = withSite()

const patch = (bmc: unknown) => call('/api/nodes/n1', { method: 'PATCH', headers: bearer(tokens.admin), body: { bmc } })
const read = async (answer: Response) => nodeDetail.parse(await answer.json())
const errorOf = async (answer: Response) => {
  const { code, field } = (await answer.json()) as { code: string; field?: string }
  return [answer.status, code, field]
}
const lastAudit = async () => JSON.parse((await prisma().audit.findFirstOrThrow({ orderBy: { seq: 'desc' } })).body) as { action: string; detail: unknown }
const hasDone = (cipherSuite: number) => prisma().node.update({ where: { name: 'n1' }, data: { cipherSuite } })

beforeAll(async () => {
  await addNode(tokens.admin, 'n1', '10.4.0.1')
})

describe('how IPMI is spoken with a node', () => {
  it('is as usual at first, and changes one thing at a time', async () => {
    const usual = { suites: null, insecure: false, privilege: 'administrator', workarounds: [] }
    expect((await read(await call('/api/nodes/n1', { headers: bearer(tokens.viewer) }))).ipmi).toEqual(usual)
    const changed = await read(await patch({ ipmi: { workarounds: ['opensesspriv', 'solpayloadsize'] } }))
    expect(changed).toMatchObject({ ipmi: { ...usual, workarounds: ['opensesspriv', 'solpayloadsize'] }, bmc: { state: 'probing' } })
    expect((await read(await patch({ ipmi: { privilege: 'user', suites: [8, 12] } }))).ipmi).toMatchObject({ privilege: 'user', suites: [8, 12], workarounds: ['opensesspriv', 'solpayloadsize'] })
    expect(await lastAudit()).toMatchObject({ action: 'node-change', detail: { bmc: { ipmi: { privilege: 'user', suites: [8, 12] } } } })
    await patch({ ipmi: usual })
  })

  it.each([
    ['a suite that nobody speaks', { suites: [4] }],
    ['no suite at all', { suites: [] }],
    ['a workaround that FreeIPMI does not know', { workarounds: ['everything'] }],
    ['a privilege that is none', { privilege: 'oem' }],
    ['an unknown field', { version: '1.5' }],
  ])('takes no nonsense: %s', async (_, ipmi) => {
    expect((await patch({ ipmi })).status).toBe(400)
  })

  it.each([0, 1, 2, 6, 7, 11, 15, 16])('checklist 1: suite %d is refused without a word of its own', async (suite) => {
    expect(await errorOf(await patch({ ipmi: { suites: [17, suite] } }))).toEqual([422, 'insecure-suite', 'bmc.ipmi.suites'])
    expect((await read(await patch({ ipmi: { suites: [17, suite], insecure: true } }))).ipmi).toMatchObject({ suites: [17, suite], insecure: true })
    expect(await lastAudit()).toMatchObject({ detail: { bmc: { ipmi: { suites: [17, suite], insecure: true } } } })
    expect(await errorOf(await patch({ ipmi: { insecure: false } }))).toEqual([422, 'insecure-suite', 'bmc.ipmi.suites'])
    await patch({ ipmi: { suites: null, insecure: false } })
  })

  it('can be said of a node from the first', async () => {
    const bmc = { address: '10.4.0.9', protocol: 'ipmi', username: 'u', password: 'p', kg: 'abc', ipmi: { suites: [12] } }
    const made = await call('/api/nodes', { method: 'POST', headers: bearer(tokens.admin), body: { name: 'n9', bmc } })
    expect(made.status).toBe(201)
    expect(await read(made)).toMatchObject({ ipmi: { suites: [12] }, kgAt: null })
    expect(await prisma().credentialInbox.findMany({ where: { node: { name: 'n9' } }, select: { kind: true, username: true }, orderBy: { kind: 'asc' } })).toEqual([
      { kind: 'kg', username: '' },
      { kind: 'password', username: 'u' },
    ])
  })

  it('is nobody else’s to change', async () => {
    for (const token of [tokens.viewer, tokens.operator]) {
      expect((await call('/api/nodes/n1', { method: 'PATCH', headers: bearer(token), body: { bmc: { cipherSuite: null } } })).status).toBe(403)
    }
  })
})

describe('checklist 2: the best suite that a BMC has done', () => {
  it('is told, and can be forgotten but not made up', async () => {
    await hasDone(17)
    expect((await read(await patch({ tls: 'modern' }))).cipherSuite).toBe(17)
    expect((await patch({ cipherSuite: 3 })).status).toBe(400)
    expect((await read(await patch({ cipherSuite: null }))).cipherSuite).toBeNull()
    expect(await lastAudit()).toMatchObject({ action: 'node-change', detail: { bmc: { cipherSuite: null } } })
  })

  it.each([
    { suites: [17, 3], kept: 17 },
    { suites: [17], kept: 17 },
    { suites: [3, 17], kept: null },
    { suites: [3], kept: null },
    { suites: [8, 12], kept: null },
  ])('holds only where the list asks for it first: $suites', async ({ suites, kept }) => {
    await hasDone(17)
    expect((await read(await patch({ ipmi: { suites } }))).cipherSuite).toBe(kept)
    await patch({ ipmi: { suites: null } })
  })

  it('goes with the address, as all that was said of the BMC before', async () => {
    await hasDone(17)
    await patch({ ipmi: { suites: [17], workarounds: ['sun20'] } })
    const moved = await read(await patch({ address: '10.4.0.2', password: 'new' }))
    expect(moved).toMatchObject({ cipherSuite: null, ipmi: { suites: null, workarounds: [] } })
  })
})

describe('a key K_G', () => {
  const waiting = () => prisma().credentialInbox.count({ where: { kind: 'kg', node: { name: 'n1' } } })

  it.each(['0123456789abcdefghij', '0x00112233445566778899aabbccddeeff00112233', '0xFF', 'é'])('may be %s', async (kg) => {
    const before = await waiting()
    const answer = await patch({ kg })
    expect(answer.status).toBe(200)
    expect(await answer.text()).not.toContain(kg)
    expect(await waiting()).toBe(before + 1)
    expect(await lastAudit()).toMatchObject({ detail: { bmc: { kg: 'new' } } })
  })

  it.each([`0x${'0'.repeat(40)}`, 'x'.repeat(21), 'é'.repeat(11), `0x${'1'.repeat(42)}`])('may not be %s', async (kg) => {
    expect((await patch({ kg })).status).toBe(400)
  })

  it('can be taken away', async () => {
    expect((await patch({ kg: null })).status).toBe(200)
    expect(await lastAudit()).toMatchObject({ detail: { bmc: { kg: 'none' } } })
  })
})
