import { describe, expect, it } from 'vitest'
import { readAudit } from '#lib/db/audit.ts'
import { withDatabase } from '../database.ts'
import { bearer, call, withSite } from './fixture.ts'

withDatabase()
const { tokens } = withSite()

const patch = (body: unknown) => call('/api/settings', { method: 'PATCH', headers: bearer(tokens.admin), body })

describe('how many commands the site sends in a second (checklist 58)', () => {
  it.each([1, 10_000])('is set to %i, which stands in the audit, and leaves the networks alone', async (commandsPerSecond) => {
    expect(await (await patch({ commandsPerSecond })).json()).toEqual({ networks: ['10.4.0.0/16', 'fd00::/8'], networksFromEnvironment: false, commandsPerSecond, installsAtOnce: 8 })
    const [row, next] = await readAudit({ action: 'settings-change', limit: 2 })
    expect(row).toMatchObject({ actor: 'admin', target: 'commandsPerSecond', detail: { commandsPerSecond } })
    expect(next?.target).not.toBe('networks')
  })

  it('says how many installs are under way at once, and no other number than one of those', async () => {
    expect(await (await patch({ installsAtOnce: 30 })).json()).toMatchObject({ installsAtOnce: 30 })
    const [row] = await readAudit({ action: 'settings-change', limit: 1 })
    expect(row).toMatchObject({ actor: 'admin', target: 'installsAtOnce', detail: { installsAtOnce: 30, before: 8 } })
    for (const wrong of [0, 1_001, 1.5, '5']) expect((await patch({ installsAtOnce: wrong })).status).toBe(400)
    await patch({ installsAtOnce: 8 })
  })

  it.each([0, 10_001, 1.5, '5', null])('cannot be %j', async (commandsPerSecond) => {
    expect((await patch({ commandsPerSecond })).status).toBe(400)
  })

  it('must be named, or the networks', async () => {
    const answer = await patch({})
    expect([answer.status, await answer.json()]).toEqual([400, expect.objectContaining({ message: expect.stringContaining('networks, commandsPerSecond or installsAtOnce') })])
  })
})
