import { parseArgs } from 'node:util'
import { createApiToken } from '#lib/auth/api-token.ts'
import { role, type Role } from '#lib/domain/role.ts'
import { Complaint } from './supervisor/complaint.ts'
import { runTool } from './supervisor/tool.ts'

const usage = 'usage: npm run -s token -- --name NAME --role viewer|operator|admin'

function readArguments(): { name: string; role: Role } {
  try {
    const { values } = parseArgs({ options: { name: { type: 'string' }, role: { type: 'string' } } })
    const asked = role.safeParse(values.role)
    if (values.name !== undefined && /^[\w.@-]{1,63}$/.test(values.name) && asked.success) return { name: values.name, role: asked.data }
  } catch (error) {
    throw new Complaint(usage, { cause: error })
  }
  throw new Complaint(`${usage}\nNAME is 1 to 63 letters, digits and . _ @ -`)
}

/** Makes a token of the API and prints it, and nothing else: it is shown this once. */
await runTool(async () => {
  const { name, role } = readArguments()
  console.log(await createApiToken(name, role))
  return 0
})
