import * as z from 'zod'
import { readMembers } from './collection.ts'
import { isRedfishError } from './errors.ts'
import { link, list, nested, parseLoose, text } from './loose.ts'
import type { RedfishModel } from './model.ts'
import { toLastSegment } from './path.ts'
import type { RedfishSession } from './session.ts'
import type { Tree } from './tree.ts'

/**
 * Where the firmware's POST codes can be read: OpenBMC's log of them, or the one that Supermicro snooped last. `known`: how many codes of the newest boot have
 * been read, and the last of them.
 */
type Place = { kind: 'log'; path: string; known: { count: number; code: string } } | { kind: 'last'; path: string }

const manager = z.object({ Oem: nested({ Supermicro: nested({ Snooping: link }) }) })
const snooping = z.object({ PostCode: text })
const service = z.object({ Entries: link })
const entries = z.object({ Members: list })
const entry = z.object({ Id: text, MessageArgs: list })

const postCodes = /^postcodes?$/i
const pageSize = 100
/** A start writes some hundreds; what is beyond is read the next time. */
const mostPages = 5

const none = { count: 0, code: '' }
const found = new WeakMap<Tree, Promise<Place | undefined>>()

/** The POST code that the firmware wrote last, as its BMC spells it; undefined where it tells none. One GET or two, and before the first those that find it. */
export async function readPostCode(model: RedfishModel): Promise<string | undefined> {
  const tree = await model.tree()
  const place = await (found.get(tree) ?? find(model.session, tree))
  if (place === undefined) return undefined
  if (place.kind === 'last') return parseLoose(snooping, await model.session.get(place.path)).PostCode
  return readLast(model.session, place)
}

function find(session: RedfishSession, tree: Tree): Promise<Place | undefined> {
  const finding = findPlace(session, tree)
  found.set(tree, finding)
  finding.catch(() => found.delete(tree))
  return finding
}

async function findPlace(session: RedfishSession, tree: Tree): Promise<Place | undefined> {
  for (const collection of tree.logServices) {
    const path = (await readMembers(session, collection, 16)).find((one) => postCodes.test(toLastSegment(one)))
    const { Entries } = path === undefined ? {} : parseLoose(service, await session.get(path))
    if (Entries !== undefined) return { kind: 'log', path: Entries, known: none }
  }
  const [path] = tree.managers
  const { Oem } = path === undefined ? {} : parseLoose(manager, await session.get(path))
  const { Snooping } = Oem?.Supermicro ?? {}
  return Snooping === undefined ? undefined : { kind: 'last', path: Snooping }
}

/**
 * bmcweb lists the codes of the newest boot first, `B1-1`, `B1-2` and on, then those of older ones, `B2-1`: so what is new stands behind those
 * that were read. Where nothing of the newest boot stands there, it may be another boot, which is read from its beginning.
 */
async function readLast(session: RedfishSession, place: Extract<Place, { kind: 'log' }>): Promise<string | undefined> {
  const { path } = place
  for (let page = 0; page < mostPages; page++) {
    const { count, code } = place.known
    const codes = await readPage(session, `${path}?$skip=${count}&$top=${pageSize}`)
    if (codes.length > 0) place.known = { count: count + codes.length, code: codes.at(-1)! }
    else if (page === 0 && count > 0) {
      const [last] = await readPage(session, `${path}?$skip=${count - 1}&$top=1`)
      if (last === code) break
      place.known = none
      continue
    }
    if (codes.length < pageSize) break
  }
  return place.known.code === '' ? undefined : place.known.code
}

/** The codes of the newest boot on this page; a BMC that pages otherwise and answers with an error has none here. */
async function readPage(session: RedfishSession, path: string): Promise<string[]> {
  try {
    const { Members } = parseLoose(entries, await session.get(path))
    return Members.flatMap((member) => {
      const { Id, MessageArgs } = parseLoose(entry, member)
      // The arguments of OpenBMC's BIOSPOSTCode: boot count, offset in seconds, code.
      return Id?.startsWith('B1-') === true ? (text.parse(MessageArgs[2]) ?? []) : []
    })
  } catch (error) {
    if (isRedfishError(error, 'http', 'bad-json', 'not-found')) return []
    throw error
  }
}
