import { describe, expect, it } from 'vitest'
import { scan, scanDetail, scanList } from '#lib/api/nodes-contract.ts'
import { prisma } from '#lib/db/client.ts'
import { withDatabase } from '../database.ts'
import { addNode, bearer, call, withSite } from './fixture.ts'

withDatabase()
const { tokens } = withSite()
const admin = () => bearer(tokens.admin)
const post = (body: unknown, token = tokens.admin) => call('/api/scans', { method: 'POST', headers: bearer(token), body })
const errorOf = async (answer: Response) => {
  const { code, message, field } = (await answer.json()) as Record<string, string>
  return { status: answer.status, code, message, field }
}
const newest = () => prisma().audit.findFirstOrThrow({ orderBy: { seq: 'desc' }, select: { action: true, outcome: true, body: true } })

describe('a scan', () => {
  it('is written down for a conductor, with its intent', async () => {
    const answer = await post({ ranges: '10.4.1.0/24, 10.4.2.[1-3]', ports: { ipmi: 6230 } })
    expect(answer.status).toBe(202)
    const asked = scan.parse(await answer.json())
    expect(asked).toMatchObject({ state: 'queued', total: 257, asked: 0, found: 0, by: 'admin', ports: { redfish: 443, ipmi: 6230 } })
    const row = await newest()
    expect(row).toMatchObject({ action: 'scan', outcome: 'intent' })
    expect(JSON.parse(row.body)).toMatchObject({ target: '10.4.1.0/24, 10.4.2.[1-3]', detail: { addresses: 257 } })
    expect(scanList.parse(await (await call('/api/scans', { headers: admin() })).json()).scans).toHaveLength(1)
  })

  it.each([
    ['127.0.0.1-9', 422, 'outside-networks', /^ranges: 127\.0\.0\.1 is outside the management networks/],
    ['10.4.0.0/24,10.5.0.1', 422, 'outside-networks', /^ranges: 10\.5\.0\.1 is outside/],
    ['169.254.169.254', 422, 'outside-networks', /is outside/],
    ['::ffff:127.0.0.1', 422, 'outside-networks', /is outside/],
    ['10.3.255.255-10.4.0.1', 422, 'outside-networks', /10\.3\.255\.255 is outside/],
    ['n1.example.org', 400, 'invalid', /^ranges: this is no IP address, and no range of them: n1\.example\.org$/],
    ['2130706433', 400, 'invalid', /no IP address/],
    ['10.0.0.0/8', 400, 'invalid', /at most 65536 addresses, too many are in 10\.0\.0\.0\/8$/],
    ['10.4.0.9-3', 400, 'invalid', /ends before it begins/],
  ])('of %s is refused (checklist 30)', async (ranges, status, code, message) => {
    expect(await errorOf(await post({ ranges }))).toEqual({ status, code, field: code === 'invalid' ? 'ranges' : undefined, message: expect.stringMatching(message) })
  })

  it('says what was found, and which of it is a node', async () => {
    await addNode(tokens.admin, 'n7', '10.4.3.7')
    await addNode(tokens.admin, 'named', 'named-ipmi.example.org')
    await prisma().node.update({ where: { name: 'named' }, data: { pin: 'a'.repeat(64) } })
    const { id } = (await (await post({ ranges: '10.4.3.0/24' })).json()) as { id: string }
    const redfish = (letter: string) => ({ version: '1.18.0', vendor: '<b>Dell</b>', certificate: letter.repeat(64) })
    await prisma().sighting.createMany({
      data: [
        { scanId: id, address: '10.4.3.10', redfish: redfish('b') },
        { scanId: id, address: '10.4.3.9', redfish: redfish('b'), ipmi: { supportsIpmi20: true } },
        { scanId: id, address: '10.4.3.8', redfish: redfish('a') },
        { scanId: id, address: '10.4.3.7', ipmi: { supportsIpmi20: true } },
      ],
    })
    const detail = scanDetail.parse(await (await call(`/api/scans/${id}`, { headers: admin() })).json())
    expect(detail.findings.map(({ address, node, likely }) => [address, node, likely])).toEqual([
      ['10.4.3.7', 'n7', null],
      ['10.4.3.8', null, 'named'],
      ['10.4.3.9', null, null],
      ['10.4.3.10', null, null],
    ])
  })

  it('can be ended, and five may wait', async () => {
    const { scans } = scanList.parse(await (await call('/api/scans', { headers: admin() })).json())
    for (let count = scans.length; count < 5; count += 1) expect((await post({ ranges: '10.4.9.1' })).status).toBe(202)
    expect(await errorOf(await post({ ranges: '10.4.9.1' }))).toMatchObject({ status: 429, code: 'too-many-scans' })
    const [first] = scans
    const stopped = await call(`/api/scans/${first!.id}`, { method: 'PATCH', headers: admin(), body: { state: 'stopped' } })
    expect(scanDetail.parse(await stopped.json()).isStopping).toBe(true)
    expect(await newest()).toMatchObject({ action: 'scan', outcome: 'ok' })
  })

  it('is for administrators, and who tried stands in the audit', async () => {
    expect(await errorOf(await post({ ranges: '10.4.9.1' }, tokens.operator))).toMatchObject({ status: 403, code: 'forbidden' })
    expect(await newest()).toMatchObject({ action: 'scan', outcome: 'refused' })
  })
})
