import { afterEach, describe, expect, it } from 'vitest'
import { createMachine } from '../machine.ts'
import { identify } from '../makes.ts'
import { mediaDialects } from '../redfish/media-dialects.ts'
import { createSerialPort } from '../serial/port.ts'
import { createDrives, type Drives } from './drives.ts'
import { startImageServer, type ImageServer } from './testing/image-server.ts'

let server: ImageServer
let drives: Drives
afterEach(async () => {
  drives.close()
  await server.close()
})

async function setUp(make: keyof typeof mediaDialects = 'dell') {
  server = await startImageServer()
  const machine = createMachine({ identity: identify(make, 'n1', 7), seed: 7, now: Date.now, initialPower: 'off', timing: { powerOnMs: 20 } })
  drives = createDrives(machine, { localAddress: '127.0.0.1', portmapperPort: 111, pattern: mediaDialects[make].reads })
  return machine
}

const eventually = async (is: () => boolean) => {
  for (let i = 0; i < 400 && !is(); i++) await new Promise((resolve) => setTimeout(resolve, 25))
  expect(is()).toBe(true)
}

describe('a virtual drive', () => {
  it('reads the beginning when an image is inserted, and all of it once when the host starts from it', async () => {
    const machine = await setUp()
    const port = createSerialPort(machine, drives.medium)
    let printed = ''
    port.attach(() => (printed += port.read(65_536).toString()))
    await drives.insert('CD', server.url, 'http')
    expect(drives.records()).toMatchObject([{ bytes: server.bytes, bytesRead: 36 * 1024, sha256: null, image: expect.not.stringContaining('abc234') }])
    machine.setBootOverride({ enabled: 'once', target: 'cd', mode: 'uefi' })
    machine.reset('On', 'redfish')
    await eventually(() => drives.records()[0]!.sha256 !== null)
    expect(drives.records()[0]).toMatchObject({ sha256: server.sha256, bytesRead: server.bytes, problem: null })
    await eventually(() => printed.includes('Installation complete'))
    expect(printed).toContain(`sha256 ${server.sha256}`)
    // The override was for once: the host goes on to its disk by itself.
    await eventually(() => machine.bootedFrom() === 'none')
    port.detach()
  })

  it('starts the host from its disk where nothing is inserted', async () => {
    const machine = await setUp()
    const port = createSerialPort(machine, drives.medium)
    let printed = ''
    port.attach(() => (printed += port.read(65_536).toString()))
    machine.setBootOverride({ enabled: 'once', target: 'cd', mode: 'uefi' })
    machine.reset('On', 'redfish')
    await eventually(() => printed.includes('hard disk'))
    expect(printed).toContain('no medium')
    port.detach()
  })

  it('never reads what it says that it holds, where that is its fault', async () => {
    await setUp()
    drives.setFault('never-reads')
    await drives.insert('CD', server.url, 'http')
    expect(drives.holds('CD')).toBe(server.url)
    expect(server.requests).toEqual([])
  })

  it('is of no use with a server that gives no ranges', async () => {
    await setUp('hpe')
    server.forgetRanges()
    await expect(drives.insert('2', server.url, 'http')).rejects.toThrow('answered with 200 and not with 206')
    expect(drives.holds('2')).toBeUndefined()
  })
})

describe('how makes read', () => {
  it('iDRAC asks HEAD, and keeps its connections', async () => {
    await setUp('dell')
    await drives.insert('CD', server.url, 'http')
    expect(server.requests).toEqual(['HEAD', 'GET bytes=0-36863'])
    expect([...server.agents]).toEqual(['httpfs2.c 0.1.5'])
    expect(server.connections()).toBe(1)
  })

  it('iLO asks for one byte, Lenovo makes a connection for each request', async () => {
    await setUp('hpe')
    await drives.insert('2', server.url, 'http')
    expect(server.requests[0]).toBe('GET bytes=0-0')
    drives.close()
    await server.close()
    await setUp('lenovo')
    await drives.insert('EXT1', server.url, 'http')
    expect(server.connections()).toBe(2)
  })
})
