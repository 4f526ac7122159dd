import { describe, expect, it } from 'vitest'
import { together } from './together.ts'

/** Work that is watched: it ends when it is told to. */
function watched(fails: (items: readonly string[]) => Error | null = () => null) {
  const batches: string[][] = []
  const ends: (() => void)[] = []
  const work = async (items: readonly string[]) => {
    batches.push([...items])
    await new Promise<void>((resolve) => ends.push(resolve))
    const error = fails(items)
    if (error !== null) throw error
    return items.map((item) => item.toUpperCase())
  }
  return { batches, work, end: () => ends.shift()?.() }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))
const never = () => false

describe('what is asked at the same time', () => {
  it('is done as one, and what comes meanwhile as the next', async () => {
    const { batches, work, end } = watched()
    const ask = together(work, 10, never)
    const first = [ask('a'), ask('b')]
    await turn()
    const second = [ask('c'), ask('d')]
    await turn()
    expect(batches).toEqual([['a', 'b']])
    end()
    expect(await Promise.all(first)).toEqual(['A', 'B'])
    await turn()
    expect(batches).toEqual([['a', 'b'], ['c', 'd']])
    end()
    expect(await Promise.all(second)).toEqual(['C', 'D'])
  })

  it('is cut at the most', async () => {
    const { batches, work, end } = watched()
    const ask = together(work, 2, never)
    const answers = ['a', 'b', 'c'].map(ask)
    for (let i = 0; i < 3; i++) {
      await turn()
      end()
    }
    expect(await Promise.all(answers)).toEqual(['A', 'B', 'C'])
    expect(batches).toEqual([['a', 'b'], ['c']])
  })

  it('fails as one when all are to blame', async () => {
    const { batches, work, end } = watched(() => new Error('locked'))
    const ask = together(work, 10, never)
    const answers = Promise.allSettled([ask('a'), ask('b')])
    await turn()
    end()
    expect((await answers).map((answer) => answer.status)).toEqual(['rejected', 'rejected'])
    expect(batches).toHaveLength(1)
  })

  it('fails for one alone when that one is to blame', async () => {
    const { batches, work, end } = watched((items) => (items.includes('bad') ? new Error('bad') : null))
    const ask = together(work, 10, () => true)
    const answers = Promise.allSettled([ask('a'), ask('bad'), ask('b')])
    for (let i = 0; i < 4; i++) {
      await turn()
      end()
    }
    expect((await answers).map((answer) => answer.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(batches).toEqual([['a', 'bad', 'b'], ['a'], ['bad'], ['b']])
  })
})
