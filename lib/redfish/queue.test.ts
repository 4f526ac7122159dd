import { describe, expect, it } from 'vitest'
import { createTaskQueue, type Urgency } from './queue.ts'

/** Tasks that end when told; `order` is the order in which they began. */
function makeQueue(width: number) {
  const queue = createTaskQueue(width, 10, () => new Error('full'))
  const order: string[] = []
  const ends = new Map<string, () => void>()
  const run = (name: string, urgency?: Urgency) =>
    queue.run(() => {
      order.push(name)
      return new Promise<void>((resolve) => ends.set(name, resolve))
    }, urgency)
  const end = async (name: string) => {
    ends.get(name)!()
    await new Promise((resolve) => setTimeout(resolve, 0))
  }
  return { queue, order, run, end }
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 0))

describe('the queue of one BMC', () => {
  it('lets long readings leave a place free, and short questions go before what waits', async () => {
    const { order, run, end } = makeQueue(2)
    for (const name of ['page 1', 'page 2', 'page 3']) void run(name, 'aside')
    await settle()
    expect(order).toEqual(['page 1'])
    void run('power', 'urgent')
    await settle()
    expect(order).toEqual(['page 1', 'power'])
    void run('sensor')
    void run('power again', 'urgent')
    await end('page 1')
    expect(order.slice(2)).toEqual(['power again'])
    await end('power')
    expect(order.slice(3)).toEqual(['sensor'])
    await end('sensor')
    expect(order.slice(4)).toEqual(['page 2'])
    await end('power again')
    // The place stays free: page 2 is still running.
    expect(order).toHaveLength(5)
    await end('page 2')
    expect(order.slice(5)).toEqual(['page 3'])
  })

  it('lets what stands aside run where there is one place', async () => {
    const { order, run, end } = makeQueue(1)
    void run('page', 'aside')
    void run('power', 'urgent')
    await settle()
    expect(order).toEqual(['page'])
    await end('page')
    expect(order).toEqual(['page', 'power'])
  })

  it('ends what waits when it is stopped, and takes no more than it may', async () => {
    const { queue, run } = makeQueue(1)
    void run('first')
    const waiting = Array.from({ length: 10 }, (_, i) => run(`w${i}`, i % 2 === 0 ? 'aside' : 'usual'))
    await expect(run('too many')).rejects.toThrow('full')
    queue.stop(new Error('closed'))
    for (const one of waiting) await expect(one).rejects.toThrow('closed')
    await expect(run('late')).rejects.toThrow('closed')
  })
})
