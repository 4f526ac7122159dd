import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, it, vi } from 'vitest'
import { keepRunning, type Child, type ChildPlan } from './child.ts'
import { isAlive } from './process-identity.ts'
import { speaker } from './log.ts'

const children: Child[] = []
afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.stop()))
})

function keep(script: string, more: Partial<ChildPlan> = {}): { child: Child; lines: string[]; pids: (number | undefined)[] } {
  const lines: string[] = []
  const pids: (number | undefined)[] = []
  const child: Child = keepRunning({
    name: 'test',
    args: ['-e', script],
    cwd: '/',
    env: { ...process.env },
    say: (line) => lines.push(line),
    onPid: () => queueMicrotask(() => pids.push(child.pid())),
    ...more,
  })
  children.push(child)
  return { child, lines, pids }
}

const staysUntilStdinEnds = `console.log('up ' + process.pid); process.stdin.resume().on('end', () => process.exit(0)); process.on('SIGTERM', () => {})`

it('starts again what dies, and says how it died', async () => {
  const { child, lines } = keep(`console.log('up'); setInterval(() => {}, 1000)`)
  await vi.waitFor(() => expect(lines).toContain('up'), { timeout: 5_000 })
  process.kill(child.pid()!, 'SIGKILL')
  await vi.waitFor(() => expect(lines.filter((line) => line === 'up')).toHaveLength(2), { timeout: 5_000 })
  expect(lines[1]).toBe('ended (SIGKILL); starting again in 0.2 s')
})

it('waits longer each time', async () => {
  const { lines } = keep('process.exit(3)')
  await vi.waitFor(() => expect(lines.length).toBeGreaterThanOrEqual(3), { timeout: 10_000 })
  expect(lines.slice(0, 3)).toEqual([0.2, 0.5, 1].map((pause) => `ended (exit 3); starting again in ${pause} s`))
})

it('leaves one that exits with 78 to a person', async () => {
  const { lines, pids } = keep(`console.error('the keys are missing'); process.exit(78)`)
  await vi.waitFor(() => expect(lines).toHaveLength(2), { timeout: 5_000 })
  expect(lines).toEqual(expect.arrayContaining(['the keys are missing', expect.stringMatching(/not started again/)]))
  await sleep(400)
  expect(pids).toHaveLength(1)
})

it('stops one that ends when stdin closes, which is what happens when the supervisor is killed', async () => {
  const { child, lines } = keep(staysUntilStdinEnds)
  await vi.waitFor(() => expect(lines[0]).toMatch(/^up/), { timeout: 5_000 })
  const pid = child.pid()!
  await child.stop()
  expect(isAlive(pid)).toBe(false)
  expect(lines).toHaveLength(1)
})

it('keeps lines that are not for the log out of it', async () => {
  const kept: string[] = []
  const { lines } = keep(`console.log('{"password":"canary"}'); console.log('hello'); setInterval(() => {}, 1000)`, {
    onLine: (line) => line.startsWith('{') && kept.push(line) > 0,
  })
  await vi.waitFor(() => expect(lines).toEqual(['hello']), { timeout: 5_000 })
  expect(kept).toHaveLength(1)
})

it('prefixes every line, and lets no child speak as another', () => {
  let text = ''
  speaker('web', (part) => (text += part))('a\u001b[31m red\r\nbaseboard │ forged')
  expect(text).toBe('web       │ a[31m red\nweb       │ baseboard │ forged\n')
})
