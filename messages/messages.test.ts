import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import en from './en.json' with { type: 'json' }
import zhCN from './zh-CN.json' with { type: 'json' }

/** The words of the interface: complete in both languages, all used ones there, none of them in the code. */

type Tree = { [key: string]: string | Tree }

function flatten(tree: Tree, prefix = '', into = new Map<string, string>()): Map<string, string> {
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') into.set(prefix + key, value)
    else flatten(value, `${prefix}${key}.`, into)
  }
  return into
}

/** The texts between a brace and its partner, at the top level. */
function bracesOf(text: string): string[] {
  const found: string[] = []
  let depth = 0
  let from = 0
  for (const [index, sign] of [...text].entries()) {
    if (sign === '{' && depth++ === 0) from = index + 1
    if (sign === '}' && --depth === 0) found.push([...text].slice(from, index).join(''))
  }
  return found
}

/** The arguments of an ICU message, those inside the branches of a plural too. */
function argumentsOf(message: string): string[] {
  const names = new Set<string>()
  for (const inner of bracesOf(message)) {
    const [name = '', , ...branches] = inner.split(',')
    names.add(name.trim())
    for (const branch of bracesOf(branches.join(','))) for (const nested of argumentsOf(branch)) names.add(nested)
  }
  return [...names].sort()
}

const english = flatten(en)
const chinese = flatten(zhCN)
const root = resolve(import.meta.dirname, '..')

const sources = ['app', 'components', 'i18n'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name)),
)

describe('the two languages', () => {
  it('have the same keys', () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort())
  })

  it('take the same arguments', () => {
    const different = [...english].filter(([key, message]) => `${argumentsOf(message)}` !== `${argumentsOf(chinese.get(key) ?? '')}`)
    expect(different).toEqual([])
  })

  it('leave nothing empty', () => {
    const empty = [...english, ...chinese].filter(([, message]) => message.trim() === '')
    expect(empty).toEqual([])
  })

  it('are not the same text: what is English in Chinese was forgotten', () => {
    const names = /\{[^}]*\}|Baseboard|Redfish|IPMI|JSONL|BMC|BIOS|UUID|MAC|NMI|CSV|API|Break/g
    const same = [...english].filter(([key, message]) => chinese.get(key) === message && /[a-z]{3}/i.test(message.replace(names, '')))
    expect(same.map(([key]) => key)).toEqual([])
  })

  it('end no sentence with an exclamation', () => {
    expect([...english, ...chinese].filter(([, message]) => /[!！]/.test(message))).toEqual([])
  })
})

/**
 * What one file asks of the messages: `const t = useTranslations('audit')` and then `t('title')`, up to where the same name
 * gets another namespace. A key that is computed counts up to its `${`.
 */
function keysOf(code: string): { key: string; isPrefix: boolean }[] {
  const translators = [...code.matchAll(/const (\w+) = (?:await )?(?:useTranslations|getTranslations)\('([\w.]+)'\)/g)]
  return translators.flatMap((declared, index) => {
    const [, name, namespace] = declared
    const next = translators.slice(index + 1).find((other) => other[1] === name)
    const scope = code.slice(declared.index, next?.index)
    const found = (pattern: string, isPrefix: boolean) =>
      Array.from(scope.matchAll(new RegExp(`\\b${name}\\(${pattern}`, 'g')), (match) => ({ key: `${namespace}.${match[1]}`, isPrefix }))
    return found("'([^']+)'", false).concat(found('`([^`$]*)\\$\\{', true))
  })
}

function missingIn(file: string): string[] {
  const exists = ({ key, isPrefix }: { key: string; isPrefix: boolean }) =>
    english.has(key) || (isPrefix && [...english.keys()].some((one) => one.startsWith(key)))
  return keysOf(readFileSync(file, 'utf8'))
    .filter((one) => !exists(one))
    .map(({ key }) => `${relative(root, file)}: ${key}`)
}

describe('the code', () => {
  it('asks only for words that are there', () => {
    expect(sources.length).toBeGreaterThan(40)
    expect(sources.flatMap(missingIn)).toEqual([])
  })

  it('has no words of its own between tags or in attributes that are read aloud', () => {
    // What is engraved on a key is the same in every language.
    const engraved = /^(?:Esc|Tab|Ctrl(?:-[A-Z])?|SysRq)$/
    const between = /(?<!=|<Kbd)>\s*([A-Z][a-z]+(?: [\w’',.]+)*|[\u4e00-\u9fff]+)\s*<\//g
    const spoken = /\b(?:aria-label|title|placeholder|alt|label)="([^"]*[A-Za-z\u4e00-\u9fff]{2}[^"]*)"/g
    const offenders = sources
      .filter((file) => file.endsWith('.tsx'))
      .flatMap((file) => {
        const code = readFileSync(file, 'utf8')
        return [...code.matchAll(between), ...code.matchAll(spoken)].filter(([, text]) => !engraved.test(text!)).map((match) => `${relative(root, file)}: ${match[1]}`)
      })
    expect(offenders).toEqual([])
  })

  it('would notice: the checks themselves', () => {
    expect(keysOf("const t = useTranslations('audit')\nt('title'); t(`kinds.${x}`)")).toEqual([
      { key: 'audit.title', isPrefix: false },
      { key: 'audit.kinds.', isPrefix: true },
    ])
    expect(argumentsOf('{count, plural, one {# row of {name}} other {# rows of {name}}}')).toEqual(['count', 'name'])
  })
})
