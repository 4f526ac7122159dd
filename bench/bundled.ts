import { bundle, bundleOf } from '../supervisor/bundle.ts'

/**
 * Makes one file of a script as production's processes are made, and says where it stands: what is measured is then the code that production
 * runs, and not what tsx makes of it, which names every function as it comes by. To be asked in the project's folder.
 */
export async function bundled(script: string): Promise<string> {
  await bundle(process.cwd(), [script])
  return bundleOf(script)
}
