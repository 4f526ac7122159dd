import { abortOperation } from '#lib/data/operations-stop.ts'
import { handle } from '../../../handle.ts'

export const POST = handle('abortOperation', ({ user, params }) => abortOperation(user, params.id))
