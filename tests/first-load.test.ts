import { readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')

/** What a module loads at once: no type, and nothing that is imported when it is needed. */
const loads = (path: string) => [...readFileSync(join(root, path), 'utf8').matchAll(/^(?:import|export)\s(?!type\b)(?:[^'"`;=]*?\bfrom\s*)?['"]([^'"]+)['"]/gm)].map((match) => match[1]!)

function toPath(specifier: string, from: string): string | null {
  if (specifier.startsWith('#')) return specifier.slice(1)
  return specifier.startsWith('.') ? relative(root, resolve(root, dirname(from), specifier)) : null
}

/** The way from a module to a package, by the modules between; null where there is none. */
function wayTo(wanted: string, path: string, way: readonly string[] = [], seen = new Set<string>()): readonly string[] | null {
  if (seen.has(path)) return null
  seen.add(path)
  for (const specifier of loads(path)) {
    if (specifier === wanted || specifier.startsWith(`${wanted}/`)) return [...way, path]
    const next = toPath(specifier, path)
    const found = next === null || !/\.tsx?$/.test(next) ? null : wayTo(wanted, next, [...way, path], seen)
    if (found !== null) return found
  }
  return null
}

// 27 kB of the 200 kB that the fleet page may load (docs/decisions/first-page.md).
it('the fleet page loads no zod before it is needed', () => {
  expect(wayTo('zod', 'app/(main)/fleet-page.tsx')).toBeNull()
})
