import { changeAlertRule, removeAlertRule } from '#lib/data/alert-rules.ts'
import { handle } from '../../handle.ts'

export const PATCH = handle('changeAlertRule', ({ user, body, params }) => changeAlertRule(user, params.id, body))
export const DELETE = handle('removeAlertRule', ({ user, params }) => removeAlertRule(user, params.id))
