import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { isAlive } from './process-identity.ts'
import { claimStart, inTurn, markOf } from './start-lock.ts'

let folder: string
let others: ChildProcess[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'))
  others = []
})
afterEach(() => {
  for (const other of others) other.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

const file = () => join(folder, 'start.lock')
const write = (claim: object) => writeFileSync(file(), JSON.stringify({ children: [], ...claim }))

function startOther(): ChildProcess & { pid: number } {
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  others.push(other)
  return other as ChildProcess & { pid: number }
}

it('belongs to one start, which gives it back', async () => {
  const lock = await claimStart(folder, () => {})
  await expect(claimStart(folder, () => {})).rejects.toThrow(`process ${process.pid}`)
  lock.release()
  expect(existsSync(file())).toBe(false)
  ;(await claimStart(folder, () => {})).release()
})

it('is refused while another process lives, in one line that names it', async () => {
  const other = startOther()
  write(markOf(other.pid))
  await expect(claimStart(folder, () => {})).rejects.toThrow(new RegExp(`already \\(process ${other.pid}, .*choose another DATA_DIR$`))
})

it('is taken over from a process that is gone, also when its id is in use again', async () => {
  for (const stale of [{ pid: 2 ** 22 - 1, identity: 'gone' }, { pid: process.ppid, identity: 'an earlier boot 1' }]) {
    write(stale)
    const lock = await claimStart(folder, () => {})
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toMatchObject({ pid: process.pid })
    lock.release()
  }
})

it('goes to one of many that ask at once', async () => {
  write({ pid: 2 ** 22 - 1, identity: 'gone' })
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => claimStart(folder, () => {})))
  expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1)
})

it('ends what a killed start left behind, and nothing else', async () => {
  const [left, stranger] = [startOther(), startOther()]
  write({ pid: 2 ** 22 - 1, identity: 'gone', children: [markOf(left.pid), { pid: stranger.pid, identity: 'another' }] })
  const say = vi.fn()
  const lock = await claimStart(folder, say)
  await vi.waitFor(() => expect(left.signalCode).toBe('SIGTERM'))
  expect(isAlive(stranger.pid)).toBe(true)
  expect(say).toHaveBeenCalledWith('ending 1 processes that an earlier start left behind')
  lock.release()
})

it('lets those who want to do the same thing take turns', async () => {
  let inside = 0
  let most = 0
  const waited = vi.fn()
  const work = async () => {
    most = Math.max(most, ++inside)
    await new Promise((resolve) => setTimeout(resolve, 20))
    inside -= 1
  }
  await Promise.all([1, 2, 3].map(() => inTurn(file(), work, waited)))
  expect(most).toBe(1)
  expect(waited).toHaveBeenCalledTimes(2)
  await expect(inTurn(file(), () => Promise.reject(new Error('failed')), waited)).rejects.toThrow('failed')
  expect(existsSync(file())).toBe(false)
})
