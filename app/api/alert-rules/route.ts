import { createAlertRule, listAlertRules } from '#lib/data/alert-rules.ts'
import { handle } from '../handle.ts'

export const GET = handle('listAlertRules', async ({ user }) => ({ rules: await listAlertRules(user) }))
export const POST = handle('createAlertRule', ({ user, body }) => createAlertRule(user, body))
