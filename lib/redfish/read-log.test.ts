import { describe, expect, it } from 'vitest'
import { createModel } from './model.ts'
import { readLog, type ReadLogOptions } from './read-log.ts'
import { clearLog, readLogServices } from './read-log-services.ts'
import { createMemorySession, createSmallTree, type MemorySession } from './testing/memory-session.ts'

const SERVICE = '/redfish/v1/Managers/m/LogServices/Sel'
const ENTRIES = `${SERVICE}/Entries`
const at = (path: string) => ({ '@odata.id': path })
const collectionOf = (...paths: string[]) => ({ Members: paths.map(at) })

/** Entry n of a log that writes one a minute. */
const entryOf = (id: number, more: object = {}) => ({
  '@odata.id': `${ENTRIES}/${id}`,
  Id: String(id),
  EntryType: 'SEL',
  Created: new Date(Date.UTC(2026, 0, 1) + id * 60_000).toISOString(),
  Severity: 'OK',
  Message: `Event ${id}`,
  ...more,
})

type Entry = ReturnType<typeof entryOf>
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => entryOf(from + index))

/** A BMC with one log, whose pages are written by `serve`. */
function bmcWith(services: object = { Members: [at(SERVICE)] }): MemorySession {
  return createMemorySession(
    createSmallTree({}, {
      '/redfish/v1/Managers/m': { FirmwareVersion: '1.0', LogServices: at('/redfish/v1/Managers/m/LogServices') },
      '/redfish/v1/Managers/m/LogServices': services,
      [SERVICE]: { Id: 'Sel', Entries: at(ENTRIES), Actions: { '#LogService.ClearLog': { target: `${SERVICE}/Actions/LogService.ClearLog` } } },
      [ENTRIES]: { 'Members@odata.count': 0, Members: [] },
    }),
  )
}

/** Lays the entries out in pages of `size`; with or without `nextLink`. */
function serve(session: MemorySession, entries: Entry[], size: number, hasLinks = true): void {
  for (const path of Object.keys(session.resources)) if (path.startsWith(`${ENTRIES}?`)) delete session.resources[path]
  for (let skip = 0; skip < Math.max(1, entries.length); skip++) {
    const page = entries.slice(skip, skip + size)
    const next = skip + size < entries.length && hasLinks ? { 'Members@odata.nextLink': `${ENTRIES}?$skip=${skip + size}` } : {}
    session.resources[skip === 0 ? ENTRIES : `${ENTRIES}?$skip=${skip}`] = { 'Members@odata.count': entries.length, Members: page, ...next }
  }
}

function readerOf(session: MemorySession) {
  const model = createModel(session)
  let cursors = {}
  return async (options: ReadLogOptions = {}) => {
    session.requests.length = 0
    const reading = await readLog(model, cursors, options)
    // As it comes back from the database.
    cursors = JSON.parse(JSON.stringify(reading.cursors))
    const [log] = reading.services
    return {
      ids: log!.entries.map(({ id }) => Number(id)).toSorted((a, b) => a - b),
      wasCleared: log!.wasCleared,
      isComplete: log!.isComplete,
      pages: session.requests.filter((request) => request.includes('/Entries')).length,
      entries: log!.entries,
    }
  }
}

const idsOf = (from: number, to: number) => range(from, to).map(({ Id }) => Number(Id))

describe.each([
  ['oldest first', (entries: Entry[]) => entries],
  ['newest first', (entries: Entry[]) => entries.toReversed()],
])('a log that is sorted %s', (_, sort) => {
  it('in one answer: what is new, in one request', async () => {
    const session = bmcWith()
    const read = readerOf(session)
    serve(session, sort(range(1, 20)), 1_000)
    expect(await read()).toMatchObject({ ids: idsOf(1, 20), wasCleared: false, isComplete: true, pages: 1 })
    expect(await read()).toMatchObject({ ids: [], pages: 1 })
    serve(session, sort(range(1, 23)), 1_000)
    expect(await read()).toMatchObject({ ids: [21, 22, 23], pages: 1 })
    // A log that throws away its oldest.
    serve(session, sort(range(10, 25)), 1_000)
    expect(await read()).toMatchObject({ ids: [24, 25], wasCleared: false })
    serve(session, sort(range(40, 42)), 1_000)
    expect(await read()).toMatchObject({ ids: [40, 41, 42], wasCleared: true })
  })

  it.each([true, false])('in pages (with nextLink: %s): everything once, then what is new in one or two requests', async (hasLinks) => {
    const session = bmcWith()
    const read = readerOf(session)
    serve(session, sort(range(1, 230)), 50, hasLinks)
    expect(await read()).toMatchObject({ ids: idsOf(1, 230), isComplete: true, pages: 5 })
    expect(await read()).toMatchObject({ ids: [], pages: 1 })
    serve(session, sort(range(1, 233)), 50, hasLinks)
    expect(await read()).toMatchObject({ ids: [231, 232, 233], pages: 1, wasCleared: false })
    serve(session, sort(range(1, 301)), 50, hasLinks)
    expect(await read()).toMatchObject({ ids: idsOf(234, 301), pages: 2 })
  })

  it('in pages, cleared and grown again: the ids are the same, the times are not', async () => {
    const session = bmcWith()
    const read = readerOf(session)
    serve(session, sort(range(1, 120)), 50)
    await read()
    const anew = range(1, 130).map((entry) => ({ ...entry, Created: entry.Created.replace('2026', '2027') }))
    serve(session, sort(anew), 50)
    expect(await read()).toMatchObject({ ids: idsOf(1, 130), wasCleared: true })
    session.resources[ENTRIES] = { 'Members@odata.count': 0, Members: [] }
    for (const path of Object.keys(session.resources)) if (path.includes('?')) delete session.resources[path]
    expect(await read()).toMatchObject({ ids: [], wasCleared: true })
  })

  it('in pages that are too many for one reading: the rest comes in the next ones, new entries too', async () => {
    const session = bmcWith()
    const read = readerOf(session)
    serve(session, sort(range(1, 500)), 50)
    const got = new Set<number>()
    const first = await read({ maxPages: 3 })
    expect(first.isComplete).toBe(false)
    first.ids.forEach((id) => got.add(id))
    serve(session, sort(range(1, 504)), 50)
    for (let round = 0; round < 6; round++) (await read({ maxPages: 3 })).ids.forEach((id) => got.add(id))
    expect([...got].toSorted((a, b) => a - b)).toEqual(idsOf(1, 504))
    expect((await read({ maxPages: 3 })).isComplete).toBe(true)
  })

  it('that is longer than the limit gives its newest', async () => {
    const session = bmcWith()
    serve(session, sort(range(1, 400)), 50)
    const { ids } = await readerOf(session)({ limit: 100 })
    expect(ids).toEqual(idsOf(301, 400))
  })
})

describe('what BMCs do', () => {
  it('$skip is ignored: the first page again is not taken for the next', async () => {
    const session = bmcWith()
    serve(session, range(1, 120).toReversed(), 50, false)
    const first = session.resources[ENTRIES]
    for (const path of Object.keys(session.resources)) if (path.startsWith(`${ENTRIES}?`)) session.resources[path] = first
    expect(await readerOf(session)()).toMatchObject({ ids: idsOf(71, 120), pages: 2 })
  })

  it('an entry that counts repetitions is given again when it changes', async () => {
    const session = bmcWith()
    const read = readerOf(session)
    const hpe = (updated: string, word: string) => ({ Oem: { Hpe: { Severity: word, Updated: updated, Repaired: word === 'Repaired' } } })
    serve(session, [entryOf(1, hpe('2026-01-02T00:00:00Z', 'Caution')), entryOf(2)] as Entry[], 100)
    expect((await read()).entries.find(({ id }) => id === '1')).toMatchObject({ severity: 'Caution', health: 'Warning', isResolved: false })
    expect((await read()).entries).toEqual([])
    serve(session, [entryOf(1, hpe('2026-01-03T00:00:00Z', 'Repaired')), entryOf(2)] as Entry[], 100)
    expect((await read()).entries).toMatchObject([{ id: '1', severity: 'Repaired', health: 'OK', isResolved: true }])
    expect((await read()).entries).toEqual([])
  })

  it('members that are only links are read one by one, and at most a hundred', async () => {
    const session = bmcWith()
    for (const entry of range(1, 300)) session.resources[entry['@odata.id']] = entry
    session.resources[ENTRIES] = { Members: range(1, 300).toReversed().map((entry) => at(entry['@odata.id'])) }
    const read = readerOf(session)
    expect(await read()).toMatchObject({ ids: idsOf(201, 300), pages: 101 })
    expect(await read()).toMatchObject({ ids: [], pages: 1 })
  })

  it('fields wrapped in lists, MessageID, a word that is none (iDRAC 9 3.15)', async () => {
    const session = bmcWith()
    const odd = { MessageID: '1ffff', MessageId: undefined, EntryCode: [{ Member: 'Assert' }], SensorType: [{ Member: 'Memory' }], SensorNumber: 82, Severity: 'Ok' }
    serve(session, [entryOf(1, odd), entryOf(2, { SensorType: [{ Member: null }], Severity: 7 })] as Entry[], 100)
    const { entries } = await readerOf(session)()
    expect(entries.find(({ id }) => id === '1')).toMatchObject({ messageId: '1ffff', entryCode: 'Assert', sensorType: 'Memory', sensorNumber: 82, health: 'OK' })
    expect(entries.find(({ id }) => id === '2')).toMatchObject({ sensorType: undefined, severity: '7', health: undefined })
  })

  it('one log that fails costs the others nothing', async () => {
    const other = '/redfish/v1/Managers/m/LogServices/Broken'
    const session = bmcWith({ Members: [at(other), at(SERVICE)] })
    session.resources[other] = { Id: 'Broken', Entries: at(`${other}/Entries`) }
    session.resources[`${other}/Entries`] = 500
    serve(session, range(1, 3), 100)
    const { services, cursors } = await readLog(createModel(session))
    expect(services.map(({ service, entries, isComplete, failures }) => [service.name, entries.length, isComplete, failures.length])).toEqual([
      ['Broken', 0, false, 1],
      ['Sel', 3, true, 0],
    ])
    expect(Object.keys(cursors)).toEqual([SERVICE])
  })
})

describe('services', () => {
  it('a journal or dumps are no event log, and one log at two places is one', async () => {
    const base = '/redfish/v1/Managers/m/LogServices'
    const session = bmcWith(collectionOf(SERVICE, `${base}/Journal`, `${base}/Dump`, `${base}/PostCodes`, `${base}/Same`))
    session.resources[`${base}/Same`] = { Id: 'Same', Entries: at(ENTRIES) }
    expect((await readLogServices(createModel(session))).services.map(({ name }) => name)).toEqual(['Sel'])
    expect(session.requests.filter((request) => /Journal|Dump|PostCodes/.test(request))).toEqual([])
  })

  it('ClearLog is posted once, with an empty object; a log without it is refused before anything is sent', async () => {
    const session = bmcWith()
    const [log] = (await readLogServices(createModel(session))).services
    await clearLog(session, log!)
    expect(session.writes).toEqual([{ path: `${SERVICE}/Actions/LogService.ClearLog`, body: {}, ifMatch: undefined }])
    await expect(clearLog(session, { ...log!, clearTarget: undefined })).rejects.toMatchObject({ kind: 'unsupported', notSent: true })
    expect(session.writes).toHaveLength(1)
  })
})

it('a tree without any log gives none', async () => {
  const { services } = await readLog(createModel(createMemorySession(createSmallTree({}, {}))))
  expect(services).toEqual([])
})
