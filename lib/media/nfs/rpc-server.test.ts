import { createSocket } from 'node:dgram'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openNfs } from '#simulator/media/nfs/nfs-source.ts'
import { imageFiles, type ImageFiles } from '../image-files.ts'
import { permits } from '../permits.ts'
import { linkOf, sourceOf } from '../testing/links.ts'
import { rpcDoors, type RpcDoors } from './doors.ts'
import { createHandles } from './handles.ts'
import { recordReader, toRecord } from './rpc.ts'
import { uint } from './xdr.ts'

/** The sockets, with the simulator's client, which is another reading of the same RFCs, and with packets by hand. */

const token = 'abcdefghijklmnopqrstuv2345'
const image = randomBytes(700_001)
let folder: string
let files: ImageFiles
let doors: RpcDoors
let port: number

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rpc-'))
  const link = linkOf({ bytes: image.length })
  writeFileSync(join(folder, `${link.imageId}.iso`), image)
  files = imageFiles(folder)
  const common = { permits: permits(sourceOf([{ token, link }])), files, handles: () => createHandles(Buffer.alloc(32, 1)), complain: (text: string) => console.error(text), host: '127.0.0.1' }
  doors = rpcDoors({ ...common, nfsPort: 0, portmapPort: null })
  expect(await doors.doors[0]!.tryOpen()).toBeNull()
  port = doors.doors[0]!.open()!
})
afterAll(async () => {
  doors.doors[0]!.close()
  await files.close()
  rmSync(folder, { recursive: true })
})

const pattern = { chunkBytes: 32_768 } as Parameters<typeof openNfs>[1]['pattern']
const nullCall = (xid: number) => Buffer.concat([xid, 0, 2, 100_003, 3, 0, 0, 0, 0, 0].map(uint))
const nullReply = (xid: number) => Buffer.concat([xid, 1, 0, 0, 0, 0].map(uint))

describe('over TCP', () => {
  it('a client of another make reads the true bytes, from where it likes', async () => {
    const source = await openNfs(`nfs://127.0.0.1:${port}/i/${token}/debian.iso`, { localAddress: '127.0.0.1', portmapperPort: port, pattern })
    expect(source.bytes).toBe(image.length)
    for (const [offset, length] of [[0, 2048], [300_000, 100_000], [image.length - 5, 5]] as const) {
      expect(Buffer.from(await source.read(offset, length)).equals(image.subarray(offset, offset + length))).toBe(true)
    }
    source.close()
    await expect(openNfs(`nfs://127.0.0.1:${port}/i/${token}/debian.iso`, { localAddress: '127.0.0.9', portmapperPort: port, pattern })).rejects.toThrow('no such file or directory')
  })

  it('finds the port by the portmapper', async () => {
    const source = await openNfs(`127.0.0.1:/i/${token}/debian.iso`, { localAddress: '127.0.0.1', portmapperPort: port, pattern })
    expect(source.bytes).toBe(image.length)
    source.close()
  })

  it('calls that come at once are answered in their order', async () => {
    const socket = connect(port, '127.0.0.1')
    socket.write(Buffer.concat([1, 2, 3].flatMap((xid) => toRecord(nullCall(xid)))))
    const reader = recordReader()
    const replies: Buffer[] = []
    while (replies.length < 3) replies.push(...reader.push(((await once(socket, 'data')) as [Buffer])[0]))
    expect(replies).toEqual([1, 2, 3].map(nullReply))
    socket.destroy()
  })

  it.each<[string, Buffer]>([
    ['a record of 2 GiB', uint(0xffff_ffff)],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
  ])('ends the connection at %s', async (_what, bytes) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    socket.write(bytes)
    await once(socket, 'close')
  })
})

it('answers over UDP', async () => {
  const socket = createSocket('udp4')
  socket.send(nullCall(7), port, '127.0.0.1')
  expect((await once(socket, 'message'))[0]).toEqual(nullReply(7))
  socket.close()
})

it('says that its port is held, and that no portmapper is wanted', async () => {
  const other = rpcDoors({ permits: permits(sourceOf([])), files, handles: () => createHandles(Buffer.alloc(32)), complain: () => {}, host: '127.0.0.1', nfsPort: 0, portmapPort: port })
  await other.doors[0]!.tryOpen()
  expect(await other.tryPortmapper()).toMatchObject({ code: 'portmapper-in-use', port })
  other.doors[0]!.close()
  const late = rpcDoors({ permits: permits(sourceOf([])), files, handles: () => createHandles(Buffer.alloc(32)), complain: () => {}, host: '127.0.0.1', nfsPort: port, portmapPort: null })
  expect(await late.doors[0]!.tryOpen()).toMatchObject({ code: 'port-in-use', protocol: 'nfs' })
  expect(await late.tryPortmapper()).toMatchObject({ code: 'portmapper-off' })
})
