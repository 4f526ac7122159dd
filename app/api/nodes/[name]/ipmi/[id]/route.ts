import { readIpmi } from '#lib/data/raw.ts'
import { handle } from '../../../../handle.ts'

export const GET = handle('readIpmi', ({ user, params }) => readIpmi(user, params.name, params.id))
