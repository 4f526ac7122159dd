import { parseArgs } from 'node:util'
import { createApiToken, toExpiry, usualDays } from '#lib/auth/api-token.ts'
import { role, type Role } from '#lib/domain/role.ts'
import { scope } from '#lib/domain/scope.ts'
import type { Scopes } from '#lib/domain/scope-rules.ts'
import { Complaint } from './supervisor/complaint.ts'
import { runTool } from './supervisor/tool.ts'

const usage = `usage: npm run -s token -- --name NAME --role viewer|operator|admin [--scope SCOPE,…] [--expires DAYS|never]
NAME is 1 to 63 letters, digits and . _ @ -
SCOPE is one of ${scope.options.join(', ')}; without --scope the token may do all that its role may, with --scope '' it only reads
DAYS is 1 to 3650, and ${usualDays} when it is not said`

function readScopes(text: string | undefined): Scopes | undefined {
  if (text === undefined) return null
  const parsed = text === '' ? [] : text.split(',').map((one) => scope.safeParse(one))
  return parsed.every((one) => one.success) ? [...new Set(parsed.map((one) => one.data!))] : undefined
}

function readDays(text: string | undefined): number | null | undefined {
  if (text === undefined) return usualDays
  if (text === 'never') return null
  const days = Number(text)
  return /^\d{1,4}$/.test(text) && days >= 1 && days <= 3650 ? days : undefined
}

type Asked = { name: string; role: Role; scopes: Scopes; days: number | null }

function readArguments(): Asked {
  try {
    const { values } = parseArgs({ options: { name: { type: 'string' }, role: { type: 'string' }, scope: { type: 'string' }, expires: { type: 'string' } } })
    const asked = role.safeParse(values.role)
    const scopes = readScopes(values.scope)
    const days = readDays(values.expires)
    const isNamed = values.name !== undefined && /^[\w.@-]{1,63}$/.test(values.name)
    if (isNamed && asked.success && scopes !== undefined && days !== undefined) return { name: values.name!, role: asked.data, scopes, days }
  } catch (error) {
    throw new Complaint(usage, { cause: error })
  }
  throw new Complaint(usage)
}

/** Makes a token of the API and prints it, and nothing else: it is shown this once. */
await runTool(async () => {
  const { name, role, scopes, days } = readArguments()
  console.log(await createApiToken(name, role, { scopes, expiresAt: toExpiry(days) }))
  return 0
})
