import { describe, expect, it } from 'vitest'
import { toTouchedPercent } from '#lib/domain/image-link.ts'
import { touch } from './coverage.ts'
import { permits, type Reader } from './permits.ts'
import { linkOf, sourceOf } from './testing/links.ts'

const token = 'abcdefghijklmnopqrstuv2345'
const other = 'zzzzzzzzzzzzzzzzzzzzzzzzzz'
const bmc: Reader = { address: '127.0.0.1', via: 'http', agent: 'httpfs2' }

function rig(more: Parameters<typeof linkOf>[0] = {}) {
  const link = linkOf({ bytes: 25_600, ...more })
  const source = sourceOf([{ token, link }])
  const clock = { ms: 0 }
  return { link, source, clock, links: permits(source, () => clock.ms) }
}

describe('a permit', () => {
  it('is for the holder of the token at the address of the link', async () => {
    const { links, link } = rig()
    expect(await links.byToken(token, bmc)).toEqual({ linkId: link.id, imageId: link.imageId, name: 'debian.iso', bytes: 25_600 })
    expect(await links.byId(link.id, bmc)).not.toBeNull()
    expect(await links.byToken(other, bmc)).toBeNull()
    expect(await links.byId('33333333-3333-4333-8333-333333333333', bmc)).toBeNull()
  })

  it('is refused elsewhere, and where from is told to people', async () => {
    const { links, source } = rig()
    expect(await links.byToken(token, { ...bmc, address: '10.0.0.9' })).toBeNull()
    await links.flush()
    expect(source.told).toEqual([expect.objectContaining({ bytes: 0, requests: 0, refusedAddress: '10.0.0.9', refusedAt: expect.any(Date) })])
  })

  it.each<[string, Parameters<typeof linkOf>[0]]>([
    ['expired', { expiresAt: new Date(Date.now() - 1) }],
    ['revoked', { revokedAt: new Date() }],
  ])('is refused to a link that is %s', async (_what, more) => {
    const { links, link } = rig(more)
    expect(await links.byToken(token, bmc)).toBeNull()
    expect(await links.byId(link.id, bmc)).toBeNull()
  })

  it('ends at the next look after its link has, and with the link itself', async () => {
    const { links, link, source } = rig()
    await links.byToken(token, bmc)
    link.revokedAt = new Date()
    await links.flush()
    expect(await links.byToken(token, bmc)).toBeNull()
    expect(source.asked).toHaveLength(1)
  })

  it('is asked for once, however many connections wait', async () => {
    const { links, source } = rig()
    const all = await Promise.all(Array.from({ length: 20 }, () => links.byToken(token, bmc)))
    expect(all.every((one) => one !== null)).toBe(true)
    expect(source.asked).toEqual([token])
  })

  it('stays good while the database is away, which a new one does not get', async () => {
    const { links, source } = rig()
    const permit = (await links.byToken(token, bmc))!
    source.away = true
    links.read(permit, 0, 100)
    await expect(links.flush()).rejects.toThrow('away')
    expect(await links.byToken(token, bmc)).not.toBeNull()
    await expect(links.byToken(other, bmc)).rejects.toThrow('away')
    links.read(permit, 100, 150)
    source.away = false
    await links.flush()
    expect(source.told).toEqual([expect.objectContaining({ bytes: 150 })])
  })
})

describe('who guesses', () => {
  const guess = (i: number) => `a${i.toString(32).padStart(25, 'a').replaceAll(/[018]/g, '7').replaceAll('9', '6')}`.slice(0, 26)

  it('costs the database fifty questions in ten seconds, and the others nothing', async () => {
    const { links, source, clock } = rig()
    for (let i = 0; i < 200; i += 1) expect(await links.byToken(guess(i), { ...bmc, address: '10.6.6.6' })).toBeNull()
    expect(source.asked).toHaveLength(50)
    expect(await links.byToken(token, bmc)).not.toBeNull()
    clock.ms = 10_001
    await links.byToken(guess(999), { ...bmc, address: '10.6.6.6' })
    expect(source.asked).toHaveLength(52)
  })

  it('is asked for one wrong token once in five seconds', async () => {
    const { links, source, clock } = rig()
    for (let i = 0; i < 9; i += 1) await links.byToken(other, bmc)
    expect(source.asked).toHaveLength(1)
    clock.ms = 5_001
    await links.byToken(other, bmc)
    expect(source.asked).toHaveLength(2)
  })

  it('with what is no token is not even asked for', async () => {
    const { links, source } = rig()
    for (const text of ['', '../../etc/passwd', token.toUpperCase(), `${token}a`, 'x'.repeat(5_000)]) expect(await links.byToken(text, bmc)).toBeNull()
    expect(source.asked).toEqual([])
  })
})

describe('counting', () => {
  it('adds up requests, bytes and blocks, and tells only what changed', async () => {
    const { links, source, clock } = rig()
    const permit = (await links.byToken(token, bmc))!
    links.request(permit, { ...bmc, agent: 'evil\r\n\x1b[31m'.padEnd(500, 'x') })
    links.read(permit, 0, 100)
    links.read(permit, 100, 200)
    clock.ms = 1_000
    await links.flush()
    await links.flush()
    expect(source.told).toHaveLength(1)
    const [told] = source.told
    expect(told).toMatchObject({ bytes: 200, requests: 1, bytesPerSecond: 200, via: 'http' })
    expect(told!.agent).toMatch(/^evil\?\?\?\[31mx+$/)
    expect(told!.agent).toHaveLength(120)
    // 25,600 bytes in 256 blocks: two of them.
    expect(toTouchedPercent(told!.touched)).toBe((2 * 100) / 256)
  })

  it('gives the mean rate of the last five looks', async () => {
    const { links, source, clock } = rig()
    const permit = (await links.byToken(token, bmc))!
    for (const bytes of [1_000, 0, 0, 0, 500, 500]) {
      links.read(permit, 0, bytes)
      links.request(permit, bmc)
      clock.ms += 1_000
      await links.flush()
    }
    expect(source.told.map((one) => one.bytesPerSecond)).toEqual([1_000, 500, 333, 250, 300, 200])
  })

  it('keeps what a link was before in its map of blocks', async () => {
    const { links, source } = rig({ touched: Buffer.alloc(32).fill(0xff, 0, 1) })
    links.read((await links.byToken(token, bmc))!, 25_500, 25_600)
    await links.flush()
    expect([...source.told[0]!.touched]).toEqual([0xff, ...Array(30).fill(0), 0x01])
  })

  it('forgets a link that nobody uses, after what was read is told', async () => {
    const { links, source, clock } = rig()
    await links.byToken(token, bmc)
    clock.ms = 120_001
    await links.flush()
    await links.byToken(token, bmc)
    expect(source.asked).toEqual([token, token])
  })
})

it.each<[number, number, number, number[]]>([
  [256, 0, 1, [0x80]],
  [256, 7, 9, [0x01, 0x80]],
  [256, 0, 0, [0]],
  [256, 5, 4, [0]],
  [1, 0, 1, [0x80]],
  [3_000_000_000, 2_999_999_999, 3_000_000_000, [...Array(31).fill(0), 0x01]],
  [3_000_000_000, 0, 3_000_000_000, Array(32).fill(0xff)],
])('of %i bytes, %i to %i touch their blocks', (size, start, end, bytes) => {
  const map = new Uint8Array(32)
  touch(map, size, start, end)
  expect([...map]).toEqual([...bytes, ...Array(32 - bytes.length).fill(0)])
})
