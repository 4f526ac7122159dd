import { toOpenApi } from '#lib/api/openapi.ts'
import { handle } from '../handle.ts'

export const GET = handle('openapi', async () => Response.json(toOpenApi(process.env['BASEBOARD_VERSION'] ?? 'unknown')))
