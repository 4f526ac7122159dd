import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

/** A rig of ../shared/rigs (or of the folder that RIGS names), or null where there is none: the test is then skipped and says so. */
export function rig(name: string): string | null {
  const path = resolve(process.env['RIGS'] ?? resolve(root, '../shared/rigs'), name)
  return existsSync(path) ? path : null
}
