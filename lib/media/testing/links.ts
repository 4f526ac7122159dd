import type { LinkCounts, ServedLink } from '#lib/db/link-reads.ts'
import type { LinkSource } from '../permits.ts'

/** A link as the database gives it, to 127.0.0.1 and for an hour. */
export const linkOf = (more: Partial<ServedLink>): ServedLink => ({
  id: '22222222-2222-4222-8222-222222222222',
  imageId: '11111111-1111-4111-8111-111111111111',
  name: 'debian.iso',
  bmcAddress: '127.0.0.1',
  bytes: 0,
  expiresAt: new Date(Date.now() + 3_600_000),
  revokedAt: null,
  touched: Buffer.alloc(32),
  ...more,
})

/** A database of links in memory; `told` is what was counted, `asked` how often it was asked for a token. */
export function sourceOf(links: { token: string; link: ServedLink }[]): LinkSource & { told: LinkCounts[]; asked: string[]; away: boolean } {
  const copy = (link: ServedLink) => ({ ...link, touched: Buffer.from(link.touched) })
  const source = {
    told: [] as LinkCounts[],
    asked: [] as string[],
    away: false,
    async byToken(token: string) {
      source.asked.push(token)
      if (source.away) throw new Error('the database is away')
      const found = links.find((one) => one.token === token)
      return found === undefined ? null : copy(found.link)
    },
    async byIds(ids: readonly string[]) {
      if (source.away) throw new Error('the database is away')
      return links.filter(({ link }) => ids.includes(link.id)).map(({ link }) => copy(link))
    },
    async add(counts: readonly LinkCounts[]) {
      if (source.away) throw new Error('the database is away')
      source.told.push(...counts)
    },
  }
  return source
}
