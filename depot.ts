import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { config, ConfigError } from '#lib/config/environment.ts'
import { exitNeedsPerson, onStop } from '#lib/config/lifetime.ts'
import { depotFolderName, depotSocketName } from '#lib/config/relay.ts'
import { database } from '#lib/db/client.ts'
import { createDepot, listenAt } from '#lib/media/depot.ts'
import { startLibrary } from '#lib/media/library.ts'
import { startServing } from '#lib/media/serving.ts'

/** The depot's process: its folder is DATA_DIR/images, its door for web the socket in DATA_DIR/depot, its doors for BMCs the ports of DEPOT_…. */
try {
  const { DATA_DIR, ...ports } = config()
  const [folder, doorFolder] = [join(DATA_DIR, 'images'), join(DATA_DIR, depotFolderName)]
  for (const path of [folder, doorFolder]) mkdirSync(path, { recursive: true, mode: 0o700 })
  // A socket's path is short; DATA_DIR may not be.
  process.chdir(doorFolder)
  const db = database()
  const library = startLibrary({ db, folder, complain: console.error })
  const server = createDepot(library)
  // web can hand over what is uploaded while the ports are still being tried.
  await listenAt(server, depotSocketName)
  const serving = await startServing({ db, folder, ports, complain: console.error })
  onStop(async () => {
    server.closeAllConnections()
    server.close()
    await Promise.all([library.close(), serving.close()])
    await db.close()
  })
} catch (error) {
  const isConfig = error instanceof ConfigError
  console.error(isConfig ? error.message : error)
  process.exit(isConfig ? exitNeedsPerson : 1)
}
