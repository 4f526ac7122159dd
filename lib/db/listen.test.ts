import { describe, expect, it, vi } from 'vitest'
import { withDatabase } from '../../tests/database.ts'
import { listen, type Notice } from './listen.ts'

const test = withDatabase()

const endListeners = () =>
  test.db.pool.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'baseboard listen'`)

describe('listen', () => {
  it('hears its channels and no other', async () => {
    const heard: Notice[] = []
    const line = listen(['node', 'work'], (notice) => heard.push(notice), { url: test.url })
    await line.ready
    await test.db.pool.query(`SELECT pg_notify('other', 'x'), pg_notify('node', 'a'), pg_notify('work', '')`)
    await vi.waitFor(() => expect(heard).toHaveLength(2))
    expect(heard).toEqual([
      { channel: 'node', payload: 'a' },
      { channel: 'work', payload: '' },
    ])
    await line.close()
  })

  it('closes even while its connection is being made', async () => {
    const line = listen(['node'], () => {}, { url: test.url })
    await line.close()
    expect(await endListeners()).toMatchObject({ rowCount: 0 })
  })

  it('is told by the triggers of a new and of an edited node', async () => {
    const heard: string[] = []
    const line = listen(['node', 'work'], ({ channel, payload }) => heard.push(`${channel} ${payload}`.trim()), { url: test.url })
    await line.ready
    const { id } = await test.db.prisma.node.create({ data: { name: 'n1', address: 'a', protocol: 'auto', status: { create: {} } } })
    await vi.waitFor(() => expect(heard).toEqual(expect.arrayContaining([`node ${id}`, 'work'])))
    heard.length = 0
    await test.db.prisma.node.update({ where: { id }, data: { tags: ['x'] } })
    await vi.waitFor(() => expect(heard).toEqual(expect.arrayContaining([`node ${id}`, 'work'])))
    await line.close()
  })

  it('mends its line, says so once for each time, and hears again', async () => {
    const heard: string[] = []
    const reconnected = vi.fn()
    const lost = vi.fn()
    const line = listen(['node'], ({ payload }) => heard.push(payload), { url: test.url, reconnected, lost })
    await line.ready
    for (let time = 1; time <= 2; time += 1) {
      await endListeners()
      await vi.waitFor(() => expect(reconnected).toHaveBeenCalledTimes(time), { timeout: 5_000 })
    }
    expect(lost).toHaveBeenCalledTimes(2)
    await test.db.pool.query(`SELECT pg_notify('node', 'after')`)
    await vi.waitFor(() => expect(heard).toEqual(['after']))
    await line.close()
  })

  it('tries on while nobody answers, and ends when closed', async () => {
    const lost = vi.fn()
    const line = listen(['node'], () => {}, { url: 'postgresql://u:p@127.0.0.1:1/x', lost })
    await vi.waitFor(() => expect(lost.mock.calls.length).toBeGreaterThan(1), { timeout: 5_000 })
    await line.close()
    await expect(line.ready).rejects.toThrow('closed before')
  })

  it('takes a channel for a name, not for SQL', () => {
    expect(() => listen(['node"; DROP TABLE x; --'], () => {}, { url: test.url })).toThrow(RangeError)
  })
})
