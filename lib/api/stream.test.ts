import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Node } from '#lib/domain/node.ts'
import { keys } from './queries.ts'
import { mergeNodes, openStream, withoutNodes } from './stream.ts'

const node = (id: string, revision: number, name = id) => ({ id, name, revision }) as Node

describe('changed rows', () => {
  it('replace the ones they are of, and keep the order', () => {
    const merged = mergeNodes({ nodes: [node('a', 1), node('b', 1), node('c', 1)] }, [node('b', 2, 'renamed')])
    expect(merged.nodes.map(({ name }) => name)).toEqual(['a', 'renamed', 'c'])
  })

  it('that are older than what is there are dropped: a list read after the event was sent is newer', () => {
    const merged = mergeNodes({ nodes: [node('a', 5, 'new')] }, [node('a', 4, 'old')])
    expect(merged.nodes.map(({ name }) => name)).toEqual(['new'])
  })

  it('that are not there yet come at the end', () => {
    expect(mergeNodes({ nodes: [node('a', 1)] }, [node('z', 1)]).nodes.map(({ id }) => id)).toEqual(['a', 'z'])
  })

  it('leave the rows that did not change as they are, so that nothing else is drawn again', () => {
    const kept = node('a', 1)
    expect(mergeNodes({ nodes: [kept, node('b', 1)] }, [node('b', 2)]).nodes[0]).toBe(kept)
  })
})

describe('removed rows', () => {
  it('are gone', () => {
    expect(withoutNodes({ nodes: [node('a', 1), node('b', 1)] }, new Set(['a'])).nodes.map(({ id }) => id)).toEqual(['b'])
  })
})

const sources: FakeSource[] = []
class FakeSource extends EventTarget {
  static readonly CLOSED = 2
  readyState = 1
  constructor() {
    super()
    sources.push(this)
  }
  close() {
    this.readyState = 2
  }
}
beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('EventSource', FakeSource)
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  sources.length = 0
})

describe('the page of a node', () => {
  const whole = (revision: number, probedAt: string): Node => ({
    id: 'a',
    name: 'n1',
    groups: [],
    tags: [],
    rack: null,
    position: null,
    attributes: {},
    protected: false,
    identity: {},
    hottest: null,
    watts: 300,
    seenAt: null,
    power: { state: 'on', at: null },
    health: { level: 'ok', reasons: [], at: null },
    bmc: {
      address: 'b',
      protocol: 'auto',
      state: 'ok',
      via: 'redfish',
      failure: null,
      latencyMs: 1,
      endpoints: [{ protocol: 'redfish', port: 443, state: 'ok', failure: null, facts: { probedAt } }],
    },
    revision,
  })
  const first = '2026-11-29T05:00:00.000Z'

  /** The detail of the node after this row has come, and how it was read again. */
  async function detailAfter(row: Node) {
    const client = new QueryClient()
    const detail = { ...whole(5, first), capabilities: { probedAt: first } }
    client.setQueryData(keys.node('n1'), detail)
    client.setQueryData(keys.inventory('n1'), {})
    const end = openStream(client)
    sources[0]!.dispatchEvent(new MessageEvent('nodes', { data: JSON.stringify({ nodes: [row] }) }))
    await vi.advanceTimersByTimeAsync(1_000)
    end()
    const isOld = (key: readonly unknown[]) => client.getQueryState(key)!.isInvalidated
    return { detail: client.getQueryData<typeof detail>(keys.node('n1'))!, isOld: isOld(keys.node('n1')), isInventoryOld: isOld(keys.inventory('n1')) }
  }

  it('takes over what the row tells', async () => {
    const { detail, isOld } = await detailAfter({ ...whole(6, first), watts: 400 })
    expect([detail.watts, detail.revision, detail.capabilities.probedAt, isOld]).toEqual([400, 6, first, false])
  })

  it('is read again, it alone, when the node was probed again: what it can do may be another', async () => {
    const { detail, isOld, isInventoryOld } = await detailAfter(whole(6, '2026-11-29T06:00:00.000Z'))
    expect([detail.revision, isOld, isInventoryOld]).toEqual([5, true, false])
  })

  it('heeds no row that is older', async () => {
    expect(await detailAfter(whole(4, '2026-11-29T04:00:00.000Z'))).toMatchObject({ detail: { revision: 5 }, isOld: false })
  })
})

describe('a line that dies without a word', () => {
  it('is said to be lost when two heartbeats did not come, and another is made', () => {
    const states: string[] = []
    const end = openStream(new QueryClient(), { onState: ({ state }) => states.push(state) })
    sources[0]!.dispatchEvent(new Event('open'))
    for (let beats = 0; beats < 4; beats++) {
      vi.advanceTimersByTime(15_000)
      sources[0]!.dispatchEvent(new MessageEvent('beat', { data: '{"now":"2026-11-29T05:00:00.000Z"}' }))
    }
    expect(states).toEqual(['connecting', 'live'])
    vi.advanceTimersByTime(32_000)
    expect(states).toEqual(['connecting', 'live', 'lost'])
    expect(sources.map(({ readyState }) => readyState)).toEqual([2, 1])
    sources[1]!.dispatchEvent(new Event('open'))
    expect(states.at(-1)).toBe('live')
    end()
    vi.advanceTimersByTime(60_000)
    expect(sources).toHaveLength(2)
  })
})
