import { expect, it } from 'vitest'
import { createRedfishMemory, toKnownService, type KnownService } from './memory.ts'
import { toServiceRoot } from './service-root.ts'

const at = (path: string) => ({ '@odata.id': path })
const body = { RedfishVersion: '1.6.0', Vendor: 'X', Oem: { Dell: {} }, Systems: at('/redfish/v1/Systems'), Links: { Sessions: at('/redfish/v1/Sessions') } }
const known: KnownService = { certificate: 'AA', root: toServiceRoot(body)!, host: '/redfish/v1/Systems/1' }

it('believes what was learned for two minutes from its first use, until it is learned anew', () => {
  let now = 0
  const memory = createRedfishMemory({ known, now: () => now })
  now = 1_000_000
  expect([memory.recall('AA'), memory.recall('BB'), memory.recall(undefined)]).toEqual([known, undefined, undefined])
  now += 119_999
  expect(memory.recall('AA')).toEqual(known)
  now += 1
  expect(memory.recall('AA')).toBeUndefined()
  memory.learn(known)
  now += 1_000_000
  expect(memory.recall('AA')).toEqual(known)
  memory.forget()
  expect(memory.recall('AA')).toBeUndefined()
})

it('keeps what is news, and is the same after it was kept', () => {
  const kept: string[] = []
  const keep = (json: string) => kept.push(json)
  const first = createRedfishMemory({ keep })
  first.learn(known)
  first.learn({ ...known })
  expect(kept).toHaveLength(1)
  const { certificate, root, host } = JSON.parse(kept[0]!) as KnownService
  // Where it is kept the order of keys is lost.
  const read = toKnownService(JSON.stringify({ host, root: Object.fromEntries(Object.entries(root).toReversed()), certificate }))
  expect(read).toEqual(known)
  const second = createRedfishMemory({ known: read, keep })
  second.learn(known)
  expect(kept).toHaveLength(1)
  second.learn({ ...known, host: '/redfish/v1/Systems/2' })
  expect(kept).toHaveLength(2)
})

it.each([
  ['nothing', null],
  ['an empty object', {}],
  ['no object', 'x'],
  ['of another version', { certificate: 'AA', host: '/redfish/v1/Systems/1' }],
  ['a host elsewhere', { ...known, host: 'https://evil.example/redfish/v1/Systems/1' }],
  ['sessions elsewhere', { ...known, root: { ...known.root, sessions: '//evil.example/' } }],
  ['a path that climbs', { ...known, root: { ...known.root, sessions: '/redfish/../login' } }],
])('drops what is not what this version keeps: %s', (_what, kept) => {
  expect(toKnownService(JSON.stringify(kept))).toBeUndefined()
})
