import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { whyBuild } from './build.ts'

let root: string
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'build-'))))
afterEach(() => rmSync(root, { recursive: true }))

function write(path: string, atSeconds: number): void {
  const file = join(root, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, '')
  utimesSync(file, atSeconds, atSeconds)
}

it('builds what was never built, and what is older than a source', () => {
  write('app/page.tsx', 1_000)
  expect(whyBuild(root)).toMatch(/not built/)
  write('.next/BUILD_ID', 2_000)
  expect(whyBuild(root)).toBeNull()
  for (const source of ['lib/domain/power.ts', 'components/deep/er/x.tsx', 'messages/en.json', 'package-lock.json']) {
    write(source, 3_000)
    expect(whyBuild(root), source).toMatch(/older than their sources/)
    write(source, 1_000)
  }
})

it('does not build for a test or for the server', () => {
  write('.next/BUILD_ID', 2_000)
  for (const path of ['lib/domain/power.test.ts', 'server.ts', 'README.md', 'tests/x.ts']) write(path, 3_000)
  expect(whyBuild(root)).toBeNull()
})
