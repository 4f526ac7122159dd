import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { imageFiles, type ImageFiles } from '../image-files.ts'
import { permits, type Permits } from '../permits.ts'
import { linkOf, sourceOf } from '../testing/links.ts'
import { createHandles, keepHandleKey } from './handles.ts'
import { mountd } from './mount.ts'
import { nfs3 } from './nfs3.ts'
import { portmap } from './portmap.ts'
import { answerCall, mostRecordBytes, recordReader, toRecord, type Program } from './rpc.ts'
import { Garbage, hyper, opaque, string, uint, XdrReader } from './xdr.ts'

/** RFC 1813, 1833, 5531: bytes by hand. e2e/strangers/image-nfs.test.ts has libnfs read the same server. */

const token = 'abcdefghijklmnopqrstuv2345'
const image = randomBytes(200_000)
const key = Buffer.alloc(32, 7)
const handles = createHandles(key)
const linkId = '22222222-2222-4222-8222-222222222222'
let folder: string
let [link, source] = [linkOf({}), sourceOf([])]
let links: Permits
let files: ImageFiles
let programs: Program[]
let faults: string[]

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nfs-'))
  writeFileSync(join(folder, `${link.imageId}.iso`), image)
})
afterAll(() => rmSync(folder, { recursive: true }))
beforeEach(() => {
  link = linkOf({ bytes: image.length })
  source = sourceOf([{ token, link }])
  links = permits(source)
  files = imageFiles(folder)
  programs = [nfs3({ permits: links, handles, files }), mountd(links, handles), portmap(() => 2049)]
  faults = []
})
afterEach(async () => {
  await files.close()
  expect(faults).toEqual([])
})

const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex')
const noAuth = Buffer.concat([uint(0), uint(0), uint(0), uint(0)])
const callOf = (program: number, version: number, procedure: number, ...args: Buffer[]) => Buffer.concat([uint(0x01020304), uint(0), uint(2), uint(program), uint(version), uint(procedure), noAuth, ...args])
const send = (bytes: Buffer, { address = '127.0.0.1', transport = 'tcp' as 'tcp' | 'udp' } = {}) => answerCall(bytes, programs, { address, transport }, (text) => faults.push(text))

/** The results of an accepted call. */
async function ask(program: number, procedure: number, args: Buffer[] = [], from: Parameters<typeof send>[1] = {}): Promise<XdrReader> {
  const reply = new XdrReader((await send(callOf(program, program === 100_000 ? 2 : 3, procedure, ...args), from))!)
  expect([reply.uint(), reply.uint(), reply.uint(), reply.uint(), reply.uint(), reply.uint()]).toEqual([0x01020304, 1, 0, 0, 0, 0])
  return reply
}
const nfs = (procedure: number, ...args: Buffer[]) => ask(100_003, procedure, args)
const dir = opaque(handles.make({ kind: 'folder', linkId }))
const file = opaque(handles.make({ kind: 'file', linkId }))
const mount = async (path: string, from: Parameters<typeof send>[1] = {}) => ask(100_005, 1, [string(path)], from)

describe('RPC', () => {
  it('answers NULL of each program', async () => {
    const success = hex('01020304 00000001 00000000 00000000 00000000 00000000')
    for (const [program, version] of [[100_003, 3], [100_005, 3], [100_000, 2]] as const) expect(await send(callOf(program, version, 0))).toEqual(success)
  })

  it.each<[string, Buffer, string]>([
    ['a program that is not here', callOf(100_021, 4, 0), '01020304 00000001 00000000 00000000 00000000 00000001'],
    ['NFS version 4', callOf(100_003, 4, 0), '01020304 00000001 00000000 00000000 00000000 00000002 00000003 00000003'],
    ['rpcbind version 4', callOf(100_000, 4, 3), '01020304 00000001 00000000 00000000 00000000 00000002 00000002 00000002'],
    ['a procedure that there is not', callOf(100_003, 3, 22), '01020304 00000001 00000000 00000000 00000000 00000003'],
    ['arguments that end early', callOf(100_003, 3, 1, uint(32)), '01020304 00000001 00000000 00000000 00000000 00000004'],
    ['a handle that is too long', callOf(100_003, 3, 1, opaque(Buffer.alloc(68))), '01020304 00000001 00000000 00000000 00000000 00000004'],
    ['RPC version 3', Buffer.concat([uint(0x01020304), uint(0), uint(3), uint(100_003), uint(3), uint(0), noAuth]), '01020304 00000001 00000001 00000000 00000002 00000002'],
  ])('says so of %s', async (_what, call, reply) => {
    expect((await send(call))!.toString('hex')).toBe(hex(reply).toString('hex'))
  })

  it('does not answer what is no call', async () => {
    for (const bytes of [Buffer.alloc(0), Buffer.alloc(3), hex('01020304 00000001 00000000'), callOf(100_003, 3, 0).subarray(0, 30)]) expect(await send(bytes)).toBeNull()
  })

  it('puts records together however they are cut', () => {
    const [one, two] = [randomBytes(100), randomBytes(7)]
    // one in two fragments, then two in one: RFC 5531 §11.
    const stream = Buffer.concat([uint(60), one.subarray(0, 60), uint(0x8000_0000 + 40), one.subarray(60), ...toRecord(two)])
    for (const step of [1, 3, 64, 1000]) {
      const reader = recordReader()
      const records: Buffer[] = []
      for (let at = 0; at < stream.length; at += step) records.push(...reader.push(stream.subarray(at, at + step)))
      expect(records).toEqual([one, two])
    }
  })

  it('gives up on a record that is too long, or in too many pieces, before it is there', () => {
    expect(() => recordReader().push(uint(0x8000_0000 + mostRecordBytes + 1))).toThrow(Garbage)
    expect(() => recordReader().push(uint(0x7fff_ffff))).toThrow(Garbage)
    expect(() => recordReader().push(Buffer.alloc(4 * 20))).toThrow(Garbage)
  })
})

describe('the portmapper', () => {
  const getPort = async (program: number, version: number, protocol: number) => (await ask(100_000, 3, [program, version, protocol, 0].map(uint))).uint()
  it('knows where NFS and mountd are, and nothing else', async () => {
    expect(await Promise.all([getPort(100_003, 3, 6), getPort(100_003, 3, 17), getPort(100_005, 3, 6), getPort(100_005, 1, 17)])).toEqual([2049, 2049, 2049, 2049])
    expect(await Promise.all([getPort(100_021, 4, 6), getPort(100_003, 3, 99), getPort(100_000, 2, 6)])).toEqual([0, 0, 0])
  })

  it('takes no registration, and lists itself over TCP alone', async () => {
    expect((await send(callOf(100_000, 2, 1, ...[100_003, 3, 6, 666].map(uint))))!.readUInt32BE(20)).toBe(3)
    expect((await send(callOf(100_000, 2, 4), { transport: 'udp' }))!.readUInt32BE(20)).toBe(3)
    const list = await ask(100_000, 4)
    expect([list.uint(), list.uint(), list.uint(), list.uint(), list.uint()]).toEqual([1, 100_003, 3, 6, 2049])
  })
})

describe('mountd', () => {
  it('gives the folder of a link to its BMC', async () => {
    for (const path of [`/i/${token}`, `/i/${token}/`, `//i/${token}`]) {
      const reply = await mount(path)
      expect([reply.uint(), reply.opaque(64).equals(handles.make({ kind: 'folder', linkId })), reply.uint(), reply.uint(), reply.uint()]).toEqual([0, true, 2, 0, 1])
    }
  })

  it.each([`/i/${token.replace('a', 'b')}`, '/', '/i', '', `/i/${token}/debian.iso`, `/i/${token}/..`, '/etc', `/i/${token}\0`])('knows no folder "%s"', async (path) => {
    expect((await mount(path)).uint()).toBe(2)
  })

  it('knows none for another address, nor after the end of the link', async () => {
    expect((await mount(`/i/${token}`, { address: '10.0.0.9' })).uint()).toBe(2)
    link.revokedAt = new Date()
    await links.flush()
    expect((await mount(`/i/${token}`)).uint()).toBe(2)
  })

  it('lists nothing', async () => {
    expect((await ask(100_005, 5)).uint()).toBe(0)
    expect((await ask(100_005, 2)).uint()).toBe(0)
  })
})

describe('NFS', () => {
  it('has the attributes of a file that nobody may write', async () => {
    const reply = await nfs(1, file)
    const modified = Math.floor(statSync(join(folder, `${link.imageId}.iso`)).mtimeMs / 1000)
    expect([reply.uint(), reply.uint(), reply.uint(), reply.uint(), reply.uint(), reply.uint(), reply.hyper(), reply.hyper()]).toEqual([0, 1, 0o444, 1, 0, 0, 200_000n, 200_000n])
    reply.fixed(8 + 8 + 8)
    expect([reply.uint(), reply.uint(), reply.uint()]).toEqual([modified, 0, modified])
  })

  it('finds the file by its name alone', async () => {
    const found = await nfs(3, dir, string('debian.iso'))
    expect([found.uint(), found.opaque(64).equals(handles.make({ kind: 'file', linkId }))]).toEqual([0, true])
    for (const name of ['other.iso', '../debian.iso', 'DEBIAN.ISO', '', 'debian.iso\0']) expect((await nfs(3, dir, string(name))).uint()).toBe(2)
    expect((await nfs(3, file, string('debian.iso'))).uint()).toBe(20)
  })

  it('reads the true bytes, up to the end and no further', async () => {
    const parts: Buffer[] = []
    for (let at = 0n, end = 0; end === 0; ) {
      const reply = await nfs(6, file, hyper(at), uint(65_536))
      expect([reply.uint(), reply.uint()]).toEqual([0, 1])
      reply.fixed(84)
      const count = reply.uint()
      end = reply.uint()
      parts.push(reply.opaque(65_536))
      expect(parts.at(-1)).toHaveLength(count)
      at += BigInt(count)
    }
    expect(Buffer.concat(parts).equals(image)).toBe(true)
    await links.flush()
    expect(source.told).toEqual([expect.objectContaining({ bytes: 200_000, requests: 4, via: 'nfs' })])
  })

  it.each<[bigint, number, 'tcp' | 'udp', number]>([
    [200_000n, 512, 'tcp', 0],
    [199_999n, 512, 'tcp', 1],
    [2n ** 63n, 512, 'tcp', 0],
    [2n ** 64n - 1n, 4_294_967_295, 'tcp', 0],
    [0n, 4_294_967_295, 'tcp', 131_072],
    [0n, 4_294_967_295, 'udp', 32_768],
    [5n, 0, 'tcp', 0],
  ])('gives at %i of %i bytes by %s: %i', async (offset, count, transport, got) => {
    const reply = await ask(100_003, 6, [file, hyper(offset), uint(count)], { transport })
    reply.fixed(4 + 4 + 84)
    expect(reply.uint()).toBe(got)
    reply.uint()
    expect(reply.opaque(131_072).equals(image.subarray(Number(offset), Number(offset) + got))).toBe(true)
  })

  it('lists one file, with and without attributes, from any cookie on', async () => {
    const names = async (plus: boolean, cookie: bigint) => {
      const reply = await nfs(plus ? 17 : 16, dir, hyper(cookie), Buffer.alloc(8), uint(4096), ...(plus ? [uint(4096)] : []))
      reply.fixed(4 + 4 + 84 + 8)
      const found: string[] = []
      while (reply.uint() === 1) {
        reply.hyper()
        found.push(reply.string(255))
        reply.hyper()
        if (plus) {
          reply.fixed(4 + 84 + 4)
          reply.opaque(64)
        }
      }
      return [...found, reply.uint()]
    }
    for (const plus of [false, true]) {
      expect(await names(plus, 0n)).toEqual(['.', '..', 'debian.iso', 1])
      expect(await names(plus, 2n)).toEqual(['debian.iso', 1])
      expect(await names(plus, 3n)).toEqual([1])
    }
    expect((await nfs(16, dir, hyper(99n), Buffer.alloc(8), uint(512))).uint()).toBe(10_003)
  })

  it('allows reading and nothing more', async () => {
    const access = async (handle: Buffer) => {
      const reply = await nfs(4, handle, uint(0x3f))
      reply.fixed(4 + 4 + 84)
      return reply.uint()
    }
    expect([await access(file), await access(dir)]).toEqual([0x21, 0x23])
  })

  it.each<[number, number, number]>([
    [2, 30, 8], [7, 30, 8], [8, 30, 8], [9, 30, 8], [10, 30, 8], [11, 30, 8], [12, 30, 8], [13, 30, 8], [14, 30, 16], [15, 30, 12], [21, 30, 8], [5, 22, 88],
  ])('refuses procedure %i with %i', async (procedure, code, rest) => {
    const reply = await send(callOf(100_003, 3, procedure, file, Buffer.alloc(64)))
    expect([reply!.readUInt32BE(24), reply!.length]).toEqual([code, 28 + rest])
  })

  it.each([18, 19, 20])('answers procedure %i', async (procedure) => {
    expect((await nfs(procedure, dir)).uint()).toBe(0)
  })

  it('calls every handle stale that it did not make, for this link, address and time', async () => {
    const good = handles.make({ kind: 'file', linkId })
    for (let bit = 0; bit < good.length * 8; bit += 1) {
      const bad = Buffer.from(good)
      bad[bit >> 3]! ^= 1 << (bit & 7)
      expect((await nfs(1, opaque(bad))).uint()).toBe(70)
    }
    for (const bad of [Buffer.alloc(0), good.subarray(1), Buffer.concat([good, good]), createHandles(Buffer.alloc(32, 8)).make({ kind: 'file', linkId })]) expect((await nfs(1, opaque(bad))).uint()).toBe(70)
    expect((await ask(100_003, 1, [file], { address: '10.0.0.9' })).uint()).toBe(70)
    expect((await nfs(1, file)).uint()).toBe(0)
    link.expiresAt = new Date(Date.now() - 1)
    await links.flush()
    expect((await nfs(6, file, hyper(0n), uint(512))).uint()).toBe(70)
  })

  it('keeps its handles over a restart', () => {
    const place = join(folder, 'handle.key')
    const made = createHandles(keepHandleKey(place)).make({ kind: 'folder', linkId })
    expect(createHandles(keepHandleKey(place)).open(made)).toEqual({ kind: 'folder', linkId })
    expect(statSync(place).mode & 0o777).toBe(0o600)
  })

  it('notes what a reader calls itself, as text', async () => {
    const machine = Buffer.concat([uint(1), string('bmc\r\n\x1b'), uint(0), uint(0), uint(0)])
    await send(Buffer.concat([uint(1), uint(0), uint(2), uint(100_005), uint(3), uint(1), uint(1), opaque(machine), uint(0), uint(0), string(`/i/${token}`)]))
    await links.flush()
    expect(source.told).toEqual([expect.objectContaining({ agent: 'bmc???', requests: 1 })])
  })
})

/** A seeded stream of numbers below 2^32, so that a failure comes again (splitmix by hash). */
function* numbers(seed: number) {
  for (let i = 0; ; i += 1) {
    const block = createHash('sha256').update(`${seed} ${i}`).digest()
    for (let at = 0; at < 32; at += 4) yield block.readUInt32BE(at)
  }
}

it('answers or drops 20,000 damaged packets without a fault', async () => {
  const good = [
    callOf(100_000, 2, 3, ...[100_003, 3, 6, 0].map(uint)), callOf(100_000, 2, 4), callOf(100_005, 3, 1, string(`/i/${token}`)), callOf(100_005, 3, 5),
    callOf(100_003, 3, 1, file), callOf(100_003, 3, 3, dir, string('debian.iso')), callOf(100_003, 3, 4, file, uint(0x3f)), callOf(100_003, 3, 6, file, hyper(0n), uint(512)),
    callOf(100_003, 3, 16, dir, hyper(0n), Buffer.alloc(8), uint(512)), callOf(100_003, 3, 17, dir, hyper(0n), Buffer.alloc(8), uint(512), uint(512)), callOf(100_003, 3, 19, dir), callOf(100_003, 3, 7, file, hyper(0n), uint(4), uint(0), string('abcd')),
  ]
  const random = numbers(6)
  const next = (below: number) => random.next().value! % below
  let answered = 0
  for (let i = 0; i < 20_000; i += 1) {
    const bytes = Buffer.from(good[next(good.length)]!)
    for (let flips = next(4); flips >= 0; flips -= 1) {
      // A word (a length, a count, a kind) or a byte; then perhaps an end that comes early.
      if (next(2) === 0) bytes.writeUInt32BE([0, 1, 255, 65_536, 0x7fff_ffff, 0xffff_ffff][next(6)]!, next(bytes.length / 4) * 4)
      else bytes[next(bytes.length)] = next(256)
    }
    const answer = await send(next(4) === 0 ? bytes.subarray(0, next(bytes.length)) : bytes, { transport: next(2) === 0 ? 'udp' : 'tcp' })
    if (answer !== null) answered += 1
    expect(answer?.length ?? 0).toBeLessThan(140_000)
  }
  expect(answered).toBeGreaterThan(1_000)
})
