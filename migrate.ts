import { createClaim, linkPath } from '#lib/auth/links.ts'
import { config, siteUrl } from '#lib/config/environment.ts'
import { ensureSecrets, prepareDataFolder } from './supervisor/data-folder.ts'
import { prepareDatabase } from './supervisor/database.ts'
import { passwordsOfEnvironment } from './supervisor/role-passwords.ts'
import { runTool } from './supervisor/tool.ts'

/**
 * Brings the database up to date and divides it into roles, once: what `npm start` does by itself, for docker-compose.yml. Prints the
 * link that makes the first administrator while there is none.
 */
function readPasswords() {
  const given = passwordsOfEnvironment()
  if (given !== null) return given
  prepareDataFolder(config().DATA_DIR)
  return ensureSecrets(config().DATA_DIR, null).roles
}

await runTool(async (db) => {
  await prepareDatabase(db.url, readPasswords(), console.log)
  const link = await createClaim()
  if (link !== null) console.log(`nobody has claimed it yet: open ${siteUrl(config())}${linkPath('claim', link.token)} within an hour`)
  return 0
})
