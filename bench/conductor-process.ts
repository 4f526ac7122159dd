import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { createChildren } from '../tests/children.ts'
import { bundle, bundleOf, entries } from '../supervisor/bundle.ts'

/** The conductor as `npm start` runs it, to be killed and started again. */
export type ConductorProcess = { start: () => void; kill: () => Promise<void> }

/** `url` of its database, `folder` of its keys. Its file is built anew. */
export async function createConductorProcess(url: string, folder: string): Promise<ConductorProcess> {
  await bundle(join(import.meta.dirname, '..'), [entries.conductor])
  const children = createChildren()
  const env: NodeJS.ProcessEnv = { ...process.env, NODE_ENV: 'production', DATABASE_URL: url, DATA_DIR: folder }
  let child: ChildProcess | undefined
  return {
    start: () => void (child = children.run([bundleOf(entries.conductor)], { env })),
    async kill() {
      if (child !== undefined) await children.kill(child)
      child = undefined
    },
  }
}
