import { spawn } from 'node:child_process'
import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { bundle, bundleOf, entries } from './bundle.ts'
import { Complaint } from './complaint.ts'

/** What is built before a start: of what, and the file that is there once it is. A test is no part of any. */
export type Part = { name: string; takes: string; mark: string; folders: readonly string[]; files: readonly string[]; build: (root: string) => Promise<void> }

export const parts: readonly Part[] = [
  {
    name: 'the processes',
    takes: 'some seconds',
    mark: bundleOf(entries.conductor),
    folders: ['lib', 'web', 'simulator', 'messages', 'generated'],
    files: Object.values(entries),
    build: bundle,
  },
  {
    name: 'the pages',
    takes: 'about half a minute',
    mark: '.next/BUILD_ID',
    folders: ['app', 'components', 'lib', 'messages', 'i18n', 'public', 'generated'],
    files: ['package-lock.json', 'next.config.mjs', 'next.config.ts', 'postcss.config.mjs', 'proxy.ts', 'instrumentation.ts', 'tsconfig.json'],
    build: buildPages,
  },
]

const modifiedAt = (path: string) => (existsSync(path) ? statSync(path).mtimeMs : 0)

function newestIn(folder: string): number {
  if (!existsSync(folder)) return 0
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return Math.max(
    0,
    ...entries.filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name)).map((entry) => modifiedAt(join(entry.parentPath, entry.name))),
  )
}

/** Why this must be built: never, or older than what it is made of. Null when it is up to date. */
export function whyBuild(root: string, { name, mark, folders, files }: Part): string | null {
  const built = modifiedAt(join(root, mark))
  if (built === 0) return `${name} are not built yet`
  const newest = Math.max(...folders.map((folder) => newestIn(join(root, folder))), ...files.map((file) => modifiedAt(join(root, file))))
  return newest > built ? `${name} are older than their sources` : null
}

/** Where two starts of one checkout agree on who builds. */
export const buildLock = (root: string) => join(root, 'node_modules/.baseboard-build.lock')

/** Complains when nothing can be written here: a checkout of another user, or a read-only one. */
export function checkWritable(root: string): void {
  try {
    accessSync(root, constants.W_OK)
    accessSync(join(root, 'node_modules'), constants.W_OK)
  } catch (error) {
    throw new Complaint(`Baseboard must be built, and this user cannot write to ${root}: run npm run build there as its owner`, { cause: error })
  }
}

/** Runs `next build`, as `npm run build` does, and complains with its last lines when it fails. */
function buildPages(root: string): Promise<void> {
  const next = createRequire(join(root, 'package.json')).resolve('next/dist/bin/next')
  const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' } as NodeJS.ProcessEnv
  delete env['DATABASE_URL']
  const child = spawn(process.execPath, [next, 'build'], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const output: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => output.push(text))
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Complaint(`the pages could not be built: ${error.message}`)))
    child.once('exit', (code, signal) => {
      if (code === 0) return resolve()
      const tail = output.join('').trim().split('\n').slice(-15).join('\n')
      reject(new Complaint(signal === null ? `the pages could not be built (npm run build shows it all):\n${tail}` : `the build was ended by ${signal}`))
    })
    process.once('exit', () => child.kill('SIGKILL'))
  })
}
