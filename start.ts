import { existsSync } from 'node:fs'
import { join } from 'node:path'

/**
 * `npm start` and `npm run demo`: one command that starts all of Baseboard on one machine. What it needs is looked at before the rest
 * is loaded, so that what is missing is said in a line.
 */
function whatIsMissing(): string | null {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) return `Baseboard needs Node 20.19 or later, this is ${process.versions.node}`
  if (!existsSync(join(import.meta.dirname, 'generated/prisma/client.ts'))) return 'the database client is not generated: run npm run generate (npm ci does it)'
  return null
}

const unknown = process.argv.slice(2).filter((argument) => argument !== '--demo')
const missing = unknown.length > 0 ? `unknown argument ${unknown[0]}: there is --demo` : whatIsMissing()
if (missing !== null) {
  console.error(missing)
  process.exit(1)
}
const { run } = await import('./supervisor/run.ts')
try {
  process.exitCode = await run({ demo: process.argv.includes('--demo') })
} catch (error) {
  const isExpected = error instanceof Error && ['Complaint', 'ConfigError'].includes(error.name)
  console.error(isExpected ? error.message : error)
  process.exitCode = 1
}
process.exit()
