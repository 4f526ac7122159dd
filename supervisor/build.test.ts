import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { parts, whyBuild } from './build.ts'

let root: string
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'build-'))))
afterEach(() => rmSync(root, { recursive: true }))

function write(path: string, atSeconds: number): void {
  const file = join(root, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, '')
  utimesSync(file, atSeconds, atSeconds)
}

it.each(parts.map((part) => [part.name, part] as const))('builds %s when they were never built, and when they are older than a source', (_, part) => {
  expect(whyBuild(root, part)).toMatch(/not built/)
  write(part.mark, 2_000)
  expect(whyBuild(root, part)).toBeNull()
  for (const source of ['lib/domain/power.ts', 'messages/en.json', `${part.folders.at(-2)}/deep/er/x.ts`, part.files[0]!]) {
    write(source, 3_000)
    expect(whyBuild(root, part), source).toMatch(/older than their sources/)
    write(source, 1_000)
  }
})

it('builds nothing for a test, and only what a change is part of', () => {
  for (const { mark } of parts) write(mark, 2_000)
  const stale = () => parts.filter((part) => whyBuild(root, part) !== null).map(({ name }) => name)
  for (const path of ['lib/domain/power.test.ts', 'README.md', 'tests/x.ts', 'cli/main.ts']) write(path, 3_000)
  expect(stale()).toEqual([])
  write('server.ts', 3_000)
  expect(stale()).toEqual(['the processes'])
  write('components/deep/er/x.tsx', 3_000)
  expect(stale()).toEqual(['the processes', 'the pages'])
})
