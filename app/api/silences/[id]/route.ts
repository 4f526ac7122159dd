import { endSilence } from '#lib/data/silences.ts'
import { handle } from '../../handle.ts'

export const DELETE = handle('endSilence', ({ user, params }) => endSilence(user, params.id))
