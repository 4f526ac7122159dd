import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { signedInNamespaces } from '../i18n/namespaces.ts'

const root = resolve(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

function toPath(specifier: string, from: string): string | undefined {
  const path = specifier.startsWith('#') ? specifier.slice(1) : specifier.startsWith('.') ? relative(root, resolve(root, dirname(from), specifier)) : undefined
  return path !== undefined && existsSync(join(root, path)) ? path : undefined
}

const importsOf = (path: string) => [...read(path).matchAll(/\bfrom '([^']+)'|\bimport\('([^']+)'\)/g)].flatMap((match) => toPath(match[1] ?? match[2]!, path) ?? [])

/** All of ours that is loaded by a file, itself too, whether at once or when it is needed. */
function reach(path: string, found = new Set<string>()): Set<string> {
  if (found.has(path)) return found
  found.add(path)
  for (const next of importsOf(path)) if (/^(app|components)\//.test(next)) reach(next, found)
  return found
}

const namesOf = (path: string) => /<PageWords names=\{\[([^\]]*)\]\}/.exec(read(path))?.[1]?.match(/[\w-]+/g) ?? null
const wordsOf = (path: string) => [...read(path).matchAll(/\buseTranslations(?:<[^>]*>)?\('([\w-]+)/g)].map((match) => match[1]!)

/** The provider that counts for a page is its own, else that of the nearest layout. */
function providerOf(page: string): string[] {
  for (let folder = dirname(page), own: string | null = page; folder.startsWith('app'); folder = dirname(folder), own = null) {
    for (const path of own === null ? [`${folder}/layout.tsx`] : [own, `${folder}/layout.tsx`]) {
      const names = existsSync(join(root, path)) ? namesOf(path) : null
      if (names !== null) return names
    }
  }
  return []
}

const files = readdirSync(join(root, 'app/(main)'), { recursive: true, encoding: 'utf8' }).map((path) => `app/(main)/${path}`)
const pages = files.filter((path) => path.endsWith('/page.tsx'))
/** What lies over the pages is in the provider of its layout. */
const layouts = files.filter((path) => path.endsWith('/layout.tsx') && namesOf(path) !== null)

it.each([...pages, ...layouts])('%s gives its browser side the words that it needs', (page) => {
  const given = new Set<string>([...signedInNamespaces, ...providerOf(page)])
  const lacking = [...reach(page)].flatMap((path) => wordsOf(path).filter((name) => !given.has(name)).map((name) => `${name}, in ${path}`))
  expect(lacking).toEqual([])
})
