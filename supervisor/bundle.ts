import { join } from 'node:path'
import type { Process } from '#lib/db/grants.ts'
import { Complaint } from './complaint.ts'

/** The file that each process begins with. */
export const entries: Record<Process | 'simulator', string> = {
  conductor: 'conductor.ts',
  web: 'server.ts',
  depot: 'depot.ts',
  simulator: 'simulator/main.ts',
}

/** Where the one file stands that is made of an entry and of all that it imports of ours. */
export const bundleOf = (entry: string) => join('dist', entry.replace(/\.ts$/, '.js'))

/**
 * Makes one JavaScript file of each entry, its packages left outside: a process that begins with it starts in a quarter of the time of one
 * that translates some hundred files of ours first (docs/decisions/start-and-supervise.md).
 */
export async function bundle(root: string, of: readonly string[] = Object.values(entries)): Promise<void> {
  const { build, stop } = await import('esbuild')
  try {
    await build({
      absWorkingDir: root,
      entryPoints: [...of],
      outbase: root,
      outdir: 'dist',
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      packages: 'external',
      logLevel: 'silent',
    })
  } catch (error) {
    throw new Complaint(`the processes could not be built: ${(error as Error).message}`, { cause: error })
  } finally {
    // Its own process would stay as long as a supervisor does.
    await stop()
  }
}
