import { afterEach, expect, it } from 'vitest'
import { startControl } from './control.ts'
import { startImageServer } from './media/testing/image-server.ts'
import { startRack, type Rack } from './rack.ts'

let rack: Rack
afterEach(() => rack.close())

it('tells what was mounted and how much of it was read, and nothing else', async () => {
  rack = await startRack({ nodes: [{ name: 'n1', make: 'hpe', persona: 'healthy', protocol: 'redfish', faces: ['redfish'] }] })
  const server = await startImageServer()
  await rack.node('n1').drives.insert('2', server.url, 'http')
  const control = `http://127.0.0.1:${await startControl(rack, 0)}`
  const told = await (await fetch(`${control}/media`)).text()
  expect(JSON.parse(told)).toMatchObject({ nodes: [{ name: 'n1', mounts: [{ slot: '2', protocol: 'http', bytes: server.bytes, bytesRead: 36 * 1024, sha256: null }] }] })
  expect(told).not.toContain('abc234')
  expect((await fetch(`${control}/`)).status).toBe(404)
  await server.close()
})
