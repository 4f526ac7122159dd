import { execFile } from 'node:child_process'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { startRack, type Rack } from '#simulator/rack.ts'
import { createModel } from './model.ts'
import { readInventory } from './read-inventory.ts'
import { readPower } from './read-power.ts'
import { readSensors } from './read-sensors.ts'
import { openRedfish, type RedfishSession } from './session.ts'
import { sendJson, startTestBmc, withSessions, type Handler, type TestBmc } from './testing/test-bmc.ts'

let bmc: TestBmc | undefined
let rack: Rack | undefined
let session: RedfishSession | undefined
afterEach(async () => {
  await session?.close()
  await bmc?.close()
  await rack?.close()
  session = bmc = rack = undefined
})

async function open(handler: Handler): Promise<RedfishSession> {
  bmc = await startTestBmc(withSessions(handler))
  return (session = await openRedfish(bmc.target, { retryDelayMs: 1 }))
}

describe('checklist 13: another host', () => {
  it('is never connected to, whatever a BMC links, redirects to or names as the place of a task', async () => {
    let connected = 0
    const foreign = createServer((socket) => {
      connected++
      socket.destroy()
    })
    await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve))
    const host = `127.0.0.1:${(foreign.address() as AddressInfo).port}`
    const links = [`https://${host}/redfish/v1/x`, `//${host}/redfish/v1/x`, `http://${host}/redfish/v1/x`, `https:\\\\${host}\\redfish`, `/\\${host}/redfish/v1`]
    const members = links.map((link) => ({ '@odata.id': link }))
    const opened = await open((request, response) => {
      if (request.method === 'POST') return sendJson(response, {}, 202, { location: links[0]! })
      if (request.url === '/redfish/v1/Moved') return sendJson(response, {}, 308, { location: links[1]! })
      sendJson(response, { Members: members, 'Members@odata.nextLink': links[2], PowerState: 'On', Memory: members[0] })
    })
    const model = createModel(opened)
    await Promise.allSettled([readPower(model), readSensors(model), readInventory(model), opened.get('/redfish/v1/Moved')])
    const { location } = await opened.post('/redfish/v1/x', {})
    await Promise.allSettled([location, ...links].flatMap((link) => (link === undefined ? [] : [opened.get(link)])))
    expect(connected).toBe(0)
    foreign.close()
  })
})

describe('checklist 14: what a body may cost', () => {
  const piece = Buffer.alloc(64 * 1024, '[{"a":1},')
  let sent = 0
  const endless: Handler = (_request, response) => {
    response.writeHead(200)
    const pump = () => {
      while (sent < 100 * 1024 * 1024 && !response.destroyed) {
        sent += piece.length
        if (!response.write(piece)) return void response.once('drain', pump)
      }
      response.end()
    }
    pump()
  }
  const deep: Handler = (_request, response) => void response.end('['.repeat(100_000))

  it.each([['100 MB', endless], ['100,000 levels', deep]])('%s: refused, and the memory stays', async (_name, handler) => {
    sent = 0
    bmc = await startTestBmc(withSessions(handler))
    const args = ['--expose-gc', '--import', 'tsx', join(import.meta.dirname, 'testing/measure-refusal.ts'), String(bmc.target.port)]
    const { stdout } = await promisify(execFile)(process.execPath, args)
    expect(Number(stdout)).toBeLessThan(20)
    // Twice: what is taken before the connection is cut, and what the sockets of both sides hold.
    expect(sent).toBeLessThan(40 * 1024 * 1024)
  })
})

describe('checklist 16: names that mean something to JavaScript', () => {
  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', '__defineGetter__', '\\u005f_proto__', '__proto\\u005f_'])(
    '%s is data, at every depth and through every reader',
    async (key) => {
      const evil = `{"x":"polluted","PowerState":"Off","@odata.id":"/redfish/v1/evil"}`
      const text = `{"${key}":${evil},"Status":{"${key}":${evil}},"Members":[{"${key}":${evil},"@odata.id":"/redfish/v1/Systems/1"}],"Oem":{"a":{"${key}":${evil}}},"PowerState":"On"}`
      const opened = await open((_request, response) => void response.end(text))
      const model = createModel(opened)
      expect((await readPower(model)).powerState).toBe('On')
      await Promise.allSettled([readSensors(model), readInventory(model)])
      const merged = structuredClone(await opened.get('/redfish/v1/Systems')) as Record<string, unknown>
      for (const one of [{}, [], merged, Object.assign({}, merged), { ...merged }, Object.prototype]) expect((one as Record<string, unknown>)['x']).toBeUndefined()
    },
  )
})

describe('checklist 18: an hour with one BMC', () => {
  it('costs one session; a restart of the BMC exactly one more', async () => {
    let nowMs = Date.parse('2026-01-01T00:00:00Z')
    rack = await startRack({ nodes: [{ name: 'n1', make: 'dell', persona: 'healthy', protocol: 'redfish', faces: ['redfish'] }], now: () => nowMs })
    const node = rack.node('n1')
    const { address, ports } = node.describe()
    session = await openRedfish({ host: address, port: ports.redfish!, username: 'admin', password: 'secret' })
    const model = createModel(session, { now: () => nowMs })
    for (let minute = 0; minute < 60; minute++) {
      nowMs += 60_000
      await readPower(model)
      await readSensors(model)
      expect(node.redfish!.sessions.openCount()).toBe(1)
    }
    expect(node.redfish!.sessions.createdCount()).toBe(1)
    node.restartBmc()
    await Promise.all(Array.from({ length: 8 }, () => readPower(model)))
    expect(node.redfish!.sessions.createdCount()).toBe(2)
    await session.close()
    expect(node.redfish!.sessions.openCount()).toBe(0)
  })
})
