import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

/**
 * Holds the table of rooms (ARCHITECTURE.md): a file may import only what its room may. A room is the longest path of
 * `rooms` that the file begins with; `may` lists other rooms, and `npm` the packages, that it may reach. Tests may reach anything.
 */
type Room = { may: readonly string[]; npm: readonly string[] }

const server = ['pg', 'ws', 'next-auth', 'graphile-worker', 'csv-stringify', 'zod', '@prisma/client', 'croner']
/** What every feature may use. */
const shared = ['components/ui', 'components/errors']
const browser = ['react', 'react-dom', 'next', 'next-intl', '@tanstack/react-query', 'lucide-react', 'zod', '@base-ui/react', 'uplot']

const rooms: Record<string, Room> = {
  'lib/domain': { may: [], npm: ['zod'] },
  'lib/ipmi': { may: [], npm: ['@noble/hashes'] },
  'lib/ssh': { may: [], npm: ['ssh2'] },
  'lib/ssh/testing': { may: ['lib/ssh', 'simulator/ssh'], npm: ['ssh2'] },
  'lib/redfish': { may: [], npm: ['undici', 'ws', 'zod'] },
  'lib/redfish/testing': { may: ['lib/redfish'], npm: ['zod', 'selfsigned'] },
  'lib/bmc': { may: ['lib/domain', 'lib/ipmi', 'lib/redfish', 'lib/ssh'], npm: ['zod'] },
  'lib/config': { may: ['lib/domain'], npm: ['zod'] },
  'lib/vault': { may: ['lib/domain'], npm: ['zod'] },
  'lib/db': { may: ['lib/domain', 'lib/config', 'generated'], npm: [...server, '@prisma/adapter-pg', '@prisma/driver-adapter-utils', '@prisma/schema-engine-wasm'] },
  'lib/notify': { may: ['lib/domain', 'lib/config', 'messages'], npm: ['undici', 'nodemailer', 'use-intl'] },
  'lib/conductor': { may: ['lib/domain', 'lib/bmc', 'lib/db', 'lib/vault', 'lib/config', 'lib/notify'], npm: server },
  'lib/console': {
    may: ['lib/domain', 'lib/bmc', 'lib/db', 'lib/vault', 'lib/config'],
    npm: [...server, '@xterm/headless', '@xterm/addon-serialize'],
  },
  'lib/media': { may: ['lib/domain', 'lib/db', 'lib/config'], npm: server },
  'lib/auth': { may: ['lib/domain', 'lib/db', 'lib/config'], npm: [...server, 'next', 'react'] },
  'lib/data': {
    may: ['lib/domain', 'lib/db', 'lib/auth', 'lib/config', 'lib/vault/seal.ts', 'lib/vault/context.ts', 'lib/api/contract.ts', 'lib/api/nodes-contract.ts', 'lib/api/alerts-contract.ts', 'lib/api/images-contract.ts', 'lib/api/fans-contract.ts', 'lib/api/power-contract.ts', 'lib/api/budgets-contract.ts', 'lib/api/media-contract.ts', 'lib/api/schedule-contract.ts', 'lib/api/tokens-contract.ts'],
    npm: server,
  },
  'lib/api': { may: ['lib/domain'], npm: ['zod', '@tanstack/react-query'] },
  'components/ui': { may: [], npm: ['react', 'react-dom', '@base-ui/react', 'lucide-react', 'next'] },
  'components/errors': { may: ['components/ui', 'lib/api'], npm: browser },
  'components/console': {
    may: [...shared, 'components/operations', 'lib/api', 'lib/domain'],
    npm: [...browser, '@xterm/xterm', '@xterm/addon-fit', '@xterm/addon-search'],
  },
  'components/audit': { may: [...shared, 'components/operations', 'lib/api', 'lib/domain'], npm: browser },
  'components/capabilities': { may: [...shared, 'components/operations', 'lib/api', 'lib/domain'], npm: browser },
  'components/ipmi': { may: [...shared, 'components/redfish', 'lib/api', 'lib/domain'], npm: browser },
  'components/node': { may: [...shared, 'components/operations', 'lib/api', 'lib/domain'], npm: browser },
  'components/fans': { may: [...shared, 'components/operations', 'lib/api', 'lib/domain'], npm: browser },
  'components/schedules': { may: [...shared, 'components/operations', 'lib/api', 'lib/domain'], npm: browser },
  'components/power': { may: [...shared, 'components/alerts', 'components/chart', 'components/settings', 'lib/api', 'lib/domain'], npm: browser },
  'components/alerts': { may: [...shared, 'components/settings', 'lib/api', 'lib/domain'], npm: browser },
  components: { may: [...shared, 'lib/api', 'lib/domain'], npm: browser },
  app: {
    may: ['lib/data', 'lib/api', 'lib/auth', 'lib/domain', 'components', 'i18n'],
    npm: [...browser, 'next-auth', 'csv-stringify', '@fontsource-variable/geist', '@fontsource-variable/geist-mono'],
  },
  simulator: { may: ['lib/domain', 'lib/ipmi', 'lib/api/contract.ts'], npm: ['ssh2', 'ws'] },
  cli: { may: ['lib/domain', 'lib/api/contract.ts', 'lib/api/images-contract.ts', 'lib/api/fans-contract.ts', 'lib/api/power-contract.ts', 'lib/api/budgets-contract.ts', 'lib/api/nodes-contract.ts'], npm: ['ws', 'zod', 'tsx'] },
}

const root = resolve(import.meta.dirname, '..')
const isSource = (name: string) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name)

function sources(folder: string): string[] {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && isSource(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
}

/** Every module that a text imports: `import … from`, `export … from`, `import '…'` at the start of a line, and `import('…')` anywhere. */
function importsOf(text: string): string[] {
  const statements = text.matchAll(/^(?:import|export)\s(?:[^'"`;=]*?\bfrom\s*)?['"]([^'"]+)['"]/gm)
  const calls = text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g)
  return [...statements, ...calls].map((match) => match[1]!)
}

const roomOf = (path: string) =>
  Object.keys(rooms)
    .filter((room) => path === room || path.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0]

/** A feature folder is a room of its own: `components/fleet` may not reach into `components/node`. */
const featureOf = (path: string) => (path.startsWith('components/') ? path.split('/').slice(0, 2).join('/') : undefined)

function toPath(specifier: string, from: string): string | undefined {
  if (specifier.startsWith('#gen/')) return `generated/${specifier.slice(5)}`
  if (specifier.startsWith('#')) return specifier.slice(1)
  if (specifier.startsWith('.')) return relative(root, resolve(root, dirname(from), specifier))
  return undefined
}

function packageOf(specifier: string): string {
  const parts = specifier.split('/')
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0]!
}

/** The sentence that names a forbidden import, or undefined when it is allowed. */
function complaint(file: string, specifier: string): string | undefined {
  const room = roomOf(file)!
  const { may, npm } = rooms[room]!
  const path = toPath(specifier, file)
  if (path === undefined) {
    if (specifier.startsWith('node:')) {
      return room.startsWith('components') ? `${file} imports ${specifier}: components run in a browser` : undefined
    }
    return npm.includes(packageOf(specifier)) ? undefined : `${file} imports ${specifier}: ${room} may not use that package`
  }
  const feature = featureOf(file)
  if (feature !== undefined && path.startsWith(`${feature}/`)) return undefined
  if (feature === undefined && (path.startsWith(`${room}/`) || path === room)) return undefined
  if (may.some((other) => path === other || path.startsWith(`${other}/`))) return undefined
  return `${file} imports ${path}: ${feature ?? room} may not reach it`
}

describe('the rooms', () => {
  const files = Object.keys(rooms).flatMap((room) => sources(room))

  it('are not empty', () => {
    expect(files.length).toBeGreaterThan(50)
  })

  it('import only what their row of the table allows', () => {
    const unique = [...new Set(files)]
    const complaints = unique.flatMap((file) =>
      importsOf(readFileSync(join(root, file), 'utf8')).map((specifier) => complaint(file, specifier)),
    )
    expect(complaints.filter((line) => line !== undefined)).toEqual([])
  })

  it('would notice a page that opens a socket to a BMC, web that opens the vault, and IPMI that knows a sensor page', () => {
    expect(complaint('app/api/nodes/route.ts', '#lib/bmc/bmc.ts')).toBeDefined()
    expect(complaint('lib/data/nodes.ts', '#lib/vault/open.ts')).toBeDefined()
    expect(complaint('lib/ipmi/session.ts', '../domain/power.ts')).toBeDefined()
    expect(complaint('components/fleet/table.tsx', '#components/node/header.tsx')).toBeDefined()
    expect(complaint('lib/ipmi/session.ts', 'undici')).toBeDefined()
  })

  it('start processes only where the product itself is started', () => {
    const offenders = files.filter((file) => importsOf(readFileSync(join(root, file), 'utf8')).some((name) => /^(node:)?child_process$/.test(name)))
    expect(offenders).toEqual([])
  })
})
