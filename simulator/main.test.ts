import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import type { RackDescription } from './rack.ts'

const root = resolve(import.meta.dirname, '..')

const spawnSimulator = (...args: string[]) =>
  spawn(process.execPath, ['--import', 'tsx', 'simulator/main.ts', ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })

/** Starts it, reads its one line, tells it to stop, and gives what it said and how it ended. */
async function runOnce(...args: string[]): Promise<{ description: RackDescription; code: number | null }> {
  const child = spawnSimulator(...args)
  const lines = createInterface({ input: child.stdout })
  const [line] = (await once(lines, 'line')) as [string]
  child.kill('SIGTERM')
  const [code] = (await once(child, 'exit')) as [number | null]
  return { description: JSON.parse(line) as RackDescription, code }
}

test('prints the rack as one line of JSON, ends in peace on SIGTERM, and takes its ports again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'simulator-'))
  try {
    const first = await runOnce('--nodes', '3')
    expect(first.code).toBe(0)
    expect(first.description.nodes.map(({ name, persona, protocol }) => [name, persona, protocol])).toEqual([
      ['n1', 'healthy', 'redfish'],
      ['n2', 'healthy', 'ipmi'],
      ['n3', 'hot', 'redfish'],
    ])
    const file = join(folder, 'rack.json')
    await writeFile(file, JSON.stringify(first.description))
    expect((await runOnce('--nodes', '3', '--ports', file)).description).toEqual(first.description)
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('an argument that makes no sense is said in one line, with the usage', async () => {
  const child = spawnSimulator('--personas', 'healthy,grumpy')
  let text = ''
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number]
  expect(code).toBe(1)
  expect(text).toMatch(/^simulator: --personas grumpy: there is no such persona\nusage:/)
})
