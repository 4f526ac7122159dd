import { isLinkToken, type LinkProtocol } from '#lib/domain/image-link.ts'
import type { LinkCounts, ServedLink } from '#lib/db/link-reads.ts'
import { touch } from './coverage.ts'

/** What the depot asks the database for, so that links can be tried without one. Each throws when the database is away. */
export type LinkSource = {
  byToken: (token: string) => Promise<ServedLink | null>
  byIds: (ids: readonly string[]) => Promise<ServedLink[]>
  add: (counts: readonly LinkCounts[]) => Promise<void>
}

/** An admitted reader of one image. */
export type Permit = { linkId: string; imageId: string; name: string; bytes: number }

/** Who reads, and how. */
export type Reader = { address: string; via: LinkProtocol; agent: string | null }

export type Permits = {
  /** Whoever holds this token at this address; null without a word for everybody else. */
  byToken: (token: string, reader: Reader) => Promise<Permit | null>
  /** The same by a link's id, which an NFS handle proves. */
  byId: (linkId: string, reader: Reader) => Promise<Permit | null>
  /** Notes a request; then, as they leave, its bytes. */
  request: (permit: Permit, reader: Reader) => void
  read: (permit: Permit, start: number, end: number) => void
  /** Writes what was counted and looks at the links again: once a second, and when it is told that one of them has ended. */
  flush: () => Promise<void>
}

/** What is counted of a link since the database was told last. */
type Counted = Omit<LinkCounts, 'id' | 'bytesPerSecond' | 'touched'>

const nothingCounted: Counted = { bytes: 0, requests: 0, firstReadAt: null, lastReadAt: null, via: null, agent: null, refusedAddress: null, refusedAt: null }

/** A link in memory: what the database said of it, and what has been counted since. */
type Entry = {
  link: ServedLink
  counted: Counted
  /** Bytes since the last look, and of the looks before: what the rate is of. */
  fresh: number
  recent: number[]
  changed: boolean
  usedAt: number
}

/** A link is kept so long after its last use; a token that is none is remembered so long, and so many of them. */
const idleMs = 120_000
const unknownMs = 5_000
const mostUnknown = 1_000
/** So many tokens that are none may an address try in ten seconds: more than a BMC whose link ended, less than a search. */
const missesMost = 50
const missesMs = 10_000
const rateLooks = 5
/** What a reader calls itself is shown to people. */
const agentLength = 120

const toAgent = (text: string) => text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, agentLength)

/** Counts tokens that are none by address, so that who guesses costs the database nothing. */
function missCounter(now: () => number) {
  let since = now()
  let misses = new Map<string, number>()
  return {
    add(address: string) {
      if (misses.size < 10_000) misses.set(address, (misses.get(address) ?? 0) + 1)
    },
    isOver(address: string) {
      if (now() - since > missesMs) {
        since = now()
        misses = new Map()
      }
      return (misses.get(address) ?? 0) >= missesMost
    },
  }
}

/**
 * The links that are being read, in memory: a BMC asks a thousand times a second, the database is asked once. A link is as good as the
 * database last said it is, also while that is away: an install that runs goes on until the link expires. The clock of `Date` decides
 * when that is, because the conductor and its database share it; `now` is monotonic.
 */
export function permits(source: LinkSource, now: () => number = () => performance.now()): Permits {
  const entries = new Map<string, Entry>()
  const idsByToken = new Map<string, string>()
  const unknown = new Map<string, number>()
  const asking = new Map<string, Promise<Entry | null>>()
  const misses = missCounter(now)
  let lookedAt = now()

  const enter = (link: ServedLink): Entry => {
    const known = entries.get(link.id)
    if (known !== undefined) return known
    const entry: Entry = { link, counted: { ...nothingCounted }, fresh: 0, recent: [], changed: false, usedAt: now() }
    entries.set(link.id, entry)
    return entry
  }

  /** One question at a time for each key, however many connections wait for it. */
  function ask(key: string, question: () => Promise<ServedLink | null | undefined>): Promise<Entry | null> {
    const running = asking.get(key)
    if (running !== undefined) return running
    const answer = question()
      .then((link) => {
        if (link) return enter(link)
        if (unknown.size >= mostUnknown) unknown.clear()
        unknown.set(key, now())
        return null
      })
      .finally(() => asking.delete(key))
    asking.set(key, answer)
    return answer
  }

  async function find(key: string, linkId: string | undefined, address: string, question: () => Promise<ServedLink | null | undefined>): Promise<Entry | null> {
    const known = linkId === undefined ? undefined : entries.get(linkId)
    if (known !== undefined) return known
    if (now() - (unknown.get(key) ?? -Infinity) < unknownMs || misses.isOver(address)) return null
    const entry = await ask(key, question)
    if (entry === null) misses.add(address)
    return entry
  }

  function admit(entry: Entry | null, { address }: Reader): Permit | null {
    if (entry === null) return null
    const { link } = entry
    entry.usedAt = now()
    if (link.revokedAt !== null || link.expiresAt.getTime() <= Date.now()) return null
    if (address !== link.bmcAddress) {
      Object.assign(entry.counted, { refusedAddress: address, refusedAt: new Date() })
      entry.changed = true
      return null
    }
    return { linkId: link.id, imageId: link.imageId, name: link.name, bytes: link.bytes }
  }

  const toCounts = ({ link, counted, recent }: Entry): LinkCounts => {
    const bytesPerSecond = Math.round(recent.reduce((sum, one) => sum + one, 0) / Math.max(recent.length, 1))
    return { id: link.id, bytesPerSecond, touched: Buffer.from(link.touched), ...counted }
  }

  function takeRates(): void {
    const seconds = (now() - lookedAt) / 1000
    // Told of a link's end, we look between the seconds: the rate is of whole ones.
    if (seconds < 0.5) return
    lookedAt = now()
    for (const entry of entries.values()) {
      entry.recent = [...entry.recent, entry.fresh / seconds].slice(-rateLooks)
      entry.fresh = 0
    }
  }

  async function write(): Promise<void> {
    takeRates()
    const changed = [...entries.values()].filter((entry) => entry.changed)
    if (changed.length === 0) return
    const counts = changed.map(toCounts)
    await source.add(counts)
    for (const [i, entry] of changed.entries()) {
      // What came while it was written is told next time.
      const { counted } = entry
      counted.bytes -= counts[i]!.bytes
      counted.requests -= counts[i]!.requests
      entry.changed = counted.bytes > 0 || counted.requests > 0
    }
  }

  async function lookAgain(): Promise<void> {
    for (const [id, { usedAt, changed }] of entries) if (!changed && now() - usedAt > idleMs) entries.delete(id)
    for (const [token, id] of idsByToken) if (!entries.has(id)) idsByToken.delete(token)
    if (entries.size === 0) return
    const links = new Map((await source.byIds([...entries.keys()])).map((link) => [link.id, link]))
    for (const [id, entry] of entries) {
      const link = links.get(id)
      if (link === undefined) entries.delete(id)
      else entry.link = { ...link, touched: entry.link.touched }
    }
  }

  return {
    async byToken(token, reader) {
      if (!isLinkToken(token)) return null
      const entry = await find(token, idsByToken.get(token), reader.address, () => source.byToken(token))
      if (entry !== null) idsByToken.set(token, entry.link.id)
      return admit(entry, reader)
    },
    async byId(linkId, reader) {
      return admit(await find(linkId, linkId, reader.address, async () => (await source.byIds([linkId]))[0]), reader)
    },
    request({ linkId }, { via, agent }) {
      const entry = entries.get(linkId)
      if (entry === undefined) return
      const { counted } = entry
      counted.requests += 1
      Object.assign(counted, { via, agent: agent === null ? counted.agent : toAgent(agent) })
      entry.changed = true
    },
    read({ linkId }, start, end) {
      const entry = entries.get(linkId)
      if (entry === undefined || end <= start) return
      const { counted } = entry
      counted.bytes += end - start
      counted.lastReadAt = new Date()
      counted.firstReadAt ??= counted.lastReadAt
      entry.fresh += end - start
      entry.changed = true
      entry.usedAt = now()
      touch(entry.link.touched, entry.link.bytes, start, end)
    },
    async flush() {
      await write()
      await lookAgain()
    },
  }
}
