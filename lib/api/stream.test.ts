import { describe, expect, it } from 'vitest'
import type { Node } from '#lib/domain/node.ts'
import { mergeNodes, withoutNodes } from './stream.ts'

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
