import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { config, ConfigError } from '#lib/config/environment.ts'
import { exitNeedsPerson, onStop } from '#lib/config/lifetime.ts'
import { createDepot, listenAt } from '#lib/media/depot.ts'

/** The depot's process: its folder is DATA_DIR/images, its door the socket depot.sock in it. */
try {
  const folder = join(config().DATA_DIR, 'images')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  // A socket's path is short; DATA_DIR may not be.
  process.chdir(folder)
  const server = createDepot()
  onStop(async () => {
    server.closeAllConnections()
    server.close()
  })
  await listenAt(server, 'depot.sock')
} catch (error) {
  const isConfig = error instanceof ConfigError
  console.error(isConfig ? error.message : error)
  process.exit(isConfig ? exitNeedsPerson : 1)
}
