import { describe, expect, it } from 'vitest'
import { readAudit } from '#lib/db/audit.ts'
import { writeDepotState } from '#lib/db/depot-state.ts'
import { withDatabase } from '../database.ts'
import { bearer, call, withSite } from './fixture.ts'

const test = withDatabase()
const { tokens } = withSite()

const read = async () => (await call('/api/images/serving', { headers: bearer(tokens.admin) })).json()
const patch = (body: unknown) => call('/api/images/serving', { method: 'PATCH', headers: bearer(tokens.admin), body })

describe('where BMCs reach the images', () => {
  it('is set with its row in the audit, and what the depot found is of that address alone', async () => {
    expect(await read()).toEqual({ mediaAddress: null, fromEnvironment: false, checked: null, addresses: [] })
    const finding = { code: 'not-ours', protocol: null, port: null, text: '10.4.0.9' } as const
    await writeDepotState(test.db, { doors: [{ protocol: 'http', port: 3080 }], addresses: ['10.4.0.9'], mediaAddress: '10.4.0.2', findings: [finding] })
    expect(await read()).toMatchObject({ mediaAddress: null, checked: null, addresses: ['10.4.0.9'] })
    const answer = await patch({ mediaAddress: '10.4.0.2' })
    expect([answer.status, await answer.json()]).toMatchObject([200, { mediaAddress: '10.4.0.2', checked: { doors: [{ protocol: 'http', port: 3080 }], findings: [finding], checkedAt: expect.any(String) } }])
    expect((await readAudit({ action: 'settings-change', limit: 1 }))[0]).toMatchObject({ actor: 'admin', target: 'mediaAddress', detail: { mediaAddress: '10.4.0.2', before: null } })
    await patch({ mediaAddress: '10.4.0.3' })
    expect(await read()).toMatchObject({ mediaAddress: '10.4.0.3', checked: null })
  })

  it.each(['', 'depot.example', '::1', '10.4.0.256', '0x0a040002', '10.4.0.2; reboot', '10.4.0.2\r\nHost: x', '10.4.0.2\0', '0.0.0.0', '255.255.255.255', '239.1.2.3', null, 7])('cannot be %j', async (mediaAddress) => {
    expect((await patch({ mediaAddress })).status).toBe(400)
  })
})
