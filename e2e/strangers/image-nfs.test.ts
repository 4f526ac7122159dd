import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { imageFiles } from '#lib/media/image-files.ts'
import { createHandles } from '#lib/media/nfs/handles.ts'
import { rpcDoors, type RpcDoors } from '#lib/media/nfs/doors.ts'
import { permits, type Permits } from '#lib/media/permits.ts'
import { linkOf, sourceOf } from '#lib/media/testing/links.ts'
import { isInstalled } from './ipmi-sim.ts'

/** libnfs, which is nobody's of ours, mounts a link's folder, lists it and reads the file; and it may not with another token or address. */

const run = promisify(execFile)
const token = 'abcdefghijklmnopqrstuv2345'
const image = randomBytes(3_333_333)
const sum = (data: Buffer) => createHash('sha256').update(data).digest('hex')

const hasTools = isInstalled('nfs-ls') && isInstalled('nfs-cat')
if (!hasTools) console.log('image-nfs: skipped, nfs-ls and nfs-cat are not installed (apt-get install libnfs-utils)')
const isRoot = process.getuid?.() === 0
if (!/^nodev\s+nfs$|\snfs$/m.test(readFileSync('/proc/filesystems', 'utf8'))) console.log('image-nfs: this kernel knows no NFS, so there is no mount to try')

describe.skipIf(!hasTools)('libnfs', () => {
  let folder: string
  let links: Permits
  let doors: RpcDoors
  const [link, elsewhere] = [linkOf({ bytes: image.length }), linkOf({ id: '33333333-3333-4333-8333-333333333333', bmcAddress: '127.0.0.9', bytes: image.length })]
  const source = sourceOf([{ token, link }, { token: 'zzzzzzzzzzzzzzzzzzzzzzzzzz', link: elsewhere }])
  const files = () => imageFiles(folder)
  let opened: ReturnType<typeof imageFiles>
  let port = 0

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'image-nfs-'))
    writeFileSync(join(folder, `${link.imageId}.iso`), image)
    links = permits(source)
    opened = files()
    doors = rpcDoors({ permits: links, files: opened, handles: () => createHandles(randomBytes(32)), complain: (text) => console.error(text), host: '127.0.0.1', nfsPort: 0, portmapPort: 0 })
    expect(await doors.doors[0]!.tryOpen()).toBeNull()
    port = doors.doors[0]!.open()!
  })
  afterAll(async () => {
    doors.doors[0]?.close()
    doors.closePortmapper()
    await opened.close()
    rmSync(folder, { recursive: true })
  })

  const url = (path: string, at = port) => `nfs://127.0.0.1${path}?nfsport=${at}&mountport=${at}`
  const cat = async (where: string) => (await run('nfs-cat', [where], { encoding: 'buffer', maxBuffer: 1 << 24, timeout: 60_000 })).stdout

  test('lists the one file with its size, as nobody may write it', async () => {
    const { stdout } = await run('nfs-ls', [url(`/i/${token}`)], { timeout: 60_000 })
    expect(stdout.trim()).toMatch(new RegExp(`^-r--r--r--\\s+1\\s+0\\s+0\\s+${image.length}\\s+debian\\.iso$`))
  })

  test('reads the true bytes, which are counted with the name that it gives itself', async () => {
    expect(sum(await cat(url(`/i/${token}/debian.iso`)))).toBe(sum(image))
    await links.flush()
    const last = source.told.at(-1)!
    expect(source.told.reduce((all, one) => all + one.bytes, 0)).toBe(image.length)
    expect(last).toMatchObject({ id: link.id, via: 'nfs', agent: expect.stringMatching(/\S/) })
    expect(last.touched.equals(Buffer.alloc(32, 0xff))).toBe(true)
  })

  test.each([
    ['another token', '/i/aaaaaaaaaaaaaaaaaaaaaaaaaa/debian.iso'],
    ['a token of another address', '/i/zzzzzzzzzzzzzzzzzzzzzzzzzz/debian.iso'],
    ['another file', `/i/${token}/other.iso`],
    ['the root', '/debian.iso'],
    ['a climb', `/i/${token}/../debian.iso`],
  ])('gets nothing for %s', async (_what, path) => {
    const said = await cat(url(path)).then(
      () => 'it read it',
      (error: { stderr: Buffer }) => error.stderr.toString(),
    )
    expect(said).toMatch(/NOENT/)
  })

  // libnfs asks port 111 and no other, which is root's; where a portmapper runs already, there is nothing to try.
  test.skipIf(!isRoot)('finds the port by the portmapper, as a BMC does', async (context) => {
    const mapped = rpcDoors({ permits: links, files: opened, handles: () => createHandles(randomBytes(32)), complain: console.error, host: '127.0.0.1', nfsPort: 0, portmapPort: 111 })
    try {
      expect(await mapped.doors[0]!.tryOpen()).toBeNull()
      const refused = await mapped.tryPortmapper()
      if (refused !== null) return context.skip(`port 111: ${refused.code}`)
      expect(sum(await cat(`nfs://127.0.0.1/i/${token}/debian.iso`))).toBe(sum(image))
    } finally {
      mapped.doors[0]!.close()
      mapped.closePortmapper()
    }
  })
})
