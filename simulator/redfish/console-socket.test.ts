import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { MakeName } from '../makes.ts'
import type { SimulatedNode } from '../node.ts'
import { startRack, type Rack } from '../rack.ts'

let rack: Rack | undefined
afterEach(() => rack?.close())

async function startOne(make: MakeName = 'openbmc'): Promise<SimulatedNode> {
  rack = await startRack({ nodes: [{ name: 'n1', make, persona: 'healthy', protocol: 'redfish', faces: ['redfish'] }] })
  return rack.node('n1')
}

function connect(node: SimulatedNode, path: string, password = 'secret'): WebSocket {
  const authorization = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`
  return new WebSocket(`wss://127.0.0.1:${node.describe().ports.redfish}${path}`, { rejectUnauthorized: false, headers: { authorization } })
}

/** The status of the refusal. */
async function refusal(client: WebSocket): Promise<number> {
  const [request, response] = (await once(client, 'unexpected-response')) as [{ destroy: () => void; on: (name: 'error', act: () => void) => void }, { statusCode: number }]
  client.on('error', () => {})
  request.on('error', () => {})
  request.destroy()
  return response.statusCode
}

test('is what the host prints and reads, without compression, at both paths', async () => {
  const node = await startOne()
  for (const path of ['/console0', '/console/default']) {
    const client = connect(node, path)
    await once(client, 'open')
    expect(client.extensions).toBe('')
    client.send(Buffer.from('\r'))
    let text = ''
    client.on('message', (data: Buffer) => (text += data.toString()))
    while (!text.includes('n1 login: ')) await once(client, 'message')
    client.close()
    await once(client, 'close')
  }
  while (node.redfish!.consoles!.openCount() > 0) await sleep(5)
})

test('401 without the password, 404 for another path, an unknown console is closed again, and other makes have none', async () => {
  const node = await startOne()
  expect(await refusal(connect(node, '/console0', 'wrong'))).toBe(401)
  expect(await refusal(connect(node, '/console1'))).toBe(404)
  const unknown = connect(node, '/console/obmc-console')
  const [code, reason] = (await once(unknown, 'close')) as [number, Buffer]
  expect([code, reason.toString()]).toEqual([1000, 'getDbusObject() for consoles failed.'])
  await rack?.close()
  expect((await startOne('dell')).redfish!.consoles).toBeUndefined()
})
