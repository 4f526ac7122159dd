import { describe, expect, it } from 'vitest'
import { nodeDetail, nodeList } from '#lib/api/contract.ts'
import { withDatabase } from '../database.ts'
import { addNode, bearer, call, nodeBody, withSite } from './fixture.ts'

withDatabase()
const { tokens } = withSite()

describe('nodes', () => {
  it('are added as probing, listed, changed and removed', async () => {
    const made = await addNode(tokens.admin, 'n1')
    expect(made.status).toBe(201)
    expect(nodeDetail.parse(await made.json())).toMatchObject({ name: 'n1', username: 'ADMIN', bmc: { state: 'probing', address: '10.4.0.7' } })
    const list = nodeList.parse(await (await call('/api/nodes', { headers: bearer(tokens.viewer) })).json())
    expect(list.nodes.map((node) => [node.name, node.bmc.endpoints.map((one) => one.port)])).toEqual([['n1', [623]]])
    const changed = await call('/api/nodes/n1', { method: 'PATCH', headers: bearer(tokens.admin), body: { name: 'n2', tags: ['gpu'] } })
    expect(await changed.json()).toMatchObject({ name: 'n2', tags: ['gpu'] })
    expect((await call('/api/nodes/n2', { method: 'DELETE', headers: bearer(tokens.admin) })).status).toBe(204)
    expect((await call('/api/nodes/n2', { headers: bearer(tokens.viewer) })).status).toBe(404)
  })
})
