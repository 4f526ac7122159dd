import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Bmc } from '#lib/bmc/bmc.ts'
import { openRedfishBmc } from '#lib/bmc/redfish-bmc.ts'
import { chooseProtocol, toMountSlot } from '#lib/domain/media.ts'
import { imageFiles, type ImageFiles } from '#lib/media/image-files.ts'
import { rpcDoors, type RpcDoors } from '#lib/media/nfs/doors.ts'
import { createHandles } from '#lib/media/nfs/handles.ts'
import { mountd } from '#lib/media/nfs/mount.ts'
import { nfs3 } from '#lib/media/nfs/nfs3.ts'
import { portmap } from '#lib/media/nfs/portmap.ts'
import { createRpcServer } from '#lib/media/nfs/rpc-server.ts'
import { listen } from '#lib/media/door.ts'
import { permits } from '#lib/media/permits.ts'
import { linkOf, sourceOf } from '#lib/media/testing/links.ts'
import { openNfs } from '#simulator/media/nfs/nfs-source.ts'
import type { NodePlan } from '#simulator/rack-plan.ts'
import { startRack, type Rack } from '#simulator/rack.ts'

/** The simulator's NFS client and the depot's NFS server are two readings of RFC 1813 that share nothing: here they check each other. */

const token = 'abcdefghijklmnopqrstuv2345'
const image = randomBytes(700_001)
const sha256 = createHash('sha256').update(image).digest('hex')
const pattern = { agent: '', opens: 'head', chunkBytes: 128 * 1024, connections: 1, keepsAlive: true } as const

let folder: string
let files: ImageFiles
let doors: RpcDoors
let nfsPort: number
let mapper: ReturnType<typeof createRpcServer>
let mapperPort: number
let rack: Rack | undefined
let bmc: Bmc | undefined
const complaints: string[] = []

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'media-nfs-'))
  const link = linkOf({ bytes: image.length })
  writeFileSync(join(folder, `${link.imageId}.iso`), image)
  files = imageFiles(folder)
  const handles = createHandles(Buffer.alloc(32, 7))
  const links = permits(sourceOf([{ token, link }]))
  const complain = (text: string) => void complaints.push(text)
  doors = rpcDoors({ permits: links, files, handles: () => handles, complain, host: '127.0.0.1', nfsPort: 0, portmapPort: null })
  expect(await doors.doors[0]!.tryOpen()).toBeNull()
  nfsPort = doors.doors[0]!.open()!
  mapper = createRpcServer([nfs3({ permits: links, handles, files }), mountd(links, handles), portmap(() => nfsPort)], complain)
  mapperPort = await listen(mapper, 0, '127.0.0.1')
})
afterEach(async () => {
  await bmc?.close()
  await rack?.close()
})
afterAll(async () => {
  doors.doors[0]!.close()
  mapper.close()
  await files.close()
  rmSync(folder, { recursive: true })
})

const from = (localAddress = '127.0.0.1') => ({ localAddress, portmapperPort: mapperPort, pattern })

describe('NFSv3 between the two', () => {
  it.each([
    ['the port that the URL names', () => `nfs://127.0.0.1:${nfsPort}/i/${token}/debian.iso`],
    ['the ports that the portmapper names', () => `nfs://127.0.0.1/i/${token}/debian.iso`],
    ['Dell\'s spelling', () => `127.0.0.1:/i/${token}/debian.iso`],
    ['Inspur\'s spelling', () => `127.0.0.1:${nfsPort}/i/${token}/debian.iso`],
  ])('every byte comes by %s', async (_, place) => {
    const source = await openNfs(place(), from())
    expect(source.bytes).toBe(image.length)
    const pieces = [await source.read(0, 300_000), await source.read(300_000, 400_001)]
    expect(createHash('sha256').update(Buffer.concat(pieces)).digest('hex')).toBe(sha256)
    await expect(source.read(700_000, 2)).rejects.toThrow('ends earlier')
    source.close()
  })

  it('another address, another name and another token get nothing', async () => {
    await expect(openNfs(`nfs://127.0.0.1:${nfsPort}/i/${token}/debian.iso`, from('127.0.0.9'))).rejects.toThrow(/does not let us mount/)
    await expect(openNfs(`nfs://127.0.0.1:${nfsPort}/i/${token}/other.iso`, from())).rejects.toThrow(/no such file/)
    await expect(openNfs(`nfs://127.0.0.1:${nfsPort}/i/${'z'.repeat(26)}/debian.iso`, from())).rejects.toThrow(/does not let us mount/)
  })
})

describe('makes that take NFS alone, or also', () => {
  it.each<[string, Pick<NodePlan, 'make'> & Partial<NodePlan>]>([
    ['H3C by VmmControl', { make: 'h3c' }],
    ['xFusion by VmmControl', { make: 'xfusion' }],
    ['Inspur', { make: 'inspur' }],
    ['MegaRAC', { make: 'gigabyte' }],
    ['XCC by PATCH', { make: 'lenovo' }],
    ['iDRAC', { make: 'dell' }],
  ])('%s', async (_, plan) => {
    rack = await startRack({ nodes: [{ name: 'n1', persona: 'healthy', protocol: 'redfish', faces: ['redfish'], ...plan }], portmapperPort: mapperPort, timing: { powerOnMs: 20, mountMs: 20 } })
    const node = rack.node('n1')
    const { address, ports, username, password } = node.describe()
    bmc = await openRedfishBmc({ address, ip: address, port: ports.redfish!, username, password, pin: null })
    expect(chooseProtocol(toMountSlot(await bmc.readMedia!())!, ['nfs'])).toBe('nfs')
    expect(await bmc.insertMedia!({ url: `nfs://127.0.0.1/i/${token}/debian.iso`, protocol: 'nfs' })).toMatchObject({ kind: 'accepted' })
    node.machine.setBootOverride({ enabled: 'once', target: 'cd', mode: 'uefi' })
    node.machine.reset('ForceRestart', 'redfish')
    await expect.poll(() => node.drives.records().at(-1)?.sha256, { timeout: 10_000 }).toBe(sha256)
    expect(await bmc.ejectMedia!(undefined)).toMatchObject({ kind: 'accepted' })
    expect(complaints).toEqual([])
  }, 60_000)
})
